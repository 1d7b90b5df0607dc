using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Google.Cloud.Container.V1;
using Grpc.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Tests.Clusters;
using WholeTale.Gke.Access;

namespace WholeTale.Core.Tests.Gke;

/// <summary>Each sort of credentials file is traded for a token as its own reference says, over real HTTP.</summary>
public sealed class CredentialTests : IDisposable
{
    private readonly ClusterFolder folder = new();

    public void Dispose() => folder.Dispose();

    // https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
    [Fact]
    public async Task A_service_accounts_key_signs_for_a_token_that_is_kept()
    {
        await using var stub = await TokenStub.StartAsync((_, _) => (200, """{"access_token":"from-key","expires_in":3600,"token_type":"Bearer"}"""));
        var credentials = await FindAsync(Key($"{stub.Address}/token"));

        Assert.Equal("from-key", await credentials.GetTokenAsync(TestContext.Current.CancellationToken));
        Assert.Equal("from-key", await credentials.GetTokenAsync(TestContext.Current.CancellationToken));

        Assert.Equal("key-project", credentials.Project);
        var form = HttpUtility.ParseQueryString(Assert.Single(stub.Requests).Body);
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var claims = JsonNode.Parse(Encoding.UTF8.GetString(FromBase64Url(form["assertion"]!.Split('.')[1])))!;
        Assert.Equal("deployer@key-project.iam.gserviceaccount.com", (string?)claims["iss"]);
        Assert.Equal("https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/userinfo.email", (string?)claims["scope"]);
    }

    [Fact]
    public async Task A_token_that_is_about_to_expire_is_renewed()
    {
        await using var stub = await TokenStub.StartAsync((_, earlier) => (200, $$"""{"access_token":"token-{{earlier}}","expires_in":1,"token_type":"Bearer"}"""));
        var credentials = await FindAsync(Key($"{stub.Address}/token"));

        var first = await credentials.GetTokenAsync(TestContext.Current.CancellationToken);
        var second = await credentials.GetTokenAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(first, second);
    }

    // https://google.aip.dev/auth/4117
    [Fact]
    public async Task Workload_identity_federation_exchanges_a_foreign_token_and_acts_as_its_account()
    {
        await using var stub = await TokenStub.StartAsync((path, _) => path == "/sts"
            ? (200, """{"access_token":"federated","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":3600}""")
            : (200, """{"accessToken":"as-the-account","expireTime":"2999-01-01T00:00:00Z"}"""));
        var credentials = await FindAsync(new JsonObject
        {
            ["type"] = "external_account",
            ["audience"] = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/ci",
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
            ["token_url"] = $"{stub.Address}/sts",
            ["service_account_impersonation_url"] = $"{stub.Address}/v1/projects/-/serviceAccounts/deployer@p.iam.gserviceaccount.com:generateAccessToken",
            ["credential_source"] = new JsonObject { ["file"] = folder.Write("ci-token", "from-the-ci-system") },
        });

        Assert.Equal("as-the-account", await credentials.GetTokenAsync(TestContext.Current.CancellationToken));

        Assert.Contains("from-the-ci-system", Assert.Single(stub.Requests, request => request.Path == "/sts").Body, StringComparison.Ordinal);
    }

    // https://google.aip.dev/auth/4117, "impersonated_service_account", as 'gcloud auth application-default login --impersonate-service-account' writes it.
    [Fact]
    public async Task A_file_of_an_impersonated_account_acts_as_it()
    {
        await using var stub = await TokenStub.StartAsync((path, _) => path == "/token"
            ? (200, """{"access_token":"own","expires_in":3600,"token_type":"Bearer"}""")
            : (200, """{"accessToken":"as-the-other","expireTime":"2999-01-01T00:00:00Z"}"""));
        var credentials = await FindAsync(new JsonObject
        {
            ["type"] = "impersonated_service_account",
            ["service_account_impersonation_url"] = $"{stub.Address}/v1/projects/-/serviceAccounts/other@p.iam.gserviceaccount.com:generateAccessToken",
            ["source_credentials"] = Key($"{stub.Address}/token"),
        });

        Assert.Equal("as-the-other", await credentials.GetTokenAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_key_that_was_withdrawn_is_said_without_a_word_of_it()
    {
        await using var stub = await TokenStub.StartAsync((_, _) => (400, """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"""));
        var key = Key($"{stub.Address}/token");
        var credentials = await FindAsync(key);

        var error = await Assert.ThrowsAsync<ClusterException>(async () => await credentials.GetTokenAsync(TestContext.Current.CancellationToken));

        Assert.Equal(FailureKind.Unauthenticated, error.Kind);
        Assert.Contains("Invalid JWT Signature", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(((string)key["private_key"]!)[40..80], error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"service_account","client_email":"a@b.c","private_key":"s3cret-key"}""")]
    [InlineData("""{"type":"unheard-of","private_key":"s3cret-key"}""")]
    [InlineData("s3cret-key, and no JSON")]
    [InlineData("")]
    public async Task A_file_that_holds_no_credentials_is_said_without_what_it_holds(string content)
    {
        var error = await Assert.ThrowsAsync<ClusterException>(() => FindAsync(folder.Write("key.json", content)));

        Assert.Equal("GoogleCredentialsInvalid", error.ErrorId);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_refused_midway_is_replaced_and_the_work_goes_on()
    {
        await using var tokens = await TokenStub.StartAsync((_, earlier) => (200, $$"""{"access_token":"token-{{earlier}}","expires_in":3600,"token_type":"Bearer"}"""));
        await using var world = await GkeWorld.StartAsync(call =>
            call.Headers["authorization"] == "Bearer token-0" && call.Method == "GetOperation" ? StubAnswer.Error(StatusCode.Unauthenticated, "Invalid credentials.")
            : call.Method switch
            {
                "GetCluster" => call.Earlier == 0 ? StubAnswer.Of(GkeWorld.Cluster(Google.Cloud.Container.V1.Cluster.Types.Status.Provisioning)) : StubAnswer.Of(GkeWorld.Cluster(Google.Cloud.Container.V1.Cluster.Types.Status.Running)),
                "ListOperations" => StubAnswer.Of(new ListOperationsResponse { Operations = { GkeWorld.Operation(Operation.Types.Status.Running) } }),
                "GetOperation" => StubAnswer.Of(GkeWorld.Operation(Operation.Types.Status.Done)),
                _ => StubAnswer.Error(StatusCode.Unimplemented, call.Method),
            });
        var request = world.Request(gke => gke with { CredentialsFile = folder.Write("key.json", Key($"{tokens.Address}/token").ToJsonString()) });
        var settings = request.Settings with { Settings = request.Settings.Settings with { Secrets = new SecretSettings() } };

        var cluster = await world.CreateAsync(request with { Settings = settings });

        Assert.Equal(ClusterStatus.Running, cluster.Status);
        Assert.Equal(2, tokens.Requests.Count);
        Assert.Equal("Bearer token-1", world.Stub.Calls[^1].Headers["authorization"]);
    }

    private Task<GoogleCredentials> FindAsync(JsonObject content) => FindAsync(folder.Write("key.json", content.ToJsonString()));

    private Task<GoogleCredentials> FindAsync(string file) =>
        GoogleCredentials.FindAsync(folder.Settings(settings => settings with { Gke = new GkeSettings { CredentialsFile = file } }), TestContext.Current.CancellationToken);

    private static JsonObject Key(string tokenAddress)
    {
        using var rsa = RSA.Create(2048);
        return new JsonObject
        {
            ["type"] = "service_account",
            ["project_id"] = "key-project",
            ["private_key_id"] = "1",
            ["private_key"] = rsa.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = "deployer@key-project.iam.gserviceaccount.com",
            ["token_uri"] = tokenAddress,
        };
    }

    private static byte[] FromBase64Url(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}
