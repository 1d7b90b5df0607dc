using System.Text.Json.Nodes;
using WholeTale.Tests;
using static WholeTale.Tests.ClientTool;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>The real kubectl brings objects to the cluster: apply, diff, edit, replace. What is expected is what kubectl and a real API server say.</summary>
public sealed class KubectlApplyTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private const string HowToResolve = """
        Please review the fields above--they currently have other managers. Here
        are the ways you can resolve this warning:
        * If you intend to manage all of these fields, please re-run the apply
          command with the `--force-conflicts` flag.
        * If you do not intend to manage all of the fields, please edit your
          manifest to remove references to the fields that should keep their
          current managers.
        * You may co-own fields by updating your manifest to match the existing
          value; in this case, you'll become the manager if the other manager(s)
          stop managing the field (remove it from their configuration).
        See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts

        """;

    private ClientTool Kubectl => ClientTool.Find("kubectl", fixture.Simulator);

    [Fact]
    public async Task Apply_says_created_unchanged_and_configured_and_removes_what_the_file_lacks()
    {
        var (ns, file) = await AppliedAsync();

        var again = await Kubectl.RunAsync("-n", ns, "apply", "-f", file);
        await File.WriteAllTextAsync(file, Config("2") + "  b: \"1\"\n");
        var dry = await Kubectl.RunAsync("-n", ns, "apply", "-f", file, "--dry-run=server");
        var kept = await DataAsync(ns);
        var changed = await Kubectl.RunAsync("-n", ns, "apply", "-f", file);
        await File.WriteAllTextAsync(file, Config("2"));
        var without = await Kubectl.RunAsync("-n", ns, "apply", "-f", file);

        Assert.Equal(Said("configmap/cfg unchanged\n"), again);
        Assert.Equal(Said("configmap/cfg configured (server dry run)\n"), dry);
        Assert.Equal("""{"a":"1"}""", kept);
        Assert.Equal(Said("configmap/cfg configured\n"), changed);
        Assert.Equal(Said("configmap/cfg configured\n"), without);
        Assert.Equal("""{"a":"2"}""", await DataAsync(ns));
    }

    [Fact]
    public async Task Apply_to_what_was_not_applied_warns_and_takes_it_over()
    {
        var ns = await fixture.NamespaceAsync();
        var created = await Kubectl.RunAsync("-n", ns, "create", "configmap", "cfg", "--from-literal=a=0");

        var applied = await Kubectl.RunAsync(Config("1"), ["-n", ns, "apply", "-f", "-"]);

        Assert.Equal(Said("configmap/cfg created\n"), created);
        Assert.Equal(
            Said(
                "configmap/cfg configured\n",
                "Warning: resource configmaps/cfg is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. "
                + "kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. "
                + "The missing annotation will be patched automatically.\n"),
            applied);
    }

    [Fact]
    public async Task Apply_refuses_what_the_server_refuses_and_applies_the_rest()
    {
        var ns = await fixture.NamespaceAsync();
        string[] apply = ["-n", ns, "apply", "-f", "-"];
        var good = Config("1");
        var unknownField = "dada: {}\n" + good;

        var strict = await Kubectl.RunAsync(unknownField + "---\n" + Config("1", "other"), apply);
        var warned = await Kubectl.RunAsync(unknownField, [.. apply, "--validate=warn"]);
        var onServer = await Kubectl.RunAsync(unknownField, [.. apply, "--server-side"]);
        var unknownKind = await Kubectl.RunAsync(good.Replace("ConfigMap", "Gadget", StringComparison.Ordinal), apply);
        var unknownGroup = await Kubectl.RunAsync(good.Replace("v1", "example.com/v1", StringComparison.Ordinal), apply);
        var badName = await Kubectl.RunAsync(Config("1", "Not_a_name"), apply);
        var nowhere = await Kubectl.RunAsync(good, ["-n", "no-such-namespace", "apply", "-f", "-"]);

        Assert.Equal(
            Failed("Error from server (BadRequest): error when creating \"STDIN\": ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"dada\"\n", output: "configmap/other created\n"),
            strict);
        Assert.Equal(Said("configmap/cfg created\n", "Warning: unknown field \"dada\"\n"), warned);
        Assert.Equal(Failed($"Error from server: failed to create typed patch object ({ns}/cfg; /v1, Kind=ConfigMap): .dada: field not declared in schema\n"), onServer);
        Assert.Equal(Failed("error: resource mapping not found for name: \"cfg\" namespace: \"\" from \"STDIN\": no matches for kind \"Gadget\" in version \"v1\"\nensure CRDs are installed first\n"), unknownKind);
        Assert.Equal(Failed("error: resource mapping not found for name: \"cfg\" namespace: \"\" from \"STDIN\": no matches for kind \"ConfigMap\" in version \"example.com/v1\"\nensure CRDs are installed first\n"), unknownGroup);
        Assert.Equal(1, badName.ExitCode);
        Assert.StartsWith("The ConfigMap \"Not_a_name\" is invalid: metadata.name: Invalid value: \"Not_a_name\": a lowercase RFC 1123 subdomain must consist of", badName.Error, StringComparison.Ordinal);
        Assert.Equal(Failed("Error from server (NotFound): error when creating \"STDIN\": namespaces \"no-such-namespace\" not found\n"), nowhere);
    }

    [Fact]
    public async Task Apply_on_the_server_side_holds_to_who_manages_what()
    {
        var (ns, file) = await AppliedAsync();
        await File.WriteAllTextAsync(file, Config("3"));

        var refused = await Kubectl.RunAsync("-n", ns, "apply", "--server-side", "-f", file);
        var dry = await Kubectl.RunAsync("-n", ns, "apply", "--server-side", "--force-conflicts", "-f", file, "--dry-run=server");
        var untouched = await DataAsync(ns);
        var forced = await Kubectl.RunAsync("-n", ns, "apply", "--server-side", "--force-conflicts", "-f", file);
        var again = await Kubectl.RunAsync("-n", ns, "apply", "--server-side", "-f", file);
        var second = await Kubectl.RunAsync(Config("3", key: "b"), ["-n", ns, "apply", "--server-side", "--field-manager=other", "-f", "-"]);
        await File.WriteAllTextAsync(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cfg}\n");
        var emptied = await Kubectl.RunAsync("-n", ns, "apply", "--server-side", "-f", file);

        Assert.Equal(Failed("error: Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1: .data.a\n" + HowToResolve), refused);
        Assert.Equal(Said("configmap/cfg serverside-applied (server dry run)\n"), dry);
        Assert.Equal("""{"a":"1"}""", untouched);
        Assert.Equal(Said("configmap/cfg serverside-applied\n"), forced);
        Assert.Equal(forced, again);
        Assert.Equal(forced, second);
        Assert.Equal(forced, emptied);
        Assert.Equal("""{"b":"3"}""", await DataAsync(ns));
    }

    [Fact]
    public async Task Diff_shows_what_would_change_and_ends_with_code_1()
    {
        var (ns, file) = await AppliedAsync();

        var same = await Kubectl.RunAsync("-n", ns, "diff", "-f", file);
        await File.WriteAllTextAsync(file, Config("2"));
        var client = await Kubectl.RunAsync("-n", ns, "diff", "-f", file);
        var conflict = await Kubectl.RunAsync("-n", ns, "diff", "--server-side", "-f", file);
        var server = await Kubectl.RunAsync("-n", ns, "diff", "--server-side", "--force-conflicts", "-f", file);
        await File.WriteAllTextAsync(file, Config("1", "new"));
        var created = await Kubectl.RunAsync("-n", ns, "diff", "-f", file);

        const string Hunk = "@@ -1,6 +1,6 @@\n apiVersion: v1\n data:\n-  a: \"1\"\n+  a: \"2\"\n kind: ConfigMap\n metadata:\n";
        Assert.Equal(Said(""), same);
        Assert.Equal((1, ""), (client.ExitCode, client.Error));
        Assert.Contains(Hunk, client.Output, StringComparison.Ordinal);
        Assert.Equal((2, ""), (conflict.ExitCode, conflict.Output));
        Assert.EndsWith("Error from server (Conflict): Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1: .data.a\n", conflict.Error, StringComparison.Ordinal);
        Assert.Equal((1, ""), (server.ExitCode, server.Error));
        Assert.Contains(Hunk, server.Output, StringComparison.Ordinal);
        Assert.Equal((1, ""), (created.ExitCode, created.Error));
        Assert.Contains("@@ -0,0 +1,9 @@\n+apiVersion: v1\n+data:\n+  a: \"1\"\n+kind: ConfigMap\n", created.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edit_sends_what_the_editor_leaves()
    {
        var (ns, _) = await AppliedAsync();
        Task<Outcome> EditAsync(string editor, params string[] more) => RunAsync(new() { ["KUBE_EDITOR"] = editor }, ["-n", ns, "edit", "configmap", .. more]);

        var changed = await EditAsync("sed -i /a:/s/1/7/", "cfg");
        var data = await DataAsync(ns);
        var json = await EditAsync("sed -i s/\\\"7\\\"/\\\"8\\\"/", "cfg", "-o", "json");
        var kept = await EditAsync("true", "cfg");
        var broken = await EditAsync("false", "cfg");
        var otherKind = await EditAsync("sed -i s/^kind:.*/kind:\\ Secret/", "cfg");
        var invalid = await EditAsync("sed -i s/a:.*/a:\\ [1]/", "cfg");
        var missing = await EditAsync("true", "none");

        Assert.Equal(Said("configmap/cfg edited\n"), changed);
        Assert.Equal("""{"a":"7"}""", data);
        Assert.Equal((0, "", "8"), (json.ExitCode, json.Error, (string?)JsonNode.Parse(json.Output)!["data"]!["a"]));
        Assert.Equal(Said("", "Edit cancelled, no changes made.\n"), kept);
        Assert.Equal(Failed("error: there was a problem with the editor \"false\"\n"), broken);
        Assert.Equal((1, ""), (otherKind.ExitCode, otherKind.Output));
        Assert.EndsWith("error: At least one of apiVersion, kind and name was changed\n", otherKind.Error, StringComparison.Ordinal);
        Assert.Equal((1, ""), (invalid.ExitCode, invalid.Output));
        Assert.StartsWith("error: configmaps \"cfg\" is invalid\n", invalid.Error, StringComparison.Ordinal);
        Assert.EndsWith("error: Edit cancelled, no valid changes were saved.\n", invalid.Error, StringComparison.Ordinal);
        Assert.Equal(Failed("Error from server (NotFound): configmaps \"none\" not found\n"), missing);
        Assert.Equal("""{"a":"8"}""", await DataAsync(ns));
    }

    [Fact]
    public async Task Replace_writes_the_whole_object_and_with_force_makes_it_anew()
    {
        var (ns, file) = await AppliedAsync();
        var before = await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/cfg");
        await File.WriteAllTextAsync(file, Config("2"));

        var replaced = await Kubectl.RunAsync("-n", ns, "replace", "-f", file);
        var kept = await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/cfg");
        var forced = await Kubectl.RunAsync("-n", ns, "replace", "--force", "-f", file);
        var after = await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/cfg");
        var stale = await Kubectl.RunAsync(Config("3").Replace("name: cfg", "name: cfg\n  resourceVersion: \"1\"", StringComparison.Ordinal), ["-n", ns, "replace", "-f", "-"]);
        var missing = await Kubectl.RunAsync(Config("1", "none"), ["-n", ns, "replace", "-f", "-"]);
        var again = await Kubectl.RunAsync("-n", ns, "create", "-f", file);

        Assert.Equal(Said("configmap/cfg replaced\n"), replaced);
        Assert.Equal((string?)before!["metadata"]!["uid"], (string?)kept!["metadata"]!["uid"]);
        Assert.Null(kept["metadata"]!["annotations"]);
        Assert.Equal(Said($"configmap \"cfg\" deleted from {ns} namespace\nconfigmap/cfg replaced\n"), forced);
        Assert.NotEqual((string?)before["metadata"]!["uid"], (string?)after!["metadata"]!["uid"]);
        Assert.Equal(
            Failed("Error from server (Conflict): error when replacing \"STDIN\": Operation cannot be fulfilled on configmaps \"cfg\": the object has been modified; please apply your changes to the latest version and try again\n"),
            stale);
        Assert.Equal(Failed("Error from server (NotFound): error when replacing \"STDIN\": configmaps \"none\" not found\n"), missing);
        Assert.Equal(Failed($"Error from server (AlreadyExists): error when creating \"{file}\": configmaps \"cfg\" already exists\n"), again);
    }

    private async Task<(string Namespace, string File)> AppliedAsync()
    {
        var ns = await fixture.NamespaceAsync();
        var file = Path.Combine(fixture.Simulator.Folder, ns + ".yaml");
        await File.WriteAllTextAsync(file, Config("1"));
        Assert.Equal(Said("configmap/cfg created\n"), await Kubectl.RunAsync("-n", ns, "apply", "-f", file));
        return (ns, file);
    }

    private async Task<string> DataAsync(string ns) => (await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/cfg"))!["data"]!.ToJsonString();

    private Task<Outcome> RunAsync(Dictionary<string, string> environment, params string[] arguments) => Kubectl.RunAsync("", arguments, environment);

    private static string Config(string value, string name = "cfg", string key = "a") => $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  {key}: \"{value}\"\n";
}
