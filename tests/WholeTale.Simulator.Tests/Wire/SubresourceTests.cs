using WholeTale.Simulator.Tests.Life;

namespace WholeTale.Simulator.Tests.Wire;

/// <summary>Subresources, lists and deletions that the API server refuses, in its words.</summary>
public sealed class SubresourceTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    [Theory]
    [InlineData("tailLines=-1", 422, "PodLogOptions \"p\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("sinceSeconds=0", 422, "PodLogOptions \"p\" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("tailLines=x", 400, "strconv.ParseInt: parsing \"x\": invalid syntax")]
    [InlineData("container=x", 400, "container x is not valid for pod p")]
    public async Task Log_options_are_checked(string query, int status, string message)
    {
        var path = await WaitingPodAsync();

        var answer = await fixture.AskAsync("GET", $"{path}/log?{query}");

        Assert.Equal((status, message), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task A_pod_is_bound_once()
    {
        var path = await WaitingPodAsync();
        const string binding = """{"metadata":{"name":"p"},"target":{"kind":"Node","name":"simulated-node-1"}}""";

        var unnamed = await fixture.AskAsync("POST", path + "/binding", """{"metadata":{"name":"p"},"target":{}}""");
        var other = await fixture.AskAsync("POST", path + "/binding", """{"metadata":{"name":"q"},"target":{"name":"n"}}""");
        var first = await fixture.AskAsync("POST", path[..path.LastIndexOf("/pods/", StringComparison.Ordinal)] + "/bindings", binding);
        var second = await fixture.AskAsync("POST", path + "/binding", binding);

        Assert.Equal((500, "target.name: Required value"), (unnamed.Status, unnamed.Message));
        Assert.Equal((400, "name in URL does not match name in Binding object"), (other.Status, other.Message));
        Assert.Equal(201, first.Status);
        Assert.Equal((409, "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"simulated-node-1\""), (second.Status, second.Message));
    }

    [Fact]
    public async Task An_eviction_in_dry_run_leaves_the_pod()
    {
        var path = await WaitingPodAsync();

        var wrong = await fixture.AskAsync("POST", path + "/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"q"}}""");
        var dry = await fixture.AskAsync("POST", path + "/eviction?dryRun=All", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p"}}""");
        var still = await fixture.AskAsync("GET", path);

        Assert.Equal((400, "name in URL does not match name in Eviction object"), (wrong.Status, wrong.Message));
        Assert.Equal((201, 200), (dry.Status, still.Status));
    }

    [Fact]
    public async Task A_scale_of_another_name_or_an_old_version_is_refused()
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{ns}/deployments/web";
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web", replicas: 0), path);

        var named = await fixture.AskAsync("PUT", path + "/scale", """{"metadata":{"name":"other"},"spec":{"replicas":1}}""");
        var old = await fixture.AskAsync("PUT", path + "/scale", """{"metadata":{"name":"web","resourceVersion":"1"},"spec":{"replicas":1}}""");
        var negative = await fixture.AskAsync("PATCH", path + "/scale", """{"spec":{"replicas":-1}}""", "application/merge-patch+json");

        Assert.Equal((400, "the name of the object (other) does not match the name on the URL (web)"), (named.Status, named.Message));
        Assert.Equal(409, old.Status);
        Assert.Equal((422, "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0"), (negative.Status, negative.Message));
    }

    [Fact]
    public async Task A_version_that_is_not_yet_is_too_large()
    {
        var list = await fixture.AskAsync("GET", "/api/v1/namespaces/default/configmaps?resourceVersion=99999999");
        var watch = await fixture.AskAsync("GET", "/api/v1/namespaces/default/configmaps?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1");

        Assert.Equal(504, list.Status);
        Assert.Matches("^Timeout: Too large resource version: 99999999, current: \\d+$", list.Message);
        Assert.Equal(["ResourceVersionTooLarge : Too large resource version"], list.Causes);
        // What newer informers ask first; 1.26 has no streaming lists, and they list instead.
        Assert.Equal(422, watch.Status);
        Assert.Equal("FieldValueForbidden resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch", watch.Causes[0]);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("kube-system")]
    public async Task The_clusters_own_namespaces_may_not_be_deleted(string name)
    {
        var answer = await fixture.AskAsync("DELETE", "/api/v1/namespaces/" + name);

        Assert.Equal((403, $"namespaces \"{name}\" is forbidden: this namespace may not be deleted"), (answer.Status, answer.Message));
    }

    // A pod that no scheduler takes.
    private async Task<string> WaitingPodAsync()
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/pods/p";
        await fixture.ApplyAsync(SimulatorFixture.Pod("p", """{"name":"c","image":"i"}""", ""","schedulerName":"nobody" """), path);
        return path;
    }
}
