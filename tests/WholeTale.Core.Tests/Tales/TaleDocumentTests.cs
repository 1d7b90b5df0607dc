using System.Text.Json.Nodes;
using WholeTale.Core.Tales;

namespace WholeTale.Core.Tests.Tales;

public sealed class TaleDocumentTests
{
    [Fact]
    public void The_samples_are_read_with_their_configuration()
    {
        var request = TaleSamples.All[0];

        Assert.Equal(("Jupyter Classic", "5d0a1b2c3d4e5f600001a001", 8888, "2048m"), (request.Name, request.InstanceId, request.Port, request.Memory));
        Assert.Equal(("/home/jovyan/work", "?token={token}"), (request.MountPoint, request.UrlPath));
        Assert.Equal(["CSP_HOSTS=dashboard.local.wholetale.org"], request.Environment);
    }

    [Fact]
    public void A_row_of_text_is_read_as_well()
    {
        var request = Read("""{"Name":"Tale","Image":"jupyter","Port":"9000","Memory":"2g","Environment":"A=1\nB=x=y","User":"alice","Command":""}""");

        Assert.Equal((9000, "2g", "alice", ""), (request.Port, request.Memory, request.User, request.Command));
        Assert.Equal(["A=1", "B=x=y"], request.Environment);
    }

    [Fact]
    public void What_the_tale_says_wins_over_its_image_and_the_container_s_user_is_not_whose_tale_it_is()
    {
        var request = Read("""{"image":"jupyter","login":"alice","port":1,"config":{"port":2,"user":"jovyan","targetMount":"/w"}}""");

        Assert.Equal((1, "alice", "/w"), (request.Port, request.User, request.MountPoint));
    }

    [Theory]
    [InlineData("""{"image":"a","memori":"2g"}""", "Memory")]
    [InlineData("""{"name":"a"}""", "Image")]
    [InlineData("""{"image":"a","port":"many"}""", "Port")]
    [InlineData("""{"image":"a","nodeSelector":"gpu"}""", "NodeSelector")]
    public void What_cannot_be_read_is_told_with_its_place_and_name(string document, string name)
    {
        var error = Assert.Throws<TaleException>(() => Read(document));

        Assert.Contains("tales.json, record 3", error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private static TaleRequest Read(string document) => TaleDocument.Read(JsonNode.Parse(document)!.AsObject(), "tales.json, record 3");
}
