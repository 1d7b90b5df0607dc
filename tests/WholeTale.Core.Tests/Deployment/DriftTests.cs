using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>What others have made of a deployed platform: what people did is told, what controllers do is not.</summary>
public sealed class DriftTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    private const string Workload = "apis/apps/v1/namespaces/{0}/deployments/front";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";

    public static TheoryData<string, string, string, string, string, string> Additions => new()
    {
        { "env", Workload, "kubectl-set", """{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"DEBUG","value":"1"}]}]}}}}""", "spec.template.spec.containers[main].env[DEBUG]", """{"name":"DEBUG","value":"1"}""" },
        { "limit", Workload, "kubectl-set", """{"spec":{"template":{"spec":{"containers":[{"name":"main","resources":{"limits":{"memory":"1Gi"}}}]}}}}""", "spec.template.spec.containers[main].resources.limits.memory", "1Gi" },
        { "label", Workload, "kubectl-label", """{"metadata":{"labels":{"example.org/team":"blue"}}}""", "metadata.labels.example.org/team", "blue" },
        { "annotation", Workload, "node-fetch", """{"metadata":{"annotations":{"note":"mine"}}}""", "metadata.annotations.note", "mine" },
        { "data", "api/v1/namespaces/{0}/configmaps/store", "kubectl-edit", """{"data":{"more.conf":"x"}}""", "data.more.conf", "x" },
        { "port", "api/v1/namespaces/{0}/services/front", "helm", """{"spec":{"ports":[{"name":"extra","port":81}]}}""", "spec.ports[extra]", """{"name":"extra","protocol":"TCP","port":81,"targetPort":81}""" },
        { "secret", "api/v1/namespaces/{0}/secrets/hidden", "kubectl-patch", """{"data":{"more":"c2VjcmV0"}}""", "data.more", Secret.Mask },
    };

    [Theory]
    [MemberData(nameof(Additions))]
    public async Task What_somebody_adds_is_told_with_who_it_was(string space, string path, string manager, string patch, string field, string value)
    {
        var cluster = await DeployAsync(space);

        await PatchAsync(space, path, manager, patch, Strategic);

        var change = Assert.Single(await DriftAsync(cluster));
        Assert.Equal((field, null, manager), (change.Path, change.After, change.Owner));
        Assert.True(change.Before == value || (value.StartsWith('{') && JsonNode.DeepEquals(JsonNode.Parse(value), JsonNode.Parse(change.Before!))), change.Before);
    }

    [Fact]
    public async Task A_container_that_somebody_adds_is_told_as_one()
    {
        var cluster = await DeployAsync("sidecar");

        await PatchAsync("sidecar", Workload, "kubectl-patch", """{"spec":{"template":{"spec":{"containers":[{"name":"spy","image":"spy:1"}]}}}}""", Strategic);

        var change = Assert.Single(await DriftAsync(cluster));
        Assert.Equal(("Deployment", "front", "front", "spec.template.spec.containers[spy]", null, "kubectl-patch"), (change.Kind, change.Name, change.Component, change.Path, change.After, change.Owner));
        Assert.Contains("spy:1", change.Before, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_else_applies_is_told_and_what_agrees_with_the_deploy_is_not()
    {
        var cluster = await DeployAsync("applied");
        var theirs = Given.ConfigMap("applied", "store", "one");
        theirs["data"]!["theirs"] = "x";

        await simulated.Client.ApplyAsync(theirs, new ApplyOptions { FieldManager = "pipeline" }, CancellationToken.None);

        Assert.Equal(new Change("ConfigMap", "store", "store", "data.theirs", "x", null, "pipeline"), Assert.Single(await DriftAsync(cluster)));
    }

    [Fact]
    public async Task What_somebody_changes_and_takes_away_is_told_once()
    {
        var cluster = await DeployAsync("changed");

        await PatchAsync("changed", "api/v1/namespaces/{0}/configmaps/store", "kubectl-edit", """{"data":{"key":"theirs"}}""", Merge);
        await PatchAsync("changed", "api/v1/namespaces/{0}/services/front", "kubectl-edit", """{"metadata":{"labels":{"app.kubernetes.io/part-of":"wholetale","colour":null}}}""", Merge);

        Assert.Equal(
            [("store", "data.key", "theirs", "one", "kubectl-edit"), ("front", "metadata.labels.colour", null, "red", "")],
            (await DriftAsync(cluster)).Select(change => (change.Name, change.Path, change.Before, change.After, change.Owner)));
    }

    [Fact]
    public async Task What_controllers_do_is_no_drift()
    {
        var cluster = await DeployAsync("controlled");
        await PatchAsync("controlled", "api/v1/namespaces/{0}/persistentvolumeclaims/data", "k3s", """{"metadata":{"annotations":{"volume.kubernetes.io/selected-node":"a"}}}""", Merge);
        await PatchAsync("controlled", "api/v1/namespaces/{0}/services/front", "glbc", """{"metadata":{"annotations":{"cloud.google.com/neg-status":"{}"},"labels":{"group":"x"}}}""", Merge);
        await PatchAsync("controlled", Workload, "kube-controller-manager", """{"metadata":{"annotations":{"deployment.kubernetes.io/revision":"7"}}}""", Merge);
        await PatchAsync("controlled", "apis/apps/v1/namespaces/{0}/deployments/fixed/scale", "kube-controller-manager", """{"spec":{"replicas":2}}""", Merge);
        await PatchAsync("controlled", Workload + "/status", "kubectl-edit", """{"status":{"observedGeneration":7}}""", Merge);

        Assert.Empty(await DriftAsync(cluster));
    }

    [Fact]
    public async Task That_an_autoscaled_workload_goes_is_told()
    {
        var cluster = await DeployAsync("scaledaway");
        await PatchAsync("scaledaway", "apis/apps/v1/namespaces/{0}/deployments/fixed/scale", "kube-controller-manager", """{"spec":{"replicas":2}}""", Merge);
        await PatchAsync("scaledaway", "apis/apps/v1/namespaces/{0}/deployments/fixed", "keeper", """{"metadata":{"finalizers":["keeper.example.org/hold"]}}""", Merge);
        await simulated.Client.DeleteAsync(new ObjectReference(ResourceTypes.Deployment, "scaledaway", "fixed"), Propagation.Background, null, CancellationToken.None);

        var change = Assert.Single(await DriftAsync(cluster));

        Assert.Equal(("fixed", "", "created"), (change.Name, change.Path, change.After));
    }

    [Fact]
    public async Task What_a_controller_writes_while_it_is_looked_at_is_no_drift()
    {
        var cluster = await DeployAsync("meanwhile");
        await PatchAsync("meanwhile", "api/v1/namespaces/{0}/services/front", "kubectl-edit", """{"metadata":{"labels":{"colour":"blue"}}}""", Merge);
        var written = 0;
        var listener = new SimulatedCluster.Listener(report =>
        {
            if (report is not RequestReport { Method: "GET" } request || !request.Path.Contains("/services?", StringComparison.Ordinal))
                return;
            using var patch = Patch("meanwhile", "api/v1/namespaces/{0}/services/front", "glbc", """{"metadata":{"annotations":{"cloud.google.com/neg-status":"{}"}}}""", Merge);
            using var answer = simulated.Http.SendAsync(patch, CancellationToken.None).GetAwaiter().GetResult();
            written += answer.IsSuccessStatusCode ? 1 : 0;
        });

        var change = Assert.Single(await Comparison.WithRevisionAsync(cluster, listener, CancellationToken.None));

        Assert.Equal(1, written);
        Assert.Equal(("metadata.labels.colour", "blue", "red"), (change.Path, change.Before, change.After));
    }

    [Fact]
    public async Task What_kubectl_keeps_for_itself_is_no_drift()
    {
        var cluster = await DeployAsync("kept");

        await PatchAsync("kept", "api/v1/namespaces/{0}/secrets/hidden", "kubectl-client-side-apply", """{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"key\":\"eA==\"}}"}}}""", Merge);

        Assert.Empty(await DriftAsync(cluster));
    }

    [Fact]
    public async Task A_number_of_replicas_that_the_manifest_fixes_and_somebody_changes_is_told()
    {
        var cluster = await DeployAsync("rescaled");

        await PatchAsync("rescaled", "apis/apps/v1/namespaces/{0}/deployments/fixed/scale", "kubectl", """{"spec":{"replicas":2}}""", Merge);

        Assert.Equal(new Change("Deployment", "fixed", "front", "spec.replicas", "2", "1", "kubectl"), Assert.Single(await DriftAsync(cluster)));
    }

    [Fact]
    public async Task A_claim_that_somebody_has_grown_is_told_though_it_cannot_shrink_again()
    {
        var cluster = await DeployAsync("grown");

        await PatchAsync("grown", "api/v1/namespaces/{0}/persistentvolumeclaims/data", "kubectl-edit", """{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}""", Merge);

        Assert.Equal(new Change("PersistentVolumeClaim", "data", "store", "spec.resources.requests.storage", "2Gi", "1Gi", "kubectl-edit"), Assert.Single(await DriftAsync(cluster)));
    }

    private async Task<Cluster> DeployAsync(string space)
    {
        var cluster = simulated.Cluster(space);
        var fixedly = Given.Workload(space, "fixed");
        fixedly["spec"]!["replicas"] = 1;
        var service = Given.Json($$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"front","namespace":"{{space}}"},"spec":{"selector":{"app":"front"},"ports":[{"name":"web","port":80}]} }""");
        var manifests = Given.Manifests(
            ("store", [], [Given.ConfigMap(space, "store", "one"), Given.Json($$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"hidden","namespace":"{{space}}"},"data":{"key":"eA=="} }"""), Claim(space)]),
            ("front", ["store"], [Given.Workload(space, "front"), fixedly, service]));
        service["metadata"]!["labels"]!["colour"] = "red";
        await SimulatedCluster.DeployAsync(cluster, manifests);
        Assert.Empty(await DriftAsync(cluster));
        return cluster;
    }

    private static JsonObject Claim(string space) => Given.Json($$"""
        {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data","namespace":"{{space}}"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"} } } }
        """);

    private static Task<IReadOnlyList<Change>> DriftAsync(Cluster cluster) => Comparison.WithRevisionAsync(cluster, new SimulatedCluster.Listener(), CancellationToken.None);

    private async Task PatchAsync(string space, string path, string manager, string patch, string type)
    {
        using var request = Patch(space, path, manager, patch, type);
        using var answer = await simulated.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static HttpRequestMessage Patch(string space, string path, string manager, string patch, string type) =>
        new(HttpMethod.Patch, $"{path.Replace("{0}", space, StringComparison.Ordinal)}?fieldManager={manager}") { Content = new StringContent(patch, null, type) };
}
