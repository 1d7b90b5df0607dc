using System.Text.Json.Nodes;
using WholeTale.Tests;
using static WholeTale.Tests.ClientTool;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>The real kubectl prunes by ApplySet (KEP-3659): a parent object names the set, labels its members.</summary>
public sealed class KubectlApplySetTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private ClientTool Kubectl => ClientTool.Find("kubectl", fixture.Simulator);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_apply_set_prunes_what_is_applied_no_more(bool onServer)
    {
        var ns = await fixture.NamespaceAsync();
        string[] side = onServer ? ["--server-side"] : [];
        var (created, unchanged) = onServer ? ("serverside-applied", "serverside-applied") : ("created", "unchanged");
        var both = Config("one") + "---\n" + Config("two");

        var first = await ApplyAsync(both, ["-n", ns, "--applyset=parts", .. side]);
        var dry = await ApplyAsync(Config("one"), ["-n", ns, "--applyset=parts", "--dry-run=server", .. side]);
        var there = await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/two");
        var second = await ApplyAsync(Config("one"), ["-n", ns, "--applyset=parts", .. side]);

        Assert.Equal(Said($"configmap/one {created}\nconfigmap/two {created}\n"), first);
        Assert.Equal(Said($"configmap/one {unchanged} (server dry run)\nconfigmap/two pruned (server dry run)\n"), dry);
        Assert.NotNull(there);
        Assert.Equal(Said($"configmap/one {unchanged}\nconfigmap/two pruned\n"), second);
        Assert.Null(await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/two"));
        var parent = (await fixture.GetAsync($"/api/v1/namespaces/{ns}/secrets/parts"))!["metadata"]!;
        var member = (await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/one"))!["metadata"]!;
        Assert.Equal("ConfigMap", (string?)parent["annotations"]!["applyset.kubernetes.io/contains-group-kinds"]);
        Assert.Equal((string)parent["labels"]!["applyset.kubernetes.io/id"]!, (string?)member["labels"]!["applyset.kubernetes.io/part-of"]);
    }

    [Fact]
    public async Task Pruning_wants_a_parent_that_is_one_or_every_object_named()
    {
        var ns = await fixture.NamespaceAsync();
        await Kubectl.RunAsync("-n", ns, "create", "configmap", "one");

        var noParent = await ApplyAsync(Config("two"), ["-n", ns, "--applyset=configmaps/one"]);
        var withoutAll = await Kubectl.RunAsync(Config("one"), ["-n", ns, "apply", "-f", "-", "--prune"]);

        Assert.Equal(Failed("error: ApplySet parent object \"configmaps./one\" already exists and is missing required annotation \"applyset.kubernetes.io/tooling\"\n"), noParent);
        Assert.Equal(
            Failed("error: all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector\n"),
            withoutAll);
    }

    private Task<Outcome> ApplyAsync(string manifests, string[] more) =>
        Kubectl.RunAsync(manifests, ["apply", "-f", "-", "--prune", .. more], new Dictionary<string, string> { ["KUBECTL_APPLYSET"] = "true" });

    private static string Config(string name) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject { ["a"] = "1" },
    }.ToJsonString() + "\n";
}
