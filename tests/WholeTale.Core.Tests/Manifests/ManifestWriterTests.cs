using System.Text.Json.Nodes;
using CsCheck;
using WholeTale.Core.Manifests;
using YamlDotNet.RepresentationModel;

namespace WholeTale.Core.Tests.Manifests;

public sealed class ManifestWriterTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wt-manifests-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Any_string_comes_out_of_a_YAML_parser_as_itself() =>
        TemplateRendererTests.Text.Sample(AssertComesBack, iter: 1000);

    [Theory]
    [InlineData("yes")]
    [InlineData("y")]
    [InlineData("NO")]
    [InlineData("0123")]
    [InlineData("1e3")]
    [InlineData("1_000")]
    [InlineData("12:30:45")]
    [InlineData("0x1F")]
    [InlineData("2001-01-01")]
    [InlineData("~")]
    [InlineData("null")]
    [InlineData("<<")]
    [InlineData("=")]
    [InlineData(".inf")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData(" x ")]
    [InlineData("one\ntwo\n")]
    [InlineData("one\n  two")]
    [InlineData("one\ntwo\n\n\n")]
    [InlineData("\n")]
    [InlineData(" \n x")]
    [InlineData("a\r\nb")]
    [InlineData("a\u0085b\u2028c\ufeff")]
    [InlineData("\U0001F40B\n\U0001F40B")]
    public void Strings_that_look_like_something_else_are_quoted(string value) => AssertComesBack(value);

    [Fact]
    public void Every_manifest_comes_back_as_it_was()
    {
        foreach (var component in PlatformSample.Render().Components)
        {
            var back = Read(ManifestWriter.Write(component, includeSecrets: true));

            Assert.Equal(component.Objects.Select(manifest => manifest.Object.ToJsonString()), back.Select(manifest => manifest.Object.ToJsonString()));
        }
    }

    [Fact]
    public async Task Files_are_numbered_in_the_order_of_the_components()
    {
        var files = await ManifestWriter.WriteAsync(PlatformSample.Render(), folder.FullName, includeSecrets: false, TestContext.Current.CancellationToken);

        Assert.Equal(Platform.Components.Select((component, index) => $"{index:00}-{component.Name}.yaml"), files.Select(file => Path.GetFileName(file)));
        Assert.Equal(files.Order(StringComparer.Ordinal), Directory.GetFiles(folder.FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Secrets_are_masked_unless_asked_for_and_then_for_the_owner_alone()
    {
        var manifests = PlatformSample.Render();
        var secret = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(PlatformSample.Secrets.AdminPassword.Reveal()));

        await ManifestWriter.WriteAsync(manifests, folder.FullName, includeSecrets: false, TestContext.Current.CancellationToken);
        var masked = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "02-secrets.yaml"), TestContext.Current.CancellationToken);
        await ManifestWriter.WriteAsync(manifests, folder.FullName, includeSecrets: true, TestContext.Current.CancellationToken);
        var open = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "02-secrets.yaml"), TestContext.Current.CancellationToken);

        Assert.DoesNotContain(secret, masked, StringComparison.Ordinal);
        Assert.Contains("password: \"********\"", masked, StringComparison.Ordinal);
        Assert.Contains(secret, open, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.FullName, "02-secrets.yaml")));
    }

    // Read by two parsers: YamlDotNet's own document model, and our reader with its rules of YAML 1.1.
    private static void AssertComesBack(string value)
    {
        if (value.EnumerateRunes().Any(rune => rune.Value is 0))
            return;
        var document = new JsonObject
        {
            ["text"] = value,
            ["list"] = new JsonArray(value, new JsonObject { ["inner"] = value, ["after"] = 1 }, new JsonArray(value)),
            [$"{value}."] = new JsonObject { ["deep"] = new JsonObject { ["er"] = value } },
            ["last"] = "end",
        };

        var text = YamlWriter.Write(document);

        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var root = (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
        Assert.Equal(value, ((YamlScalarNode)root["text"]).Value);
        Assert.Equal(value, ((YamlScalarNode)root["list"][0]).Value);
        Assert.Equal(value, ((YamlScalarNode)root["list"][1]["inner"]).Value);
        Assert.Equal(value, ((YamlScalarNode)root["list"][2][0]).Value);
        Assert.Equal(value, ((YamlScalarNode)root[$"{value}."]["deep"]["er"]).Value);
        Assert.Equal("end", ((YamlScalarNode)root["last"]).Value);

        Assert.True(JsonNode.DeepEquals(document, Assert.Single(Read(text)).Object), text);
    }

    // Other delimiters, so that braces in values open no variables.
    private static IReadOnlyList<Manifest> Read(string text) => TemplateRenderer.RenderText("{{=<<%% %%>>=}}\n" + text, "text", new Dictionary<string, object?>());
}
