using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;

namespace WholeTale.Simulator.Tests.Gke;

/// <summary>What can be set of a cluster and its node pools, over REST and over gRPC. What is expected stands in the public reference of the API.</summary>
public sealed class SettingTests : IAsyncLifetime
{
    private const string Cluster = GoogleWorld.Location + "/clusters/tales";
    private const string Older = "\"projectId\":\"simulated-project\",\"zone\":\"us-central1-a\",\"clusterId\":\"tales\"";

    private GoogleWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await GoogleWorld.StartAsync();
        await world.CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":2}}""");
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData("SetLoggingService", ":setLogging", """{"loggingService":"none"}""", "loggingService", "none")]
    [InlineData("SetMonitoringService", ":setMonitoring", """{"monitoringService":"none"}""", "monitoringService", "none")]
    [InlineData("SetAddonsConfig", ":setAddons", """{"addonsConfig":{"httpLoadBalancing":{"disabled":true}}}""", "addonsConfig", """{"httpLoadBalancing":{"disabled":true}}""")]
    [InlineData("SetLocations", ":setLocations", """{"locations":["us-central1-a","us-central1-b"]}""", "locations", """["us-central1-a","us-central1-b"]""")]
    [InlineData("SetLegacyAbac", ":setLegacyAbac", """{"enabled":true}""", "legacyAbac", """{"enabled":true}""")]
    [InlineData("SetNetworkPolicy", ":setNetworkPolicy", """{"networkPolicy":{"provider":"CALICO","enabled":true}}""", "networkPolicy", """{"provider":"CALICO","enabled":true}""")]
    [InlineData("SetLabels", ":setResourceLabels", """{"resourceLabels":{"team":"papers"}}""", "resourceLabels", """{"team":"papers"}""")]
    [InlineData("SetNodePoolAutoscaling", "/nodePools/default-pool:setAutoscaling", """{"autoscaling":{"enabled":true,"minNodeCount":1,"maxNodeCount":3}}""", "nodePools/0/autoscaling", """{"enabled":true,"minNodeCount":1,"maxNodeCount":3}""")]
    [InlineData("UpdateNodePool", "/nodePools/default-pool", """{"labels":{"labels":{"a":"b"}}}""", "nodePools/0/config/labels", """{"a":"b"}""")]
    [InlineData("UpdateCluster", "", """{"update":{"desiredLoggingConfig":{"componentConfig":{"enableComponents":["SYSTEM_COMPONENTS"]}}}}""", "loggingConfig/componentConfig/enableComponents", """["SYSTEM_COMPONENTS"]""")]
    public async Task Each_setter_sets_over_REST_and_over_gRPC(string method, string path, string body, string where, string expected)
    {
        await world.CreateAsync("""{"cluster":{"name":"others","initialNodeCount":1}}""");

        var isPut = method is "UpdateNodePool" or "UpdateCluster";
        var rest = await SetAsync(isPut ? HttpMethod.Put : HttpMethod.Post, path, body);
        var older = Older.Replace("tales", "others", StringComparison.Ordinal) + (path.Contains("nodePools", StringComparison.Ordinal) ? ",\"nodePoolId\":\"default-pool\"" : "");
        var grpc = await world.DoneAsync((string)(await world.CallAsync(method, body[..^1] + "," + older + "}"))["name"]!);

        Assert.Null(rest["error"]);
        Assert.Null(grpc["error"]);
        Assert.Equal((string?)rest["operationType"], (string?)grpc["operationType"]);
        foreach (var name in new[] { "tales", "others" })
            Assert.Equal(expected, Text(await world.GetAsync($"{GoogleWorld.Location}/clusters/{name}"), where));
    }

    [Theory]
    [InlineData(":setLogging", """{"loggingService":"printer"}""", "INVALID_ARGUMENT", "logging_service")]
    [InlineData(":setLocations", """{"locations":["us-central1-b"]}""", "INVALID_ARGUMENT", "us-central1-a")]
    [InlineData(":setLocations", """{"locations":["us-central1-a","europe-west1-b"]}""", "INVALID_ARGUMENT", "europe-west1-b")]
    [InlineData(":setMasterAuth", """{"action":"SET_PASSWORD","update":{"password":"p"}}""", "INVALID_ARGUMENT", "Basic authentication")]
    [InlineData(":setMaintenancePolicy", """{"maintenancePolicy":{"window":{"dailyMaintenanceWindow":{"startTime":"25:00"}}}}""", "INVALID_ARGUMENT", "start_time")]
    [InlineData(":setMaintenancePolicy", """{"maintenancePolicy":{"resourceVersion":"other"}}""", "FAILED_PRECONDITION", "resource_version")]
    [InlineData(":updateMaster", """{"masterVersion":"1.32.8-gke.1134000"}""", "INVALID_ARGUMENT", "downgraded")]
    [InlineData(":updateMaster", """{"masterVersion":"7.7"}""", "INVALID_ARGUMENT", "7.7")]
    [InlineData("/nodePools/default-pool:setAutoscaling", """{"autoscaling":{"enabled":true,"minNodeCount":5,"maxNodeCount":3}}""", "INVALID_ARGUMENT", "max_node_count")]
    [InlineData("/nodePools/default-pool:setManagement", """{"management":{"autoRepair":true}}""", "INVALID_ARGUMENT", "Auto_upgrade")]
    [InlineData("/nodePools/none:setSize", """{"nodeCount":1}""", "NOT_FOUND", "none")]
    [InlineData("/nodePools/default-pool:completeUpgrade", "{}", "FAILED_PRECONDITION", "no upgrade in progress")]
    public async Task What_is_refused_leaves_the_cluster_as_it_was(string path, string body, string status, string named)
    {
        var before = await world.GetAsync(Cluster);

        var message = await GoogleWorld.RefusedAsync(await world.PostAsync(Cluster + path, body), status == "NOT_FOUND" ? HttpStatusCode.NotFound : HttpStatusCode.BadRequest, status, null);

        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.Equal(before.ToJsonString(), (await world.GetAsync(Cluster)).ToJsonString());
    }

    [Fact]
    public async Task An_updated_pool_has_its_nodes_made_anew_one_after_another()
    {
        using var kubernetes = await world.KubernetesAsync("tales");
        var before = await NodesAsync(kubernetes);

        var done = await SetAsync(HttpMethod.Put, "/nodePools/default-pool", """{"machineType":"e2-standard-8","labels":{"labels":{"tier":"big"}},"taints":{"taints":[{"key":"k","value":"v","effect":"NO_EXECUTE"}]}}""");
        var after = await NodesAsync(kubernetes);

        Assert.Equal("UPGRADE_NODES", (string?)done["operationType"]);
        Assert.EndsWith("/clusters/tales/nodePools/default-pool", (string?)done["targetLink"], StringComparison.Ordinal);
        Assert.Equal((2, 2), (before.Count, after.Count));
        Assert.Empty(before.Keys.Intersect(after.Keys));
        Assert.All(after.Values, node => Assert.Equal(
            ("big", "e2-standard-8", "NoExecute", "8"),
            ((string?)node["metadata"]!["labels"]!["tier"], (string?)node["metadata"]!["labels"]!["node.kubernetes.io/instance-type"], (string?)node["spec"]!["taints"]![0]!["effect"], (string?)node["status"]!["capacity"]!["cpu"])));
    }

    [Fact]
    public async Task An_upgrade_goes_first_to_the_control_plane_and_then_to_the_nodes()
    {
        using var kubernetes = await world.KubernetesAsync("tales");
        await SetAsync(HttpMethod.Put, "", """{"update":{"desiredReleaseChannel":{"channel":"RAPID"}}}""");

        await GoogleWorld.RefusedAsync(
            await world.Http.PutAsync(Cluster + "/nodePools/default-pool", JsonContent.Create(new { nodeVersion = "1.34.1-gke.2037000" }), TestContext.Current.CancellationToken),
            HttpStatusCode.BadRequest, "INVALID_ARGUMENT", null);
        var master = await SetAsync(HttpMethod.Post, ":updateMaster", """{"masterVersion":"1.34"}""");
        var between = (await NodesAsync(kubernetes)).Values.Select(node => (string)node["status"]!["nodeInfo"]!["kubeletVersion"]!);
        await SetAsync(HttpMethod.Put, "/nodePools/default-pool", """{"nodeVersion":"-"}""");
        var after = (await NodesAsync(kubernetes)).Values.Select(node => (string)node["status"]!["nodeInfo"]!["kubeletVersion"]!);

        Assert.Equal("UPGRADE_MASTER", (string?)master["operationType"]);
        Assert.Equal("v1.34.1-gke.2037000+wholetale.simulator", (string?)JsonNode.Parse(await kubernetes.GetStringAsync("/version", TestContext.Current.CancellationToken))!["gitVersion"]);
        Assert.All(between, version => Assert.Equal("v1.33.4-gke.1036000+wholetale.simulator", version));
        Assert.All(after, version => Assert.Equal("v1.34.1-gke.2037000+wholetale.simulator", version));
    }

    [Theory]
    [InlineData("""{"colour":"red"}""", "Invalid JSON payload received. Unknown name \"colour\": Cannot find field.")]
    [InlineData("""{"nodePool":{"name":"p","config":{"labels":{"a":"b"},"taints":[{"key":"k"},{"kee":"k"}]}}}""", "Invalid JSON payload received. Unknown name \"kee\" at 'node_pool.config.taints[1]': Cannot find field.")]
    public async Task A_member_that_a_message_does_not_have_is_refused_with_its_place(string body, string expected) =>
        Assert.Equal(expected, await GoogleWorld.RefusedAsync(await world.PostAsync(Cluster + "/nodePools", body), HttpStatusCode.BadRequest, "INVALID_ARGUMENT", null));

    [Fact]
    public async Task More_locations_bring_more_nodes()
    {
        await SetAsync(HttpMethod.Post, ":setLocations", """{"locations":["us-central1-a","us-central1-b"]}""");
        using var kubernetes = await world.KubernetesAsync("tales");

        var zones = (await NodesAsync(kubernetes)).Values.Select(node => (string)node["metadata"]!["labels"]!["topology.kubernetes.io/zone"]!);

        Assert.Equal(["us-central1-a", "us-central1-a", "us-central1-b", "us-central1-b"], zones.Order(StringComparer.Ordinal));
        Assert.Equal(4, (int?)(await world.GetAsync(Cluster))["currentNodeCount"]);
    }

    [Fact]
    public async Task An_etag_that_is_no_longer_the_clusters_blocks_an_update()
    {
        var etag = (string)(await world.GetAsync(Cluster))["etag"]!;
        await SetAsync(HttpMethod.Put, "", $$$"""{"update":{"etag":"{{{etag}}}","desiredMonitoringService":"none"} }""");

        var message = await GoogleWorld.RefusedAsync(
            await world.Http.PutAsync(Cluster, JsonContent.Create(new { update = new { etag, desiredLoggingService = "none" } }), TestContext.Current.CancellationToken), HttpStatusCode.Conflict, "ABORTED", null);

        Assert.Contains("etag", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_maintenance_window_is_kept_with_a_version_that_guards_it()
    {
        await SetAsync(HttpMethod.Post, ":setMaintenancePolicy", """{"maintenancePolicy":{"window":{"dailyMaintenanceWindow":{"startTime":"03:00"}}}}""");

        var policy = (await world.GetAsync(Cluster))["maintenancePolicy"]!;

        Assert.Equal("""{"startTime":"03:00","duration":"PT4H0M0S"}""", policy["window"]!["dailyMaintenanceWindow"]!.ToJsonString());
        await SetAsync(HttpMethod.Post, ":setMaintenancePolicy", new JsonObject { ["maintenancePolicy"] = new JsonObject { ["resourceVersion"] = (string)policy["resourceVersion"]! } }.ToJsonString());
        Assert.Null((await world.GetAsync(Cluster))["maintenancePolicy"]!["window"]);
    }

    [Fact]
    public async Task The_published_keys_check_the_tokens_of_the_clusters_accounts()
    {
        using var kubernetes = await world.KubernetesAsync("tales");
        using var asked = await kubernetes.PostAsJsonAsync(
            "/api/v1/namespaces/default/serviceaccounts/default/token", new { apiVersion = "authentication.k8s.io/v1", kind = "TokenRequest", spec = new { } }, TestContext.Current.CancellationToken);
        var token = ((string)(await GoogleWorld.SentAsync(asked))["status"]!["token"]!).Split('.');

        var key = Assert.Single((await world.GetAsync(Cluster + "/jwks"))["keys"]!.AsArray())!;

        using var verifier = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars((string)key["x"]!), Y = Base64Url.DecodeFromChars((string)key["y"]!) },
        });
        Assert.Equal(("EC", "ES256", "P-256"), ((string?)key["kty"], (string?)key["alg"], (string?)key["crv"]));
        Assert.Equal((string?)JsonNode.Parse(Base64Url.DecodeFromChars(token[0]))!["kid"], (string?)key["kid"]);
        Assert.True(verifier.VerifyData(Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"), Base64Url.DecodeFromChars(token[2]), HashAlgorithmName.SHA256));
    }

    [Fact]
    public async Task Subnetworks_come_page_by_page()
    {
        const string Path = "/v1/projects/simulated-project/aggregated/usableSubnetworks";
        var seen = new List<string>();
        var token = "";
        do
        {
            var page = await world.GetAsync($"{Path}?pageSize=4&pageToken={token}");
            seen.AddRange(page["subnetworks"]!.AsArray().Select(one => (string)one!["subnetwork"]!));
            token = (string?)page["nextPageToken"] ?? "";
        }
        while (token.Length > 0);

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Contains("projects/simulated-project/regions/us-central1/subnetworks/default", seen);
        await GoogleWorld.RefusedAsync(await world.Http.GetAsync(Path + "?colour=red", TestContext.Current.CancellationToken), HttpStatusCode.BadRequest, "INVALID_ARGUMENT", null);
    }

    [Fact]
    public async Task Over_gRPC_a_refusal_has_its_code_and_its_details()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => world.CallAsync("SetLoggingService", "{" + Older + ",\"loggingService\":\"printer\"}"));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        var status = Google.Rpc.Status.Parser.ParseFrom(refused.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal("logging_service", Assert.Single(Assert.Single(status.Details).Unpack<Google.Rpc.BadRequest>().FieldViolations).Field);
    }

    private async Task<JsonNode> SetAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, Cluster + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await world.DoneAsync((string)(await GoogleWorld.SentAsync(await world.Http.SendAsync(request, TestContext.Current.CancellationToken)))["name"]!);
    }

    private static async Task<Dictionary<string, JsonNode>> NodesAsync(HttpClient kubernetes) =>
        JsonNode.Parse(await kubernetes.GetStringAsync("/api/v1/nodes", TestContext.Current.CancellationToken))!["items"]!.AsArray().ToDictionary(node => (string)node!["metadata"]!["name"]!, node => node!);

    private static string Text(JsonNode cluster, string path)
    {
        var found = path.Split('/').Aggregate(cluster, (node, part) => int.TryParse(part, out var index) ? node[index]! : node[part]!);
        return found is JsonValue value ? (string)value! : found.ToJsonString();
    }
}
