using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Tests.Gke;

/// <summary>The simulated Google over REST, with nothing but HTTP and JSON. What is expected stands in the public reference of the API and in AIP-193 (errors).</summary>
public sealed class GoogleServerTests : IAsyncLifetime
{
    private const string Location = "/v1/projects/simulated-project/locations/us-central1-a";

    private readonly FaultBook faults = new();
    private GoogleServer google = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        google = await GoogleServer.StartAsync(new SimulatedClusterOptions { Name = "main", Delays = false }, faults, _ => { }, TestContext.Current.CancellationToken);
        http = Client(google.AuthorityPem, google.Endpoint, google.Tokens.Issue(GoogleAccounts.ServiceAccount));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await google.DisposeAsync();
    }

    [Fact]
    public async Task A_cluster_comes_to_run_with_the_nodes_of_its_pools_and_takes_Googles_tokens()
    {
        await CreateAsync("""{"cluster":{"name":"tales","nodePools":[{"name":"default-pool","initialNodeCount":2},{"name":"builder","initialNodeCount":1,"config":{"taints":[{"key":"k","value":"v","effect":"NO_SCHEDULE"}]}}]}}""");

        var cluster = await GetAsync($"{Location}/clusters/tales");

        Assert.Equal("RUNNING", (string?)cluster["status"]);
        Assert.Equal(3, (int?)cluster["currentNodeCount"]);
        var authority = Encoding.UTF8.GetString(Convert.FromBase64String((string)cluster["masterAuth"]!["clusterCaCertificate"]!));
        using var kubernetes = Client(authority, new Uri($"https://{cluster["endpoint"]}"), google.Tokens.Issue(GoogleAccounts.User));
        var nodes = JsonNode.Parse(await kubernetes.GetStringAsync("/api/v1/nodes?labelSelector=cloud.google.com/gke-nodepool=builder", TestContext.Current.CancellationToken))!["items"]!.AsArray();
        Assert.Equal("NoSchedule", (string?)Assert.Single(nodes)!["spec"]!["taints"]![0]!["effect"]);
    }

    [Fact]
    public async Task An_expired_token_is_refused_by_Google_and_by_its_clusters()
    {
        await CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1}}""");
        var cluster = await GetAsync($"{Location}/clusters/tales");
        google.Tokens.Lifetime = TimeSpan.Zero;
        var expired = google.Tokens.Issue(GoogleAccounts.User);

        using var late = Client(google.AuthorityPem, google.Endpoint, expired);
        using var kubernetes = Client(Encoding.UTF8.GetString(Convert.FromBase64String((string)cluster["masterAuth"]!["clusterCaCertificate"]!)), new Uri($"https://{cluster["endpoint"]}"), expired);

        await RefusedAsync(await late.GetAsync($"{Location}/clusters", TestContext.Current.CancellationToken), HttpStatusCode.Unauthorized, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED");
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
        var message = await RefusedAsync(await PostAsync($"{Location}/clusters", body), HttpStatusCode.BadRequest, "INVALID_ARGUMENT", null);

        Assert.Contains(named, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_is_not_made_twice_and_what_is_not_is_not_found()
    {
        await CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1}}""");

        await RefusedAsync(await PostAsync($"{Location}/clusters", """{"cluster":{"name":"tales","initialNodeCount":1}}"""), HttpStatusCode.Conflict, "ALREADY_EXISTS", null);
        await RefusedAsync(await http.GetAsync($"{Location}/clusters/others", TestContext.Current.CancellationToken), HttpStatusCode.NotFound, "NOT_FOUND", null);
        await RefusedAsync(await http.GetAsync("/v1/projects/another/locations/-/clusters", TestContext.Current.CancellationToken), HttpStatusCode.Forbidden, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED");
    }

    [Fact]
    public async Task One_operation_at_a_time_works_on_a_cluster_and_it_can_be_cancelled()
    {
        faults.Replace(FaultFile.Parse("""[{"on":"gke","verb":"CreateCluster/operation","action":"hang"}]"""));
        var operation = await SentAsync(await PostAsync($"{Location}/clusters", """{"cluster":{"name":"tales","initialNodeCount":1}}"""));

        var message = await RefusedAsync(await http.DeleteAsync($"{Location}/clusters/tales", TestContext.Current.CancellationToken), HttpStatusCode.BadRequest, "FAILED_PRECONDITION", null);
        Assert.Contains($"Operation {operation["name"]} is currently creating cluster tales", message, StringComparison.Ordinal);
        await SentAsync(await PostAsync($"{Location}/operations/{operation["name"]}:cancel", ""));

        Assert.Equal(1, (int?)(await DoneAsync((string)operation["name"]!))["error"]!["code"]);
        Assert.Equal("ERROR", (string?)(await GetAsync($"{Location}/clusters/tales"))["status"]);
    }

    [Fact]
    public async Task Zones_of_the_older_paths_are_the_same_places()
    {
        await CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1}}""");

        Assert.Equal("tales", (string?)(await GetAsync("/v1/projects/simulated-project/zones/us-central1-a/clusters/tales"))["name"]);
        Assert.Single((await GetAsync("/v1/projects/simulated-project/locations/-/clusters"))["clusters"]!.AsArray());
    }

    [Fact]
    public async Task Labels_are_changed_by_whoever_has_seen_the_latest()
    {
        await CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1,"resourceLabels":{"a":"b"}}}""");
        var fingerprint = (string)(await GetAsync($"{Location}/clusters/tales"))["labelFingerprint"]!;

        await RefusedAsync(await PostAsync($"{Location}/clusters/tales:setResourceLabels", """{"resourceLabels":{},"labelFingerprint":"other"}"""), HttpStatusCode.BadRequest, "FAILED_PRECONDITION", null);
        var operation = await SentAsync(await PostAsync($"{Location}/clusters/tales:setResourceLabels", $$"""{"resourceLabels":{"c":"d"},"labelFingerprint":"{{fingerprint}}"}"""));
        await DoneAsync((string)operation["name"]!);

        var after = await GetAsync($"{Location}/clusters/tales");
        Assert.Equal("""{"c":"d"}""", after["resourceLabels"]!.ToJsonString());
        Assert.NotEqual(fingerprint, (string?)after["labelFingerprint"]);
    }

    [Fact]
    public async Task A_pool_is_made_resized_and_deleted_and_the_nodes_follow()
    {
        await CreateAsync("""{"cluster":{"name":"tales","initialNodeCount":1}}""");
        foreach (var (request, nodes) in new (Func<Task<HttpResponseMessage>>, int)[]
        {
            (() => PostAsync($"{Location}/clusters/tales/nodePools", """{"nodePool":{"name":"more","initialNodeCount":2}}"""), 3),
            (() => PostAsync($"{Location}/clusters/tales/nodePools/more:setSize", """{"nodeCount":4}"""), 5),
            (() => http.DeleteAsync($"{Location}/clusters/tales/nodePools/more", TestContext.Current.CancellationToken), 1),
        })
        {
            await DoneAsync((string)(await SentAsync(await request()))["name"]!);
            Assert.Equal(nodes, (int?)(await GetAsync($"{Location}/clusters/tales"))["currentNodeCount"]);
        }
    }

    [Fact]
    public async Task Only_the_accounts_own_key_gives_a_token_and_only_those_who_ask_as_machines_do_are_told_one()
    {
        using var plain = new HttpClient { BaseAddress = google.Plain };
        var stranger = await plain.PostAsync("/token", new FormUrlEncodedContent([new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", "e30.e30.e30")]), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, stranger.StatusCode);
        Assert.Contains("invalid_grant", await stranger.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        const string Token = "/computeMetadata/v1/instance/service-accounts/default/token";
        Assert.Equal(HttpStatusCode.Forbidden, (await plain.GetAsync(Token, TestContext.Current.CancellationToken)).StatusCode);
        plain.DefaultRequestHeaders.Add("Metadata-Flavor", "Google");
        var told = JsonNode.Parse(await plain.GetStringAsync(Token, TestContext.Current.CancellationToken))!;
        Assert.NotNull(google.Tokens.Owner((string)told["access_token"]!));
    }

    private static HttpClient Client(string authority, Uri address, string token)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(authority));
        var client = new HttpClient(handler) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private async Task CreateAsync(string body)
    {
        var operation = await DoneAsync((string)(await SentAsync(await PostAsync($"{Location}/clusters", body)))["name"]!);
        Assert.Null(operation["error"]);
    }

    private async Task<JsonNode> DoneAsync(string operation)
    {
        while (true)
        {
            var now = await GetAsync($"{Location}/operations/{operation}");
            if ((string?)now["status"] == "DONE")
                return now;
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body) =>
        http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    private async Task<JsonNode> GetAsync(string path) => await SentAsync(await http.GetAsync(path, TestContext.Current.CancellationToken));

    private static async Task<JsonNode> SentAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!;
    }

    private static async Task<string> RefusedAsync(HttpResponseMessage response, HttpStatusCode code, string status, string? reason)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(code, response.StatusCode);
        var error = JsonNode.Parse(body)!["error"]!;
        Assert.Equal((status, (int)code), ((string?)error["status"], (int?)error["code"]));
        if (reason is not null)
            Assert.Equal(reason, (string?)error["details"]![0]!["reason"]);
        return (string)error["message"]!;
    }
}
