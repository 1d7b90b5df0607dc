using System.Text.Json.Nodes;
using WholeTale.Tests;
using static WholeTale.Tests.ClientTool;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>What the real kubectl does to objects: apply, diff, edit, patch, label, delete, and how it shows them.</summary>
public sealed class KubectlObjectTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private ClientTool Kubectl => ClientTool.Find("kubectl", fixture.Simulator);

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
        var left = await Kubectl.RunAsync("-n", "default", "get", created.Output.Split(' ')[0], "--ignore-not-found");

        Assert.Equal((0, ""), (created.ExitCode, created.Error));
        Assert.Matches($@"^{(arguments[0] == "quota" ? "resourcequota" : arguments[0])}[a-z0-9.]*/x created \(server dry run\)\n$", created.Output);
        Assert.Equal(Said(""), left);
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
