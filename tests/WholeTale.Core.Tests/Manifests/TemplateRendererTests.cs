using System.Text.Json.Nodes;
using CsCheck;
using WholeTale.Core.Configuration;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Manifests;

public sealed class TemplateRendererTests
{
    [Theory]
    [InlineData("yes")]
    [InlineData("0123")]
    [InlineData("1e3")]
    [InlineData(" leading and trailing ")]
    [InlineData("a: b # c")]
    [InlineData("{{x}} {{{x}}}")]
    [InlineData("\"'\\")]
    [InlineData("one\n  two\n\nthree\n")]
    [InlineData("- item\n---\n...\n")]
    [InlineData("\U0001F40B whale\u0085\u2028\uFEFF\uE000\uE001")]
    [InlineData("\u0001\u001b[31m\t")]
    [InlineData("")]
    public void A_value_comes_out_as_itself(string value) => AssertComesOut(value);

    [Fact]
    public void Any_string_comes_out_as_itself() =>
        Text.Sample(AssertComesOut, iter: 1000);

    // Numbers, since an attribute's strings are kept as UTF-8, which half a surrogate pair would not survive.
    [Theory]
    [InlineData(0, "NUL")]
    [InlineData(0xd800, "surrogate")]
    [InlineData(0xdc00, "surrogate")]
    public void What_no_manifest_can_hold_is_refused_by_name(int character, string reason)
    {
        var error = Assert.Throws<ManifestException>(() => Render("a: 1\nb: {{x}}\n", ("x", $"a{(char)character}b")));

        Assert.Equal(("x", 2), (error.Variable, error.Line));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_alone_keeps_its_type_and_in_quotes_is_text()
    {
        var rendered = Render(
            "number: {{n}}\nt: {{t}}\nl: {{l}}\no: {{o}}\nz: {{z}}\nq: \"{{n}}\"\nm: {{n}}Mi\nb: |\n  {{t}}\n",
            ("n", 7), ("t", true), ("l", new object?[] { "a", 2 }), ("o", new Dictionary<string, object?> { ["k"] = "v" }), ("z", null));

        AssertJson("""{"number":7,"t":true,"l":["a",2],"o":{"k":"v"},"z":null,"q":"7","m":"7Mi","b":"true\n"}""", rendered);
    }

    [Fact]
    public void Sections_repeat_for_lists_open_for_what_is_there_and_invert()
    {
        var rendered = Render(
            "list:\n{{#items}}\n- name: {{name}}\n  all: {{all}}\n{{/items}}\n{{#yes}}\nopen: 1\n{{/yes}}\n{{^no}}\nnone: 1\n{{/no}}\n{{#no}}\nnever: 1\n{{/no}}\n{{#zero}}\nnever: 1\n{{/zero}}\n{{! gone }}\nplain:\n{{#words}}\n- {{.}}\n{{/words}}\n",
            ("items", new object?[] { new Dictionary<string, object?> { ["name"] = "a" }, new Dictionary<string, object?> { ["name"] = "b" } }),
            ("all", "x"), ("yes", true), ("no", ""), ("zero", 0), ("words", new[] { "p", "q" }));

        AssertJson("""{"list":[{"name":"a","all":"x"},{"name":"b","all":"x"}],"open":1,"none":1,"plain":["p","q"]}""", rendered);
    }

    [Theory]
    [InlineData("a: 1\nb: {{Images.Gider}}\n", 2, "Images.Gider", "'Images.Girder'")]
    [InlineData("{{#Imags}}\na: 1\n{{/Imags}}\n", 1, "Imags", "'Images'")]
    [InlineData("{{#Images}}\na: 1\n{{/Images}}\nb: 2\nc:\n  d: |\n    {{Images.Girder.Name}}\n", 7, "Images.Girder.Name", "not defined")]
    public void A_missing_variable_is_named_with_its_line_and_the_nearest(string template, int line, string variable, string said)
    {
        var images = new Dictionary<string, object?> { ["Girder"] = "girder:1" };

        var error = Assert.Throws<ManifestException>(() => Render(template, ("Images", images)));

        Assert.Equal((line, variable, "test.yaml"), (error.Line, error.Variable, error.Template));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: yes\n", 1, "yes")]
    [InlineData("a: 1\nb: 0123\n", 2, "0123")]
    [InlineData("a: [1, On]\n", 1, "On")]
    [InlineData("a: OFF\n", 1, "OFF")]
    [InlineData("a: n\n", 1, "n")]
    [InlineData("a: =\n", 1, "=")]
    [InlineData("a: 0x1F\n", 1, "0x1F")]
    [InlineData("a: 1_000\n", 1, "1_000")]
    [InlineData("a: 12:30:45\n", 1, "12:30:45")]
    [InlineData("a: 1e3\n", 1, "1e3")]
    [InlineData("a: 2001-01-01\n", 1, "2001-01-01")]
    [InlineData("a: +1\n", 1, "+1")]
    [InlineData("a: .inf\n", 1, ".inf")]
    [InlineData("on: 1\n", 1, "on")]
    [InlineData("a: 1\na: 2\n", 2, "twice")]
    [InlineData("a: [1\nb: 2\n", 1, "valid YAML")]
    [InlineData("{{#x}}\na: 1\n{{/x}}\nb:\n c: 1\n  d: 2\n", 6, "valid YAML")]
    [InlineData("- 1\n", 1, "no object")]
    [InlineData("a: !!float 1\n", 1, "tag")]
    [InlineData("a: *nowhere\n", 1, "anchor")]
    [InlineData("a: \uE000\n", 1, "private-use")]
    [InlineData("a: 1\n{{> other}}\n", 2, "another template")]
    [InlineData("a: {{#x}}\n", 0, "mustache")]
    [InlineData("a: \"{{list}}\"\n", 1, "is a list")]
    public void A_fault_in_a_template_is_told_with_file_and_line(string template, int line, string said)
    {
        var error = Assert.Throws<ManifestException>(() => Render(template, ("x", false), ("list", new[] { 1 })));

        Assert.Equal(line, error.Line);
        Assert.StartsWith("The template test.yaml", error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_come_one_by_one_with_the_line_in_the_template()
    {
        var manifests = TemplateRenderer.RenderText(
            "{{#no}}\nx: 1\n{{/no}}\na: 1\n---\n# nothing\n---\n{{#list}}\n---\nb: {{.}}\n{{/list}}\n", "test.yaml",
            new Dictionary<string, object?> { ["no"] = false, ["list"] = new[] { 1, 2 } });

        Assert.Equal([4, 10, 10], manifests.Select(manifest => manifest.Line));
    }

    [Theory]
    [InlineData("\\uE000")]
    [InlineData("\\uE000\\uE010")]
    [InlineData("\\uE000\\uE019\\uE001")]
    [InlineData("\\uE001\\uE000")]
    public void Characters_of_our_marks_written_by_escapes_are_text(string escaped)
    {
        var rendered = Render($"a: \"{escaped}{{{{x}}}}\"\n", ("x", "value"));

        Assert.Equal(System.Text.RegularExpressions.Regex.Unescape(escaped) + "value", (string?)rendered["a"]);
    }

    [Fact]
    public void A_secret_is_revealed_in_the_object_only()
    {
        var rendered = Render("a: {{s}}\n", ("s", new Secret("pass: word")));

        Assert.Equal("pass: word", (string?)rendered["a"]);
    }

    internal static readonly Gen<string> Text =
        from pieces in Gen.OneOf(
            Gen.Char['\u0001', '\ud7ff'].Select(character => character.ToString()),
            Gen.Char['\ue000', '\ufffd'].Select(character => character.ToString()),
            Gen.Int[0x10000, 0x10ffff].Select(char.ConvertFromUtf32),
            Gen.OneOf("\n", " ", "\t", "\r", "\"", "'", "{{", "}}", "{{{", ": ", "#", " #", "- ", "---\n", "...", "|", ">", "&", "*", "!", "%", "@", "`", "\\", "yes", "0123", "1e3", "~", "null", "\u0085", "\u2028", "\ufeff", "\ue000", "\ue010", "\ue001"))
            .Array[0, 12]
        select string.Concat(pieces);

    private static void AssertComesOut(string value)
    {
        var rendered = Render("plain: {{x}}\ndouble: \"<{{x}}>\"\nsingle: '{{x}}'\nmixed: <{{x}}>\nliteral: |\n  a\n  {{x}}\n  b\nfolded: >-\n  {{x}}\n\"{{x}} key\": 1\nflow: [{{x}}, \"{{x}}\"]\n# {{x}}\nlast: end\n", ("x", value));

        Assert.Equal(value, (string?)rendered["plain"]);
        Assert.Equal($"<{value}>", (string?)rendered["double"]);
        Assert.Equal(value, (string?)rendered["single"]);
        Assert.Equal($"<{value}>", (string?)rendered["mixed"]);
        Assert.Equal($"a\n{value}\nb\n", (string?)rendered["literal"]);
        Assert.Equal(value, (string?)rendered["folded"]);
        Assert.Equal(value, (string?)rendered["flow"]![0]);
        Assert.Equal(value, (string?)rendered["flow"]![1]);
        Assert.Equal(9, rendered.Count);
        Assert.True(rendered.ContainsKey($"{value} key"));
        Assert.Equal("end", (string?)rendered["last"]);
    }

    private static JsonObject Render(string template, params (string Name, object? Value)[] variables) =>
        Assert.Single(TemplateRenderer.RenderText(template, "test.yaml", variables.ToDictionary(pair => pair.Name, pair => pair.Value))).Object;

    private static void AssertJson(string expected, JsonObject actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {expected}, found {actual.ToJsonString()}");
}
