using System.Collections;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tests.Configuration;

public sealed class SettingsResolverTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];
    private static readonly Dictionary<string, object?> NoParameters = [];

    [Fact]
    public void Nothing_given_gives_the_defaults()
    {
        var resolved = SettingsResolver.Resolve([], NoEnvironment, NoParameters, "/base");

        Assert.Equal("wholetale", resolved.Settings.ClusterName);
        Assert.Equal(TimeSpan.FromMinutes(15), resolved.Settings.Deploy.ComponentTimeout);
        Assert.All(resolved.Entries, entry => Assert.Equal(("Default", ""), (entry.Source, entry.Origin)));
        Assert.Equal("/base", resolved.BaseFolder);
    }

    [Fact]
    public void Every_default_is_allowed()
    {
        foreach (var definition in SettingsSchema.All)
        {
            var refusal = SettingConversion.Convert(definition, definition.Default, isText: false, out var converted);

            Assert.True(refusal is null, $"{definition.Path}: {refusal}");
            Assert.Equal(definition.Default, converted);
        }
    }

    [Fact]
    public void The_last_source_wins_and_is_named()
    {
        var file = File("Gke", ("Location", 3, "us-east1-b"), ("ProjectId", 4, "from-settings"), ("MachineType", 5, "n2-standard-4"), ("NodeCount", 6, 5));
        var secrets = new SettingsDocument("secrets.psd1", "SecretsFile", File("Gke", ("ProjectId", 2, "from-secrets"), ("MachineType", 3, "n2-standard-8"), ("NodeCount", 4, 6)).Root);
        var environment = new Dictionary<string, string> { ["wt_gke_MachineType"] = "e2-standard-4", ["WT_GKE_NODECOUNT"] = "7" };
        var parameters = new Dictionary<string, object?> { ["gke.nodecount"] = 8 };

        var resolved = SettingsResolver.Resolve([file, secrets], environment, parameters, ".");

        Assert.Equal(("us-east1-b", "from-secrets", "e2-standard-4", 8), (resolved.Settings.Gke.Location, resolved.Settings.Gke.ProjectId, resolved.Settings.Gke.MachineType, resolved.Settings.Gke.NodeCount));
        Assert.Equal(
            [("SettingsFile", "settings.psd1:3"), ("SecretsFile", "secrets.psd1:2"), ("Environment", "wt_gke_MachineType"), ("Parameter", "gke.nodecount")],
            new[] { "Gke.Location", "Gke.ProjectId", "Gke.MachineType", "Gke.NodeCount" }.Select(name => resolved.Entries.Single(entry => entry.Name == name)).Select(entry => (entry.Source, entry.Origin)));
    }

    [Fact]
    public void All_problems_are_said_at_once_with_their_places()
    {
        var document = new SettingsDocument("settings.psd1", "SettingsFile", new SettingsTable(
            [
                ("Domain", 2, new SettingsScalar("https://x", 2)),
                ("Volumes", 3, new SettingsTable([("MongoData", 4, new SettingsScalar("200Mb", 4)), ("MongoDatta", 5, new SettingsScalar("1Gi", 5))], 3)),
                ("Gke", 7, new SettingsScalar(5, 7)),
            ],
            1));

        var error = Assert.Throws<SettingsException>(() => SettingsResolver.Resolve([document], new Dictionary<string, string> { ["WT_DEPLOY_PARALLELISM"] = "many" }, new Dictionary<string, object?> { ["Nmespace"] = "x" }, "."));

        Assert.Equal(
            [("settings.psd1", 2, "Domain"), ("settings.psd1", 4, "Volumes.MongoData"), ("settings.psd1", 5, "Volumes.MongoDatta"), ("settings.psd1", 7, "Gke"), ("WT_DEPLOY_PARALLELISM", 0, "Deploy.Parallelism"), ("Nmespace", 0, "Nmespace")],
            error.Problems.Select(problem => (problem.File, problem.Line, problem.Key)));
        Assert.All(error.Problems, problem => Assert.Contains(problem.ToString(), error.Message, StringComparison.Ordinal));
        Assert.Equal(error.Problems, SettingsResolver.Check([document], new Dictionary<string, string> { ["WT_DEPLOY_PARALLELISM"] = "many" }, new Dictionary<string, object?> { ["Nmespace"] = "x" }, "."));
    }

    [Theory]
    [InlineData("Volumes.MongoData", "200Mb", "settings.psd1:7: Volumes.MongoData is '200Mb': it must be a Kubernetes quantity of at least 1Mi, such as '500Mi' or '4Gi'. Write '200Mi' or '200M'.")]
    [InlineData("Volumes.MongoData", "4 GB", "Write '4Gi' or '4G'.")]
    [InlineData("Volumes.MongoData", "200m", "Write '200Mi' or '200M'.")]
    [InlineData("Volumes.MongoData", "-4Gi", "quantity of at least 1Mi")]
    [InlineData("Volumes.MongoData", "1k", "quantity of at least 1Mi")]
    [InlineData("Volumes.MongoData", 4, "is 4: it must be a Kubernetes quantity")]
    [InlineData("Volumes.MongoData", "", "is '': it must be")]
    [InlineData("Volumes.MongoDate", "4Gi", "there is no such setting; did you mean Volumes.MongoData?")]
    [InlineData("Volumes.Domain", "x.y", "did you mean Domain?")]
    [InlineData("Volumes.Zzzzzzzzzzzzz", "x", "there is no such setting; remove it.")]
    [InlineData("ProjectId", "x", "did you mean Gke.ProjectId?")]
    [InlineData("Gke", "x", "is 'x': it must be a table: Gke = @{ ... }.")]
    [InlineData("Namespace", "Whole_Tale", "must be a DNS label")]
    [InlineData("Namespace", null, "is $null: it must be a DNS label")]
    [InlineData("ClusterName", "-x", "must be a DNS label")]
    [InlineData("Domain", "localhost", "at least two parts")]
    [InlineData("Domain", "*.example.org", "without '*'")]
    [InlineData("Provider", "GKEE", "it must be Simulator, Gke, Minikube or Existing. Write 'Gke'.")]
    [InlineData("Images.Girder", "Whole Tale", "image reference")]
    [InlineData("Images.Girder", "https://x/y", "image reference")]
    [InlineData("Deploy.Parallelism", 65, "is 65: it must be an integer from 1 to 64.")]
    [InlineData("Deploy.Parallelism", "4", "is '4': it must be an integer")]
    [InlineData("Deploy.Parallelism", 4.5, "is 4.5: it must be an integer")]
    [InlineData("Deploy.Parallelism", 9999999999L, "must be an integer")]
    [InlineData("Deploy.ComponentTimeout", "15", "it must be a time span from 00:00:01 to 1.00:00:00, such as '00:15:00' or '15m'.")]
    [InlineData("Deploy.ComponentTimeout", 15, "must be a time span")]
    [InlineData("Deploy.ComponentTimeout", "2d", "must be a time span")]
    [InlineData("Deploy.ComponentTimeout", "2h", "it must not be longer than Deploy.Timeout")]
    [InlineData("Ingress.RequireDns", "true", "is 'true': it must be $true or $false.")]
    [InlineData("Minikube.KubernetesVersion", 1.3, "is 1.3: it must be a Kubernetes version")]
    [InlineData("Girder.AdminLogin", "Bob", "login of Girder's form")]
    [InlineData("Girder.Plugins", "a b", "a list, each item a word")]
    [InlineData("Registry.User", "a:b", "must be a user name")]
    [InlineData("Certificate.Source", "Pem", "Certificate.CertificateFile is '': it must name a file")]
    [InlineData("Certificate.Source", "Secret", "Certificate.SecretName is '': it must name a Secret")]
    [InlineData("TemplateFolder", "a\0b", "NUL")]
    [InlineData("Secrets.AdminPassword", "secret-word", "Secrets.AdminPassword is ********: a secret must not stand in the settings file; move it to secrets.psd1.")]
    public void A_wrong_setting_is_told_with_what_is_allowed(string path, object? value, string said)
    {
        var problem = Assert.Single(SettingsResolver.Check([At(path, value)], NoEnvironment, NoParameters, "."));

        Assert.Contains(said, problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("15m", 900)]
    [InlineData("00:15:00", 900)]
    [InlineData("1h30m", 5400)]
    [InlineData("90s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("1500ms", 1.5)]
    public void A_time_span_is_read_in_either_form(string text, double seconds)
    {
        var resolved = SettingsResolver.Resolve([At("Ingress.AddressTimeout", text)], NoEnvironment, NoParameters, ".");

        Assert.Equal(TimeSpan.FromSeconds(seconds), resolved.Settings.Ingress.AddressTimeout);
    }

    [Theory]
    [InlineData("mongo")]
    [InlineData("localhost:5000/a/b:c")]
    [InlineData("registry.example.org/Whole")]
    [InlineData("ghcr.io/a__b/c-d.e:v1_2@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public void An_image_reference_is_judged_as_container_runtimes_do(string image)
    {
        var problems = SettingsResolver.Check([At("Images.Girder", image)], NoEnvironment, NoParameters, ".");

        Assert.Equal(image.Contains('W', StringComparison.Ordinal) ? 1 : 0, problems.Count);
    }

    [Fact]
    public void Variables_of_others_are_let_alone()
    {
        var environment = new Dictionary<string, string> { ["WT_SESSION"] = "c3", ["WT_PROFILE_ID"] = "{x}", ["WT_GKE"] = "x", ["PATH"] = "/bin" };

        Assert.Empty(SettingsResolver.Check([], environment, NoParameters, "."));
    }

    [Fact]
    public void The_environment_gives_every_type_as_text()
    {
        var environment = new Dictionary<string, string>
        {
            ["WT_INGRESS_REQUIREDNS"] = "True", ["WT_GIRDER_PLUGINS"] = "a, b", ["WT_INGRESS_ANNOTATIONS"] = "x.y/z=1=2, b=c",
            ["WT_DEPLOY_TIMEOUT"] = "2h", ["WT_SECRETS_ADMINPASSWORD"] = "hush-hush", ["WT_SIMULATOR_NODECOUNT"] = "5",
        };

        var settings = SettingsResolver.Resolve([], environment, NoParameters, ".").Settings;

        Assert.True(settings.Ingress.RequireDns);
        Assert.Equal(["a", "b"], settings.Girder.Plugins);
        Assert.Equal(("1=2", "c"), (settings.Ingress.Annotations["x.y/z"], settings.Ingress.Annotations["b"]));
        Assert.Equal((TimeSpan.FromHours(2), "hush-hush", 5), (settings.Deploy.Timeout, settings.Secrets.AdminPassword.Reveal(), settings.Simulator.NodeCount));
    }

    [Fact]
    public void Words_are_kept_in_their_proper_spelling()
    {
        var settings = SettingsResolver.Resolve([At("provider", "gke")], NoEnvironment, NoParameters, ".").Settings;

        Assert.Equal("Gke", settings.Provider);
    }

    [Fact]
    public void Lists_and_tables_come_from_files_and_parameters()
    {
        var list = new SettingsList([new SettingsScalar("x", 3), new SettingsScalar("y", 4)], 3);
        var document = new SettingsDocument("settings.psd1", "SettingsFile", new SettingsTable([("Girder", 2, new SettingsTable([("Plugins", 3, list)], 2))], 1));
        var parameters = new Dictionary<string, object?> { ["Ingress.Annotations"] = new Hashtable { ["a"] = "b" } };

        var settings = SettingsResolver.Resolve([document], NoEnvironment, parameters, ".").Settings;

        Assert.Equal(["x", "y"], settings.Girder.Plugins);
        Assert.Equal("b", settings.Ingress.Annotations["a"]);
    }

    [Fact]
    public void A_secret_never_shows()
    {
        var document = new SettingsDocument("secrets.psd1", "SecretsFile", At("Secrets.GlobusClientSecret", "hush-hush").Root);

        var resolution = SettingsResolver.Check([document], NoEnvironment, new Dictionary<string, object?> { ["Secrets.AdminPassword"] = "hush", ["Secrets.RegistryPassword"] = 5 }, ".");
        var problems = string.Join('\n', resolution);

        Assert.Equal(3, resolution.Count);
        Assert.DoesNotContain("hush", problems, StringComparison.Ordinal);
        Assert.Contains("together", problems, StringComparison.Ordinal);
        Assert.Contains("at least 6 characters", problems, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_stands_twice_is_told()
    {
        var root = new SettingsTable([("Domain", 2, new SettingsScalar("a.b", 2)), ("domain", 3, new SettingsScalar("c.d", 3))], 1);

        var problem = Assert.Single(SettingsResolver.Check([new SettingsDocument("settings.psd1", "SettingsFile", root)], NoEnvironment, NoParameters, "."));

        Assert.Equal(3, problem.Line);
    }

    /// <summary>A settings file whose only setting stands in line 7.</summary>
    private static SettingsDocument At(string path, object? value)
    {
        var parts = path.Split('.');
        SettingsNode node = new SettingsScalar(value, 7);
        foreach (var part in parts.Reverse())
            node = new SettingsTable([(part, 7, node)], 1);
        return new SettingsDocument("settings.psd1", "SettingsFile", (SettingsTable)node);
    }

    private static SettingsDocument File(string group, params (string Key, int Line, object Value)[] entries) => new(
        "settings.psd1", "SettingsFile",
        new SettingsTable([(group, 1, new SettingsTable([.. entries.Select(entry => (entry.Key, entry.Line, (SettingsNode)new SettingsScalar(entry.Value, entry.Line)))], 1))], 1));
}
