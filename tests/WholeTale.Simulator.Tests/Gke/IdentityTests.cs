using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke.Identity;

namespace WholeTale.Simulator.Tests.Gke;

/// <summary>
/// Tokens of other accounts: impersonation (https://cloud.google.com/iam/docs/reference/credentials/rest) and the exchange of a foreign token
/// (https://cloud.google.com/iam/docs/reference/sts/rest).
/// </summary>
public sealed class IdentityTests : IAsyncLifetime
{
    private const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string Jwt = "urn:ietf:params:oauth:token-type:jwt";

    private GoogleWorld world = null!;
    private HttpClient plain = null!;

    public async ValueTask InitializeAsync()
    {
        world = await GoogleWorld.StartAsync();
        plain = new HttpClient { BaseAddress = world.Google.Plain };
    }

    public async ValueTask DisposeAsync()
    {
        plain.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task An_account_that_may_be_acted_as_gives_a_token_for_as_long_as_was_asked()
    {
        var told = await GoogleWorld.SentAsync(await GenerateAsync(world.Http, GoogleAccounts.Impersonated, """{"scope":["https://www.googleapis.com/auth/cloud-platform"],"lifetime":"300s"}"""));

        var token = (string)told["accessToken"]!;
        Assert.Equal(GoogleAccounts.Impersonated, world.Google.Tokens.Owner(token));
        var left = DateTimeOffset.Parse((string)told["expireTime"]!, System.Globalization.CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow;
        Assert.InRange(left, TimeSpan.FromSeconds(200), TimeSpan.FromSeconds(300));
        using var acting = GoogleWorld.Client(world.Google.AuthorityPem, world.Google.Endpoint, token);
        Assert.Equal(HttpStatusCode.OK, (await acting.GetAsync($"{GoogleWorld.Location}/clusters", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("nobody@simulated-project.iam.gserviceaccount.com", """{"scope":["s"]}""", HttpStatusCode.NotFound, "NOT_FOUND", null)]
    [InlineData(GoogleAccounts.ServiceAccount, """{"scope":["s"]}""", HttpStatusCode.Forbidden, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED")]
    [InlineData(GoogleAccounts.Impersonated, "{}", HttpStatusCode.BadRequest, "INVALID_ARGUMENT", null)]
    [InlineData(GoogleAccounts.Impersonated, """{"scope":["s"],"lifetime":"7200s"}""", HttpStatusCode.BadRequest, "INVALID_ARGUMENT", null)]
    [InlineData(GoogleAccounts.Impersonated, """{"scope":["s"],"lifetime":"soon"}""", HttpStatusCode.BadRequest, "INVALID_ARGUMENT", null)]
    [InlineData(GoogleAccounts.Impersonated, "[", HttpStatusCode.BadRequest, "INVALID_ARGUMENT", null)]
    public async Task What_may_not_be_had_is_refused(string account, string request, HttpStatusCode code, string status, string? reason) =>
        await GoogleWorld.RefusedAsync(await GenerateAsync(world.Http, account, request), code, status, reason);

    [Fact]
    public async Task Nobody_acts_as_another_without_saying_who_he_is() =>
        await GoogleWorld.RefusedAsync(await GenerateAsync(plain, GoogleAccounts.Impersonated, """{"scope":["s"]}"""), HttpStatusCode.Unauthorized, "UNAUTHENTICATED", "CREDENTIALS_MISSING");

    [Fact]
    public async Task The_CI_systems_token_is_exchanged_for_one_that_may_act_as_the_account()
    {
        var told = await GoogleWorld.SentAsync(await ExchangeAsync(GoogleAccounts.FederationAudience, SubjectToken()));

        Assert.Equal(
            ("urn:ietf:params:oauth:token-type:access_token", "Bearer", 3600), ((string?)told["issued_token_type"], (string?)told["token_type"], (int?)told["expires_in"]));
        using var federated = new HttpClient { BaseAddress = world.Google.Plain };
        federated.DefaultRequestHeaders.Authorization = new("Bearer", (string)told["access_token"]!);
        var acting = await GoogleWorld.SentAsync(await GenerateAsync(federated, GoogleAccounts.Impersonated, """{"scope":["s"]}"""));
        Assert.Equal(GoogleAccounts.Impersonated, world.Google.Tokens.Owner((string)acting["accessToken"]!));
    }

    [Fact]
    public async Task A_token_that_is_not_the_CI_systems_or_for_another_place_is_not_exchanged()
    {
        foreach (var (audience, token, error) in new[]
        {
            ("//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/ci", SubjectToken(), "invalid_target"),
            (GoogleAccounts.FederationAudience, "e30.e30.e30", "invalid_grant"),
        })
        {
            var refused = await ExchangeAsync(audience, token);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Equal(error, (string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]);
        }
    }

    [Theory]
    [InlineData("exchange")]
    [InlineData("generateAccessToken")]
    public async Task A_fault_strikes_the_way_of_getting_a_token_that_it_names(string verb)
    {
        world.Faults.Replace(FaultFile.Parse($$"""[{"on":"token","verb":"{{verb}}","status":503}]"""));

        var exchanged = await ExchangeAsync(GoogleAccounts.FederationAudience, SubjectToken());
        var generated = await GenerateAsync(world.Http, GoogleAccounts.Impersonated, """{"scope":["s"]}""");

        Assert.Equal(verb == "exchange" ? 503 : 200, (int)exchanged.StatusCode);
        Assert.Equal(verb == "exchange" ? 200 : 503, (int)generated.StatusCode);
    }

    private string SubjectToken() => world.Google.Credentials("folder").Single(file => file.Member == "subjectTokenFile").Content;

    private static Task<HttpResponseMessage> GenerateAsync(HttpClient http, string account, string request) => http.PostAsync(
        $"/v1/projects/-/serviceAccounts/{account}:generateAccessToken", new StringContent(request, System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    private Task<HttpResponseMessage> ExchangeAsync(string audience, string token) => plain.PostAsync(
        "/v1/token",
        new FormUrlEncodedContent([new("grant_type", TokenExchange), new("audience", audience), new("subject_token", token), new("subject_token_type", Jwt)]),
        TestContext.Current.CancellationToken);
}
