using System.Text.Json.Nodes;
using WholeTale.Core.Tales;

namespace WholeTale.Core.Tests.Tales;

public sealed class TaleListTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wholetale-lists-");

    [Fact]
    public void A_CSV_file_gives_a_record_a_line_with_quotes_commas_and_line_breaks_as_they_are()
    {
        var file = Write("tales.csv", "Name,Image,Environment,Command\n\"A, \"\"B\"\"\",jupyter,\"A=1\nB=x=y\",\"sh -c 'a b'\"\nC,rocker,,\n");

        var records = TaleList.ReadCsv(file);
        var request = TaleDocument.Read(records[0].Record, records[0].Origin);

        Assert.Equal(2, records.Count);
        Assert.Equal(("A, \"B\"", "jupyter", "sh -c 'a b'"), (request.Name, request.Image, request.Command));
        Assert.Equal(["A=1", "B=x=y"], request.Environment);
    }

    [Theory]
    [InlineData("""[{"image":"a"},{"image":"b"}]""", 2)]
    [InlineData("""{"tales":[{"image":"a"}]}""", 1)]
    [InlineData("""{"image":"a"}""", 1)]
    public void A_JSON_file_holds_a_tale_a_list_or_a_table_with_a_list(string text, int count) => Assert.Equal(count, TaleList.ReadJson(Write("tales.json", text)).Count);

    [Theory]
    [InlineData("broken.csv", "Name,Image\n\"a,b\n", "line")]
    [InlineData("wide.csv", "Name,Image\na,b,c\n", "record 1")]
    [InlineData("broken.json", "[\n{,}]", "line 2")]
    [InlineData("number.json", "5", "holds no tales")]
    [InlineData("mixed.json", """[{"image":"a"},5]""", "record 2")]
    public void What_cannot_be_read_is_told_with_file_and_place(string name, string text, string place)
    {
        var file = Write(name, text);

        var error = Assert.Throws<TaleException>(() => name.EndsWith("csv", StringComparison.Ordinal) ? TaleList.ReadCsv(file) : TaleList.ReadJson(file));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_told_by_its_name() =>
        Assert.Contains("none.json", Assert.Throws<TaleException>(() => TaleList.ReadJson(Path.Combine(folder.FullName, "none.json"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_document_with_an_instance_alone_is_read_since_Girder_knows_the_rest()
    {
        var request = TaleDocument.Read(new JsonObject { ["instanceId"] = "5d0a1b2c3d4e5f600001a001" }, "here");

        Assert.Equal(("5d0a1b2c3d4e5f600001a001", ""), (request.InstanceId, request.Image));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var file = Path.Combine(folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
