using WholeTale.Core.Configuration;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Manifests;

/// <summary>A user's own templates.</summary>
public sealed class TemplateSourceTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wt-templates-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_file_of_the_same_name_replaces_the_modules()
    {
        Write("volumes/mongo-data.yaml", """
            apiVersion: "v1"
            kind: "PersistentVolumeClaim"
            metadata:
              name: "mongo-data"
            spec:
              accessModes: ["ReadWriteOnce"]
              volumeName: "{{ClusterName}}-disk"
              resources:
                requests:
                  storage: "{{Volumes.MongoData}}"
            """);

        var claim = Render().Find("PersistentVolumeClaim", "mongo-data");

        Assert.Equal("wholetale-disk", (string?)claim.Object["spec"]!["volumeName"]);
        Assert.StartsWith(folder.FullName, claim.Template, StringComparison.Ordinal);
        Assert.Equal("mongo", (string?)claim.Object["metadata"]!["labels"]!["app.kubernetes.io/component"]);
    }

    [Fact]
    public void A_file_that_replaces_nothing_is_told_with_the_nearest()
    {
        Write("volumes/mongo_data.yaml", "");

        var error = Assert.Throws<ManifestException>(() => Render());

        Assert.Contains("the module has no template volumes/mongo_data.yaml. Did you mean 'volumes/mongo-data.yaml'? Rename or remove it.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_missing_is_told()
    {
        var error = Assert.Throws<ManifestException>(() => PlatformSample.Render(("TemplateFolder", Path.Combine(folder.FullName, "nowhere"))));

        Assert.Contains("nowhere, which does not exist. Create it, correct the setting, or leave it empty.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind: \"Service\"\nmetadata:\n  name: \"x\"\n", 1, "without apiVersion")]
    [InlineData("\napiVersion: \"v1\"\nmetadata:\n  name: \"x\"\n", 2, "without kind")]
    [InlineData("apiVersion: \"v1\"\nkind: \"Service\"\n", 1, "a Service without metadata")]
    [InlineData("apiVersion: \"v1\"\nkind: \"Service\"\nmetadata: {}\n", 1, "without metadata.name")]
    [InlineData("apiVersion: \"v1\"\nkind: \"Service\"\nmetadata:\n  name: \"{{Domain}}_x\"\n", 1, "'local.wholetale.org_x', which is no name")]
    [InlineData("apiVersion: \"v1\"\nkind: \"Service\"\nmetadata:\n  name: 5\n", 1, "without metadata.name")]
    [InlineData("apiVersion: \"v1\"\nkind: \"Service\"\nmetadata:\n  name: \"redis\"\n", 1, "defines Service redis, which")]
    [InlineData("apiVersion: \"v1\"\nkind: \"Service\"\nmetadata:\n  name: \"x\"\n  namespace: \"other\"\n", 1, "into the namespace other")]
    [InlineData("apiVersion: \"v1\"\nkind: \"Service\"\nmetadata:\n  name: \"x\"\nspec:\n  prots: []\n", 1, "a Service with the field spec.prots, which that kind does not have")]
    [InlineData("---\n---\napiVersion: \"v1\"\nkind: \"Service\"\nmetadata:\n  name: \"x\"\nspec:\n  publishNotReadyAddresses: \"yes\"\n", 3, "spec.publishNotReadyAddresses is of the wrong type")]
    [InlineData("apiVersion: \"apps/v1\"\nkind: \"Deployment\"\nmetadata:\n  name: \"x\"\nspec:\n  selector:\n    matchLabels:\n      app: \"x\"\n  template:\n    metadata:\n      labels:\n        app: \"y\"\n", 1, "selects pods by app=x, while its own pods have app=y")]
    [InlineData("apiVersion: \"v1\"\nkind: \"Service\"\nmetadata:\n  name: \"{{Registry.Usr}}\"\n", 4, "'Registry.Usr', which is not defined. Did you mean 'Registry.User'?")]
    public void A_fault_in_a_users_template_is_told_with_file_and_line(string text, int line, string said)
    {
        var path = Write("dashboard.yaml", text);

        var error = Assert.Throws<ManifestException>(() => Render());

        Assert.StartsWith($"The template {path}, line {line}, ", error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Equal((path, line), (error.Template, error.Line));
    }

    [Fact]
    public void Custom_resources_of_a_user_are_let_through()
    {
        Write("tale-templates.yaml", "apiVersion: \"cert-manager.io/v1\"\nkind: \"Certificate\"\nmetadata:\n  name: \"own\"\nspec:\n  anything: true\n");

        Assert.NotNull(Render().Find("Certificate", "own"));
    }

    private ManifestSet Render() => PlatformSample.Render(("TemplateFolder", folder.FullName));

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
