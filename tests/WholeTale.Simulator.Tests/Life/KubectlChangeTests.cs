using WholeTale.Tests;
using static WholeTale.Tests.ClientTool;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>The real kubectl changes what is there: patch, label, annotate, scale, delete. What is expected is what kubectl and a real API server say.</summary>
public sealed class KubectlChangeTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private ClientTool Kubectl => ClientTool.Find("kubectl", fixture.Simulator);

    [Fact]
    public async Task Patch_changes_in_all_types()
    {
        var ns = await DeployedAsync();
        Task<Outcome> PatchAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "patch", "deployment", "web", .. arguments]);

        var json = await PatchAsync("--type=json", "-p", """[{"op":"replace","path":"/spec/replicas","value":2},{"op":"add","path":"/metadata/annotations","value":{"note":"x"}}]""");
        var merge = await PatchAsync("--type=merge", "-p", """{"spec":{"replicas":2}}""");
        var strategic = await PatchAsync("-p", """{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"busybox"}]}}}}""");
        var removed = await PatchAsync("-p", """{"metadata":{"annotations":{"note":null}}}""");
        var scale = await PatchAsync("--subresource=scale", "--type=merge", "-p", """{"spec":{"replicas":3}}""");
        var status = await PatchAsync("--subresource=status", "--type=merge", "-p", """{"spec":{"replicas":9},"status":{"observedGeneration":99}}""");
        var dry = await PatchAsync("--type=merge", "-p", """{"spec":{"replicas":7}}""", "--dry-run=server");
        var replaced = await PatchAsync("--type=merge", "-p", """{"spec":{"template":{"spec":{"containers":[{"name":"only","image":"busybox"}]}}}}""", "-o", "jsonpath={.spec.template.spec.containers[*].name}");
        var names = await Kubectl.RunAsync("-n", ns, "get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[*].name} {.spec.replicas} {.metadata.annotations.note}");

        Assert.Equal(Said("deployment.apps/web patched\n"), json);
        Assert.Equal(Said("deployment.apps/web patched (no change)\n"), merge);
        Assert.Equal(Said("deployment.apps/web patched\n"), strategic);
        Assert.Equal(Said("deployment.apps/web patched\n"), removed);
        Assert.Equal(Said("scale.autoscaling/web patched\n"), scale);
        Assert.Equal(Said("deployment.apps/web patched\n"), status);
        Assert.Equal(Said("deployment.apps/web patched\n"), dry);
        Assert.Equal(Said("only"), replaced);
        Assert.Equal(Said("only 3 "), names);
    }

    [Theory]
    [InlineData("--type=json", """[{"op":"test","path":"/spec/replicas","value":9}]""", "The request is invalid: the server rejected our request due to an error in our request\n")]
    [InlineData("--type=json", """[{"op":"remove","path":"/spec/none"}]""", "The request is invalid: the server rejected our request due to an error in our request\n")]
    [InlineData("--type=json", "{}", "Error from server (BadRequest): error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp\n")]
    [InlineData("--type=strategic", "{bad", "Error from server (BadRequest): invalid character 'b' looking for beginning of object key string\n")]
    [InlineData("--type=merge", """{"spec":{"replicas":-1}}""", "The Deployment \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n")]
    [InlineData("--type=merge", """{"metadata":{"resourceVersion":"1"}}""", "Error from server (Conflict): Operation cannot be fulfilled on deployments.apps \"web\": the object has been modified; please apply your changes to the latest version and try again\n")]
    [InlineData("--type=merge", """{"spec":{"template":{"spec":{"containers":null}}}}""", "The Deployment \"web\" is invalid: spec.template.spec.containers: Required value\n")]
    [InlineData("--type=odd", "{}", "error: --type must be one of [json merge strategic], not \"odd\"\n")]
    public async Task Patch_refuses_what_cannot_be_and_leaves_the_object_alone(string type, string patch, string refusal)
    {
        var ns = await DeployedAsync();
        var before = await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web");

        var refused = await Kubectl.RunAsync("-n", ns, "patch", "deployment", "web", type, "-p", patch);

        Assert.Equal(Failed(refusal), refused);
        var after = await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web");
        Assert.Equal(before!["spec"]!.ToJsonString(), after!["spec"]!.ToJsonString());
    }

    [Fact]
    public async Task Patch_of_a_selector_tells_every_cause()
    {
        var ns = await DeployedAsync();

        var refused = await Kubectl.RunAsync("-n", ns, "patch", "deployment", "web", "-p", """{"spec":{"selector":{"matchLabels":{"a":"b"}}}}""");
        var missing = await Kubectl.RunAsync("-n", ns, "patch", "deployment", "none", "-p", "{}");

        Assert.Equal(
            Failed(
                "The Deployment \"web\" is invalid: \n"
                + "* spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"web\"}: `selector` does not match template `labels`\n"
                + "* spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"a\":\"b\", \"app\":\"web\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable\n"),
            refused);
        Assert.Equal(Failed("Error from server (NotFound): deployments.apps \"none\" not found\n"), missing);
    }

    [Fact]
    public async Task Label_and_annotate_hold_to_what_is_there()
    {
        var ns = await DeployedAsync();
        await fixture.UntilAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web", found => found?["metadata"]?["annotations"]?["deployment.kubernetes.io/revision"] is not null);
        Task<Outcome> RunAsync(string verb, params string[] arguments) => Kubectl.RunAsync(["-n", ns, verb, "deployment", "web", .. arguments]);

        Assert.Equal(Said("deployment.apps/web labeled\n"), await RunAsync("label", "tier=a"));
        Assert.Equal(Said("deployment.apps/web not labeled\n"), await RunAsync("label", "tier=a"));
        Assert.Equal(Failed("error: 'tier' already has a value (a), and --overwrite is false\n"), await RunAsync("label", "tier=b"));
        Assert.Equal(Said("deployment.apps/web labeled (server dry run)\n"), await RunAsync("label", "tier=b", "--overwrite", "--dry-run=server"));
        Assert.Equal(Said("tier=a\n"), await RunAsync("label", "--list"));
        Assert.Equal(Said("deployment.apps/web labeled\n"), await RunAsync("label", "tier=b", "--overwrite"));
        Assert.Equal(Said("deployment.apps/web unlabeled\n"), await RunAsync("label", "tier-"));
        Assert.Equal(Said(""), await RunAsync("label", "--list"));
        Assert.Equal(
            Failed(
                "The Deployment \"web\" is invalid: metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
                + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\n"),
            await RunAsync("label", "a b=c"));
        Assert.Equal(Said("deployment.apps/web annotated\n"), await RunAsync("annotate", "note=x"));
        Assert.Equal(Failed("error: --overwrite is false but found the following declared annotation(s): 'note' already has a value (x)\n"), await RunAsync("annotate", "note=y"));
        Assert.Equal(Said("deployment.apps/web annotated\n"), await RunAsync("annotate", "note=y", "--overwrite"));
        Assert.Equal(["deployment.kubernetes.io/revision=1", "note=y"], (await RunAsync("annotate", "--list")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal(Said("deployment.apps/web annotated\n"), await RunAsync("annotate", "note-"));
        Assert.Equal(Failed("Error from server (NotFound): pods \"none\" not found\n"), await Kubectl.RunAsync("-n", ns, "label", "pod", "none", "a=b"));
    }

    [Fact]
    public async Task Scale_holds_to_the_replicas_that_are_expected()
    {
        var ns = await DeployedAsync();
        Task<Outcome> ScaleAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "scale", .. arguments]);

        Assert.Equal(Failed("error: Expected replicas to be 9, was 1\n"), await ScaleAsync("deployment/web", "--current-replicas=9", "--replicas=2"));
        Assert.Equal(Said("deployment.apps/web scaled (server dry run)\n"), await ScaleAsync("deployment/web", "--replicas=5", "--dry-run=server"));
        Assert.Equal(Said("deployment.apps/web scaled\n"), await ScaleAsync("deployment/web", "--current-replicas=1", "--replicas=2"));
        Assert.Equal(Failed("error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0\n"), await ScaleAsync("deployment/web", "--replicas=-1"));
        Assert.Equal(Failed("Error from server (NotFound): deployments.apps \"none\" not found\n"), await ScaleAsync("deployment/none", "--replicas=1"));
        Assert.Equal(Failed("Error from server (NotFound): the server could not find the requested resource\n"), await ScaleAsync("configmap/kube-root-ca.crt", "--replicas=1"));
        Assert.Equal(Said("2"), await Kubectl.RunAsync("-n", ns, "get", "deployment", "web", "-o", "jsonpath={.spec.replicas}"));
    }

    [Theory]
    [InlineData("background", 0)]
    [InlineData("foreground", 0)]
    [InlineData("orphan", 1)]
    public async Task Delete_treats_dependants_as_the_cascade_says(string cascade, int left)
    {
        var ns = await DeployedAsync();
        await fixture.UntilAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web", found => (int?)found?["status"]?["readyReplicas"] == 1);

        var dry = await Kubectl.RunAsync("-n", ns, "delete", "deployment", "web", "--cascade=" + cascade, "--dry-run=server");
        var deleted = await Kubectl.RunAsync("-n", ns, "delete", "deployment", "web", "--cascade=" + cascade, "--timeout=30s");
        var pods = left == 0 ? await Kubectl.RunAsync("-n", ns, "wait", "--for=delete", "pod", "-l", "app=web", "--timeout=30s") : Said("");
        var sets = await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/replicasets");

        Assert.Equal(Said($"deployment.apps \"web\" deleted from {ns} namespace (server dry run)\n"), dry);
        Assert.Equal(Said($"deployment.apps \"web\" deleted from {ns} namespace\n"), deleted);
        Assert.Equal((0, ""), (pods.ExitCode, pods.Error));
        Assert.Equal(left, sets!["items"]!.AsArray().Count);
        if (left == 1)
            Assert.Null(sets["items"]![0]!["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task Delete_says_what_went_and_what_is_not_there()
    {
        var ns = await fixture.NamespaceAsync();
        foreach (var name in new[] { "a", "b", "c" })
            await fixture.ApplyAsync($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"set":"x"} } }""", $"/api/v1/namespaces/{ns}/configmaps/{name}");
        await fixture.ApplyAsync(SimulatorFixture.Pod("box", """{"name":"main","image":"nginx"}"""), $"/api/v1/namespaces/{ns}/pods/box");
        Task<Outcome> DeleteAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "delete", .. arguments]);

        Assert.Equal(Said($"configmap \"a\" deleted from {ns} namespace\n"), await DeleteAsync("configmap/a"));
        Assert.Equal(Failed("Error from server (NotFound): configmaps \"a\" not found\n"), await DeleteAsync("configmap/a"));
        Assert.Equal(Said(""), await DeleteAsync("configmap/a", "--ignore-not-found"));
        Assert.Equal(Said("configmap/b\n"), await DeleteAsync("configmap", "b", "-o", "name"));
        Assert.Equal(Said($"configmap \"c\" deleted from {ns} namespace\n"), await DeleteAsync("configmap", "-l", "set=x"));
        Assert.Equal(Said("No resources found\n"), await DeleteAsync("configmap", "-l", "set=x"));
        Assert.Equal(
            Said(
                $"pod \"box\" force deleted from {ns} namespace\n",
                "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n"),
            await DeleteAsync("pod", "box", "--grace-period=0", "--force"));
        Assert.Equal(Failed("error: invalid cascade value (odd). Must be \"background\", \"foreground\", or \"orphan\"\n"), await DeleteAsync("pod", "box", "--cascade=odd"));
        Assert.Equal(
            Failed("Error from server (Forbidden): namespaces \"kube-system\" is forbidden: this namespace may not be deleted\n"),
            await Kubectl.RunAsync("delete", "namespace", "kube-system"));
    }

    private async Task<string> DeployedAsync()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        return ns;
    }
}
