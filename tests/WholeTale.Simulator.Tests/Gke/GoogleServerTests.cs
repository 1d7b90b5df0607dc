using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke.Identity;

namespace WholeTale.Simulator.Tests.Gke;

/// <summary>The simulated Google over REST, with nothing but HTTP and JSON. What is expected stands in the public reference of the API and in AIP-193 (errors).</summary>
public sealed class GoogleServerTests : IAsyncLifetime
{
    private GoogleWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GoogleWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_cluster_comes_to_run_with_the_nodes_of_its_pools_and_takes_Googles_tokens()
    {
        await world.CreateAsync("""{"cluster":{"name":"tales","nodePools":[{"name":"default-pool","initialNodeCount":2},{"name":"builder","initialNodeCount":1,"config":{"taints":[{"key":"k","value":"v","effect":"NO_SCHEDULE"}]}}]}}""");

        var cluster = await world.GetAsync($"{GoogleWorld.Location}/clusters/tales");

        Assert.Equal("RUNNING", (string?)cluster["status"]);
        Assert.Equal(3, (int?)cluster["currentNodeCount"]);
        var authority = Encoding.UTF8.GetString(Convert.FromBase64String((string)cluster["masterAuth"]!["clusterCaCertificate"]!));
        using var kubernetes = GoogleWorld.Client(authority, new Uri($"https://{cluster["endpoint"]}"), world.Google.Tokens.Issue(GoogleAccounts.User));
        var nodes = JsonNode.Parse(await kubernetes.GetStringAsync("/api/v1/nodes?labelSelector=cloud.google.com/gke-nodepool=builder", TestContext.Current.CancellationToken))!["items"]!.AsArray();
        Assert.Equal("NoSchedule", (string?)Assert.Single(nodes)!["spec"]!["taints"]![0]!["effect"]);
    }

    [Fact]
    public async Task Faults_strike_in_its_clusters_too()
    {
        world.Faults.Replace(FaultFile.Parse("""[{"on":"image","image":"nginx*"}]"""));
        await world.CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1}}""");
        using var kubernetes = await world.KubernetesAsync("tales");
        const string Pods = "/api/v1/namespaces/default/pods";

        using var made = await kubernetes.PostAsync(
            Pods, new StringContent("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"main","image":"nginx"}]}}""", Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string? reason;
        do
            reason = (string?)JsonNode.Parse(await kubernetes.GetStringAsync($"{Pods}/web", patience.Token))!["status"]!["containerStatuses"]?[0]!["state"]!["waiting"]?["reason"];
        while (reason is not "ImagePullBackOff");
    }

    [Fact]
    public async Task An_operation_fails_half_way_and_a_method_is_refused_as_the_rule_says()
    {
        world.Faults.Replace(FaultFile.Parse(
            """[{"on":"gke","verb":"CreateCluster/operation","action":"fail","status":429,"message":"Insufficient regional quota"},{"on":"gke","verb":"ListClusters","status":403,"reason":"SERVICE_DISABLED","count":1}]"""));

        await GoogleWorld.RefusedAsync(await world.Http.GetAsync($"{GoogleWorld.Location}/clusters", TestContext.Current.CancellationToken), HttpStatusCode.Forbidden, "PERMISSION_DENIED", "SERVICE_DISABLED");
        var operation = await GoogleWorld.SentAsync(await world.PostAsync($"{GoogleWorld.Location}/clusters", """{"cluster":{"name":"tales","initialNodeCount":1}}"""));
        var done = await world.DoneAsync((string)operation["name"]!);
        var cluster = Assert.Single((await world.GetAsync($"{GoogleWorld.Location}/clusters"))["clusters"]!.AsArray())!;

        // google.rpc.Code: 8 is RESOURCE_EXHAUSTED.
        Assert.Equal((8, "Insufficient regional quota"), ((int?)done["error"]!["code"], (string?)done["error"]!["message"]));
        Assert.Equal(("ERROR", "GCE_QUOTA_EXCEEDED"), ((string?)cluster["status"], (string?)cluster["conditions"]![0]!["code"]));
    }

    [Fact]
    public async Task An_expired_token_is_refused_by_Google_and_by_its_clusters()
    {
        await world.CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1}}""");
        var cluster = await world.GetAsync($"{GoogleWorld.Location}/clusters/tales");
        world.Google.Tokens.Lifetime = TimeSpan.Zero;
        var expired = world.Google.Tokens.Issue(GoogleAccounts.User);

        using var late = GoogleWorld.Client(world.Google.AuthorityPem, world.Google.Endpoint, expired);
        using var kubernetes = GoogleWorld.Client(Encoding.UTF8.GetString(Convert.FromBase64String((string)cluster["masterAuth"]!["clusterCaCertificate"]!)), new Uri($"https://{cluster["endpoint"]}"), expired);

        await GoogleWorld.RefusedAsync(await late.GetAsync($"{GoogleWorld.Location}/clusters", TestContext.Current.CancellationToken), HttpStatusCode.Unauthorized, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED");
        Assert.Equal(HttpStatusCode.Unauthorized, (await kubernetes.GetAsync("/api/v1/nodes", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("""{"cluster":{"name":"tales","initialNodeCount":1,"colour":"blue"}}""", "colour")]
    [InlineData("""{"cluster":{"name":"Tales","initialNodeCount":1}}""", "cluster.name")]
    [InlineData("""{"cluster":{"name":"tales"}}""", "cluster.initial_node_count")]
    [InlineData("""{"cluster":{"name":"tales","initialNodeCount":1,"initialClusterVersion":"1.2"}}""", "1.2")]
    [InlineData("""{"cluster":{"name":"tales","nodePools":[{"name":"p","initialNodeCount":1,"config":{"machineType":"x9-huge-1"}}]}}""", "x9-huge-1")]
    [InlineData("""{"cluster":{"name":"tales","initialNodeCount":1,"privateClusterConfig":{"enablePrivateNodes":true,"masterIpv4CidrBlock":"10.0.0.0/16"},"ipAllocationPolicy":{"useIpAliases":true}}}""", "master_ipv4_cidr_block")]
    [InlineData("""{"cluster":""", "JSON")]
    public async Task A_request_that_is_wrong_is_refused_with_what_is(string body, string named)
    {
        var message = await GoogleWorld.RefusedAsync(await world.PostAsync($"{GoogleWorld.Location}/clusters", body), HttpStatusCode.BadRequest, "INVALID_ARGUMENT", null);

        Assert.Contains(named, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_is_not_made_twice_and_what_is_not_is_not_found()
    {
        await world.CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1}}""");

        await GoogleWorld.RefusedAsync(await world.PostAsync($"{GoogleWorld.Location}/clusters", """{"cluster":{"name":"tales","initialNodeCount":1}}"""), HttpStatusCode.Conflict, "ALREADY_EXISTS", null);
        await GoogleWorld.RefusedAsync(await world.Http.GetAsync($"{GoogleWorld.Location}/clusters/others", TestContext.Current.CancellationToken), HttpStatusCode.NotFound, "NOT_FOUND", null);
        await GoogleWorld.RefusedAsync(await world.Http.GetAsync("/v1/projects/another/locations/-/clusters", TestContext.Current.CancellationToken), HttpStatusCode.Forbidden, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED");
    }

    [Fact]
    public async Task One_operation_at_a_time_works_on_a_cluster_and_it_can_be_cancelled()
    {
        world.Faults.Replace(FaultFile.Parse("""[{"on":"gke","verb":"CreateCluster/operation","action":"hang"}]"""));
        var operation = await GoogleWorld.SentAsync(await world.PostAsync($"{GoogleWorld.Location}/clusters", """{"cluster":{"name":"tales","initialNodeCount":1}}"""));

        var message = await GoogleWorld.RefusedAsync(await world.Http.DeleteAsync($"{GoogleWorld.Location}/clusters/tales", TestContext.Current.CancellationToken), HttpStatusCode.BadRequest, "FAILED_PRECONDITION", null);
        Assert.Contains($"Operation {operation["name"]} is currently creating cluster tales", message, StringComparison.Ordinal);
        await GoogleWorld.SentAsync(await world.PostAsync($"{GoogleWorld.Location}/operations/{operation["name"]}:cancel", ""));

        Assert.Equal(1, (int?)(await world.DoneAsync((string)operation["name"]!))["error"]!["code"]);
        Assert.Equal("ERROR", (string?)(await world.GetAsync($"{GoogleWorld.Location}/clusters/tales"))["status"]);
    }

    [Fact]
    public async Task Zones_of_the_older_paths_are_the_same_places()
    {
        await world.CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1}}""");

        Assert.Equal("tales", (string?)(await world.GetAsync("/v1/projects/simulated-project/zones/us-central1-a/clusters/tales"))["name"]);
        Assert.Single((await world.GetAsync("/v1/projects/simulated-project/locations/-/clusters"))["clusters"]!.AsArray());
    }

    [Fact]
    public async Task Labels_are_changed_by_whoever_has_seen_the_latest()
    {
        await world.CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1,"resourceLabels":{"a":"b"}}}""");
        var fingerprint = (string)(await world.GetAsync($"{GoogleWorld.Location}/clusters/tales"))["labelFingerprint"]!;

        await GoogleWorld.RefusedAsync(await world.PostAsync($"{GoogleWorld.Location}/clusters/tales:setResourceLabels", """{"resourceLabels":{},"labelFingerprint":"other"}"""), HttpStatusCode.BadRequest, "FAILED_PRECONDITION", null);
        var operation = await GoogleWorld.SentAsync(await world.PostAsync($"{GoogleWorld.Location}/clusters/tales:setResourceLabels", $$"""{"resourceLabels":{"c":"d"},"labelFingerprint":"{{fingerprint}}"}"""));
        await world.DoneAsync((string)operation["name"]!);

        var after = await world.GetAsync($"{GoogleWorld.Location}/clusters/tales");
        Assert.Equal("""{"c":"d"}""", after["resourceLabels"]!.ToJsonString());
        Assert.NotEqual(fingerprint, (string?)after["labelFingerprint"]);
    }

    [Fact]
    public async Task A_pool_is_made_resized_and_deleted_and_the_nodes_follow()
    {
        await world.CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1}}""");
        foreach (var (request, nodes) in new (Func<Task<HttpResponseMessage>>, int)[]
        {
            (() => world.PostAsync($"{GoogleWorld.Location}/clusters/tales/nodePools", """{"nodePool":{"name":"more","initialNodeCount":2}}"""), 3),
            (() => world.PostAsync($"{GoogleWorld.Location}/clusters/tales/nodePools/more:setSize", """{"nodeCount":4}"""), 5),
            (() => world.Http.DeleteAsync($"{GoogleWorld.Location}/clusters/tales/nodePools/more", TestContext.Current.CancellationToken), 1),
        })
        {
            await world.DoneAsync((string)(await GoogleWorld.SentAsync(await request()))["name"]!);
            Assert.Equal(nodes, (int?)(await world.GetAsync($"{GoogleWorld.Location}/clusters/tales"))["currentNodeCount"]);
        }
    }

    [Fact]
    public async Task Only_the_accounts_own_key_gives_a_token_and_only_those_who_ask_as_machines_do_are_told_one()
    {
        using var plain = new HttpClient { BaseAddress = world.Google.Plain };
        var stranger = await plain.PostAsync("/token", new FormUrlEncodedContent([new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", "e30.e30.e30")]), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, stranger.StatusCode);
        Assert.Contains("invalid_grant", await stranger.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        const string Token = "/computeMetadata/v1/instance/service-accounts/default/token";
        Assert.Equal(HttpStatusCode.Forbidden, (await plain.GetAsync(Token, TestContext.Current.CancellationToken)).StatusCode);
        plain.DefaultRequestHeaders.Add("Metadata-Flavor", "Google");
        var told = JsonNode.Parse(await plain.GetStringAsync(Token, TestContext.Current.CancellationToken))!;
        Assert.NotNull(world.Google.Tokens.Owner((string)told["access_token"]!));
    }
}
