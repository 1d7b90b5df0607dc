using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Tests.Clockwork;

/// <summary>What the store takes a short way to is what the long way would come to.</summary>
public sealed class ObjectStoreTests
{
    private readonly ObjectStore _store = new(new FakeTimeProvider());
    private readonly Kind _kind = new KindRegistry().Get("v1", "ConfigMap");

    [Theory]
    [InlineData("note")]
    [InlineData("resourceVersion")]
    public void The_last_version_of_an_object_is_the_one_before_but_for_its_number(string annotation)
    {
        // An annotation of that name that says the same as the object's own number, which is written after it.
        var created = _store.Create(_kind, Content($$"""{"annotations":{"{{annotation}}":"1"},"name":"a","namespace":"default"}"""));

        var last = _store.Delete(_kind, "default", "a")!;

        var expected = created.Read();
        expected["metadata"]!["resourceVersion"] = "2";
        Assert.Equal((1, 2, true), (created.ResourceVersion, last.Object.ResourceVersion, last.Gone));
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(last.Object.Utf8.Span)), System.Text.Encoding.UTF8.GetString(last.Object.Utf8.Span));
    }

    [Fact]
    public void Metadata_is_cut_out_whole()
    {
        var stored = _store.Create(_kind, Content("""{"name":"a","namespace":"default","labels":{"metadata":"metadata"}}"""));

        Assert.True(JsonNode.DeepEquals(stored.Tree["metadata"], JsonNode.Parse(stored.MetadataUtf8)));
    }

    private static JsonObject Content(string metadata) => JsonNode.Parse($$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{{metadata}},"data":{"metadata":"x"} }""")!.AsObject();
}
