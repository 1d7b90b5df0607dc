using System.Text.Json.Nodes;
using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>What the real kubectl does to objects: apply, diff, edit, patch, label, delete, and how it shows them.</summary>
public sealed class KubectlObjectTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private ClientTool Kubectl => ClientTool.Find("kubectl", fixture.Simulator);

    [Fact]
    public async Task Diff_shows_what_would_change_and_ends_with_code_1()
    {
        var (ns, file) = await AppliedAsync();

        var same = await Kubectl.RunAsync("-n", ns, "diff", "-f", file);
        await File.WriteAllTextAsync(file, Config("2"));
        var client = await Kubectl.RunAsync("-n", ns, "diff", "-f", file);
        var conflict = await Kubectl.RunAsync("-n", ns, "diff", "--server-side", "-f", file);
        var server = await Kubectl.RunAsync("-n", ns, "diff", "--server-side", "--force-conflicts", "-f", file);

        Assert.Equal((0, ""), (same.ExitCode, same.Output));
        Assert.Equal(1, client.ExitCode);
        Assert.Contains("-  a: \"1\"\n+  a: \"2\"\n", client.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, conflict.ExitCode);
        Assert.Contains("conflict with \"kubectl-client-side-apply\" using v1: .data.a", conflict.Error, StringComparison.Ordinal);
        Assert.Equal(1, server.ExitCode);
        Assert.Contains("+  a: \"2\"\n", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_says_created_unchanged_configured_and_conflicts_on_the_server_side()
    {
        var (ns, file) = await AppliedAsync();

        var again = await Kubectl.RunAsync("-n", ns, "apply", "-f", file);
        await File.WriteAllTextAsync(file, Config("2"));
        var dry = await Kubectl.RunAsync("-n", ns, "apply", "-f", file, "--dry-run=server");
        var changed = await Kubectl.RunAsync("-n", ns, "apply", "-f", file);
        await File.WriteAllTextAsync(file, Config("3"));
        var refused = await Kubectl.RunAsync("-n", ns, "apply", "--server-side", "-f", file);
        var forced = await Kubectl.RunAsync("-n", ns, "apply", "--server-side", "--force-conflicts", "-f", file);

        Assert.Equal("configmap/cfg unchanged\n", again.Text);
        Assert.Equal("configmap/cfg configured (server dry run)\n", dry.Text);
        Assert.Equal("configmap/cfg configured\n", changed.Text);
        Assert.StartsWith("error: Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1: .data.a\n", refused.Error, StringComparison.Ordinal);
        Assert.Equal("configmap/cfg serverside-applied\n", forced.Text);
    }

    [Fact]
    public async Task An_apply_set_prunes_what_is_applied_no_more()
    {
        var ns = await fixture.NamespaceAsync();
        var file = Path.Combine(fixture.Simulator.Folder, ns + ".yaml");
        await File.WriteAllTextAsync(file, Config("1") + "---\n" + Config("1", "other"));
        Dictionary<string, string> alpha = new() { ["KUBECTL_APPLYSET"] = "true" };
        string[] command = ["-n", ns, "apply", "-f", file, "--prune", "--applyset=parts"];

        var first = await RunAsync(alpha, command);
        await File.WriteAllTextAsync(file, Config("1"));
        var second = await RunAsync(alpha, command);

        Assert.Equal("configmap/cfg created\nconfigmap/other created\n", first.Text);
        Assert.Equal("configmap/cfg unchanged\nconfigmap/other pruned\n", second.Text);
        Assert.Null(await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/other"));
        Assert.NotNull(await fixture.GetAsync($"/api/v1/namespaces/{ns}/secrets/parts"));
    }

    [Fact]
    public async Task Edit_sends_what_the_editor_leaves()
    {
        var (ns, _) = await AppliedAsync();

        var changed = await RunAsync(new() { ["KUBE_EDITOR"] = "sed -i /a:/s/1/7/" }, "-n", ns, "edit", "configmap", "cfg");
        var kept = await RunAsync(new() { ["KUBE_EDITOR"] = "true" }, "-n", ns, "edit", "configmap", "cfg");
        var refused = await RunAsync(new() { ["KUBE_EDITOR"] = "sed -i s/^kind:.*/kind:\\ Secret/" }, "-n", ns, "edit", "configmap", "cfg");

        Assert.Equal("configmap/cfg edited\n", changed.Text);
        Assert.Equal("7", (string?)(await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/cfg"))!["data"]!["a"]);
        Assert.Contains("no changes made", kept.Error + kept.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, refused.ExitCode);
    }

    [Fact]
    public async Task Patch_changes_in_all_types_and_refuses()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        Task<ClientTool.Outcome> PatchAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "patch", "deployment", "web", .. arguments]);

        var json = await PatchAsync("--type=json", "-p", """[{"op":"replace","path":"/spec/replicas","value":2}]""");
        var merge = await PatchAsync("--type=merge", "-p", """{"spec":{"replicas":2}}""");
        var strategic = await PatchAsync("-p", """{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"busybox"}]}}}}""");
        var scale = await PatchAsync("--subresource=scale", "--type=merge", "-p", """{"spec":{"replicas":3}}""");
        var failed = await PatchAsync("--type=json", "-p", """[{"op":"test","path":"/spec/replicas","value":9}]""");
        var names = await Kubectl.RunAsync("-n", ns, "get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[*].name} {.spec.replicas}");

        Assert.Equal("deployment.apps/web patched\n", json.Text);
        Assert.Equal("deployment.apps/web patched (no change)\n", merge.Text);
        Assert.Equal("deployment.apps/web patched\n", strategic.Text);
        Assert.Equal("scale.autoscaling/web patched\n", scale.Text);
        Assert.Equal((1, "The request is invalid: the server rejected our request due to an error in our request\n"), (failed.ExitCode, failed.Error));
        Assert.Equal("side main 3", names.Text);
    }

    [Fact]
    public async Task Label_annotate_and_scale_hold_to_what_is_there()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");

        var labeled = await Kubectl.RunAsync("-n", ns, "label", "deployment", "web", "tier=a");
        var taken = await Kubectl.RunAsync("-n", ns, "label", "deployment", "web", "tier=b");
        var overwritten = await Kubectl.RunAsync("-n", ns, "label", "deployment", "web", "tier=b", "--overwrite");
        var unlabeled = await Kubectl.RunAsync("-n", ns, "label", "deployment", "web", "tier-");
        var annotated = await Kubectl.RunAsync("-n", ns, "annotate", "deployment", "web", "note=x");
        var noted = await Kubectl.RunAsync("-n", ns, "annotate", "deployment", "web", "note=y");
        var unexpected = await Kubectl.RunAsync("-n", ns, "scale", "deployment", "web", "--current-replicas=9", "--replicas=2");
        var scaled = await Kubectl.RunAsync("-n", ns, "scale", "deployment", "web", "--current-replicas=1", "--replicas=2");

        Assert.Equal("deployment.apps/web labeled\n", labeled.Text);
        Assert.Equal((1, "error: 'tier' already has a value (a), and --overwrite is false\n"), (taken.ExitCode, taken.Error));
        Assert.Equal("deployment.apps/web labeled\n", overwritten.Text);
        Assert.Equal("deployment.apps/web unlabeled\n", unlabeled.Text);
        Assert.Equal("deployment.apps/web annotated\n", annotated.Text);
        Assert.Equal(1, noted.ExitCode);
        Assert.Equal((1, "error: Expected replicas to be 9, was 1\n"), (unexpected.ExitCode, unexpected.Error));
        Assert.Equal("deployment.apps/web scaled\n", scaled.Text);
    }

    [Fact]
    public async Task Get_shows_tables_columns_paths_and_what_is_missing()
    {
        var ns = await fixture.NamespaceAsync();
        foreach (var name in new[] { "b", "a", "c" })
            await fixture.ApplyAsync($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"set":"x"} },"data":{"k":"{{{name}}}"} }""", $"/api/v1/namespaces/{ns}/configmaps/{name}");
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        await fixture.UntilAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web", found => (int?)found?["status"]?["readyReplicas"] == 1);

        var wide = await Kubectl.RunAsync("-n", ns, "get", "deployments", "-o", "wide");
        var columns = await Kubectl.RunAsync("-n", ns, "get", "configmaps", "-l", "set=x", "-o", "custom-columns=N:.metadata.name,V:.data.k", "--sort-by=.data.k");
        var chunks = await Kubectl.RunAsync("-n", ns, "get", "configmaps", "-l", "set=x", "-o", "name", "--chunk-size=1");
        var nothing = await Kubectl.RunAsync("-n", ns, "get", "configmaps", "-l", "set=y");
        var missing = await Kubectl.RunAsync("-n", ns, "get", "configmap", "z");
        var unknown = await Kubectl.RunAsync("-n", ns, "get", "gadgets");

        Assert.Matches("^NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR\nweb +1/1 +1 +1 +\\S+ +main +nginx:1 +app=web\n$", wide.Text);
        Assert.Matches("^N +V\na +a\nb +b\nc +c\n$", columns.Text);
        Assert.Equal("configmap/a\nconfigmap/b\nconfigmap/c\n", chunks.Text);
        Assert.Equal($"No resources found in {ns} namespace.\n", nothing.Error);
        Assert.Equal((1, "Error from server (NotFound): configmaps \"z\" not found\n"), (missing.ExitCode, missing.Error));
        Assert.Equal((1, "error: the server doesn't have a resource type \"gadgets\"\n"), (unknown.ExitCode, unknown.Error));
    }

    [Fact]
    public async Task Explain_reads_nested_fields_of_the_published_schema()
    {
        var rolling = await Kubectl.RunAsync("explain", "deployment.spec.strategy.rollingUpdate");
        var selector = await Kubectl.RunAsync("explain", "deployment.spec");
        var later = await Kubectl.RunAsync("explain", "pod.spec.containers.resizePolicy");

        Assert.Contains("FIELD: rollingUpdate <RollingUpdateDeployment>", rolling.Text, StringComparison.Ordinal);
        Assert.Contains("  maxSurge\t<IntOrString>\n", rolling.Text, StringComparison.Ordinal);
        Assert.Contains("  selector\t<LabelSelector> -required-\n", selector.Text, StringComparison.Ordinal);
        Assert.Contains("  template\t<PodTemplateSpec> -required-\n", selector.Text, StringComparison.Ordinal);
        Assert.Equal((1, "error: field \"resizePolicy\" does not exist\n"), (later.ExitCode, later.Error));
    }

    [Theory]
    [InlineData("configmap", "x", "--from-literal=a=b")]
    [InlineData("secret", "generic", "x", "--from-literal=a=b")]
    [InlineData("secret", "docker-registry", "x", "--docker-server=r", "--docker-username=u", "--docker-password=p")]
    [InlineData("deployment", "x", "--image=nginx", "--port=80")]
    [InlineData("job", "x", "--image=busybox")]
    [InlineData("cronjob", "x", "--image=busybox", "--schedule=*/5 * * * *")]
    [InlineData("namespace", "x")]
    [InlineData("service", "clusterip", "x", "--tcp=80:8080")]
    [InlineData("service", "nodeport", "x", "--tcp=80")]
    [InlineData("service", "loadbalancer", "x", "--tcp=80")]
    [InlineData("service", "externalname", "x", "--external-name=x.org")]
    [InlineData("ingress", "x", "--rule=a.org/*=web:80")]
    [InlineData("quota", "x", "--hard=pods=3")]
    [InlineData("poddisruptionbudget", "x", "--selector=app=web", "--min-available=1")]
    [InlineData("priorityclass", "x", "--value=100")]
    [InlineData("serviceaccount", "x")]
    [InlineData("role", "x", "--verb=get", "--resource=pods")]
    [InlineData("clusterrole", "x", "--verb=get", "--resource=pods")]
    [InlineData("rolebinding", "x", "--role=r", "--user=joe")]
    [InlineData("clusterrolebinding", "x", "--clusterrole=view", "--user=joe")]
    public async Task Create_of_each_kind_passes_the_servers_dry_run(params string[] arguments)
    {
        var created = await Kubectl.RunAsync(["-n", "default", "create", .. arguments, "--dry-run=server"]);

        Assert.EndsWith("/x created (server dry run)\n", created.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_with_force_makes_the_object_anew()
    {
        var (ns, file) = await AppliedAsync();
        var before = await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/cfg");

        var replaced = await Kubectl.RunAsync("-n", ns, "replace", "--force", "-f", file);
        var after = await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/cfg");

        Assert.Equal($"configmap \"cfg\" deleted from {ns} namespace\nconfigmap/cfg replaced\n", replaced.Text);
        Assert.NotEqual((string?)before!["metadata"]!["uid"], (string?)after!["metadata"]!["uid"]);
    }

    [Fact]
    public async Task Custom_resources_are_applied_shown_scaled_and_explained()
    {
        var ns = await fixture.NamespaceAsync();
        var definition = await Kubectl.RunAsync(Definition(ns), ["apply", "-f", "-"]);
        await Kubectl.RunAsync("wait", "--for=condition=established", $"crd/widgets.{ns}.example", "--timeout=20s");

        var strict = await Kubectl.RunAsync(Widget(ns, "size: 3, unknown: 1"), ["-n", ns, "apply", "-f", "-"]);
        var applied = await Kubectl.RunAsync(Widget(ns, "size: 3"), ["-n", ns, "apply", "-f", "-"]);
        var shown = await Kubectl.RunAsync("-n", ns, "get", "widgets." + ns + ".example");
        var scaled = await Kubectl.RunAsync("-n", ns, "scale", $"widgets.{ns}.example/w", "--replicas=5");
        var scale = await Kubectl.RunAsync("-n", ns, "get", $"widgets.{ns}.example", "w", "-o", "jsonpath={.spec.size} {.spec.color} {.metadata.generation}");
        var refused = await Kubectl.RunAsync("-n", ns, "patch", $"widgets.{ns}.example", "w", "--type=merge", "-p", """{"spec":{"size":11}}""");
        var explained = await Kubectl.RunAsync("explain", $"widgets.spec", $"--api-version={ns}.example/v1");

        Assert.Equal($"customresourcedefinition.apiextensions.k8s.io/widgets.{ns}.example created\n", definition.Text);
        Assert.Contains("strict decoding error: unknown field \"spec.unknown\"", strict.Error, StringComparison.Ordinal);
        Assert.Equal($"widget.{ns}.example/w created\n", applied.Text);
        Assert.Matches("^NAME +SIZE +AGE\nw +3 +\\S+\n$", shown.Text);
        Assert.Equal($"widget.{ns}.example/w scaled\n", scaled.Text);
        Assert.Equal("5 red 2", scale.Text);
        Assert.Contains("spec.size in body should be less than or equal to 10", refused.Error, StringComparison.Ordinal);
        Assert.Contains("size\t<integer> -required-", explained.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Custom_resources_go_with_their_owner_and_their_namespace()
    {
        var ns = await fixture.NamespaceAsync();
        await Kubectl.RunAsync(Definition(ns), ["apply", "-f", "-"]);
        await Kubectl.RunAsync("wait", "--for=condition=established", $"crd/widgets.{ns}.example", "--timeout=20s");
        var owner = await fixture.ApplyAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"owner"}}""", $"/api/v1/namespaces/{ns}/configmaps/owner");
        var path = $"/apis/{ns}.example/v1/namespaces/{ns}/widgets";
        await fixture.AskAsync("POST", path, $$$"""{"apiVersion":"{{{ns}}}.example/v1","kind":"Widget","metadata":{"name":"owned","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{{{owner["metadata"]!["uid"]}}}"}] },"spec":{"size":1} }""");
        await fixture.AskAsync("POST", path, $$$"""{"apiVersion":"{{{ns}}}.example/v1","kind":"Widget","metadata":{"name":"free"},"spec":{"size":1} }""");

        await fixture.DeleteAsync($"/api/v1/namespaces/{ns}/configmaps/owner");
        var collected = await Kubectl.RunAsync("-n", ns, "wait", "--for=delete", $"widgets.{ns}.example/owned", "--timeout=20s");
        var deleted = await Kubectl.RunAsync("delete", "namespace", ns, "--timeout=30s");

        Assert.Equal(0, collected.ExitCode);
        Assert.Equal(0, deleted.ExitCode);
        Assert.Empty((await fixture.GetAsync(path))!["items"]!.AsArray());
    }

    private async Task<(string Namespace, string File)> AppliedAsync()
    {
        var ns = await fixture.NamespaceAsync();
        var file = Path.Combine(fixture.Simulator.Folder, ns + ".yaml");
        await File.WriteAllTextAsync(file, Config("1"));
        var applied = await Kubectl.RunAsync("-n", ns, "apply", "-f", file);
        Assert.Equal("configmap/cfg created\n", applied.Text);
        return (ns, file);
    }

    private Task<ClientTool.Outcome> RunAsync(Dictionary<string, string> environment, params string[] arguments) => Kubectl.RunAsync("", arguments, environment);

    private static string Config(string value, string name = "cfg") => $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  a: \"{value}\"\n";

    private static string Widget(string group, string spec) => $"apiVersion: {group}.example/v1\nkind: Widget\nmetadata: {{name: w}}\nspec: {{{spec}}}\n";

    private static string Definition(string group) => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.{{group}}.example}
        spec:
          group: {{group}}.example
          scope: Namespaced
          names: {plural: widgets, kind: Widget}
          versions:
          - name: v1
            served: true
            storage: true
            additionalPrinterColumns:
            - {name: Size, type: integer, jsonPath: .spec.size}
            - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
            subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size} }
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    required: [size]
                    properties:
                      size: {type: integer, minimum: 1, maximum: 10}
                      color: {type: string, default: red}
                  status: {type: object, x-kubernetes-preserve-unknown-fields: true}
        """;
}
