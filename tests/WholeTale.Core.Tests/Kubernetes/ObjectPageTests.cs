using System.Text.Json;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Kubernetes;

public sealed class ObjectPageTests
{
    [Fact]
    public void A_page_gives_what_the_reader_takes_of_each_object_and_where_the_list_goes_on()
    {
        var page = Parse("""{"kind":"PodList","metadata":{"resourceVersion":"7","continue":"abc"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}""");

        Assert.Equal(["a", "b"], page.Items);
        Assert.Equal("abc", page.Continue);
        Assert.Equal("7", page.ResourceVersion);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("""{"items":null,"metadata":null}""")]
    [InlineData("""{"items":[null,1,"x"],"metadata":{"continue":"","resourceVersion":3}}""")]
    public void A_page_of_another_shape_is_empty_and_the_last(string text)
    {
        var page = Parse(text);

        Assert.Empty(page.Items);
        Assert.Null(page.Continue);
        Assert.Equal("", page.ResourceVersion);
    }

    [Fact]
    public void A_page_that_breaks_off_is_no_page() => Assert.ThrowsAny<JsonException>(() => Parse("""{"items":[{"metadata":{"name":"a"}}"""));

    private static ObjectPage<string> Parse(string text) =>
        ObjectPage<string>.Parse(System.Text.Encoding.UTF8.GetBytes(text), static item => item.GetProperty("metadata").GetProperty("name").GetString()!);
}
