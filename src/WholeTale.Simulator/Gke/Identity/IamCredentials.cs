using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Rpc;
using WholeTale.Simulator.Gke.Rest;

namespace WholeTale.Simulator.Gke.Identity;

/// <summary>
/// The Service Account Credentials API (iamcredentials.googleapis.com): an access token of an account for whoever may act as it. All may act as the
/// one account that is there for it, nobody as another.
/// </summary>
internal sealed class IamCredentials(GoogleTokens tokens, TokenFaults faults, TimeProvider time)
{
    // https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
    public const string Root = "/v1/projects/-/serviceAccounts/";

    private const string Method = ":generateAccessToken";

    public static bool Serves(string path) => path.StartsWith(Root, StringComparison.Ordinal);

    public async Task AnswerAsync(HttpContext context)
    {
        if (await faults.StrikeAsync(context, "generateAccessToken"))
            return;
        try
        {
            var path = context.Request.Path.Value!;
            if (!HttpMethods.IsPost(context.Request.Method) || !path.EndsWith(Method, StringComparison.Ordinal))
                throw new GoogleError(Code.NotFound, $"The requested URL {path} was not found on this server.");
            tokens.Require(context.Request.Headers.Authorization.ToString());
            await OAuthAnswer.WriteAsync(context, 200, Generate(path[Root.Length..^Method.Length], await ReadAsync(context)));
        }
        catch (GoogleError error)
        {
            await GkeRest.RefuseAsync(context, error);
        }
    }

    private JsonObject Generate(string account, JsonElement request)
    {
        if (account is not (GoogleAccounts.Impersonated or GoogleAccounts.ServiceAccount))
            throw new GoogleError(Code.NotFound, $"Not found; Gaia id not found for email {account}");
        if (account != GoogleAccounts.Impersonated)
        {
            throw new GoogleError(
                Code.PermissionDenied, "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
                new ErrorInfo { Reason = "IAM_PERMISSION_DENIED", Domain = "iam.googleapis.com", Metadata = { ["permission"] = "iam.serviceAccounts.getAccessToken" } });
        }

        if (!request.TryGetProperty("scope", out var scope) || scope.ValueKind != JsonValueKind.Array || scope.GetArrayLength() == 0)
            throw Invalid("scope", "Scope required.");
        var lifetime = tokens.Lifetime;
        if (request.TryGetProperty("lifetime", out var wanted))
        {
            // A duration in the JSON of proto3; an hour at most, where no policy of the organization allows more.
            var text = wanted.ValueKind == JsonValueKind.String ? wanted.GetString()! : "";
            if (!text.EndsWith('s') || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
                throw Invalid("lifetime", $"Invalid duration: \"{text}\".");
            if (seconds is <= 0 or > 3600)
                throw Invalid("lifetime", "The access token lifetime cannot exceed 3600 seconds. To exceed this limit, configure an organization policy.");
            lifetime = TimeSpan.FromSeconds(Math.Min(seconds, lifetime.TotalSeconds));
        }

        return new JsonObject
        {
            ["accessToken"] = tokens.Issue(account, lifetime),
            ["expireTime"] = (time.GetUtcNow() + lifetime).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
    }

    private static async Task<JsonElement> ReadAsync(HttpContext context)
    {
        try
        {
            var request = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
            return request.ValueKind == JsonValueKind.Object ? request : throw new JsonException("It is no object.");
        }
        catch (JsonException exception)
        {
            throw new GoogleError(Code.InvalidArgument, $"Invalid JSON payload received. {exception.Message}");
        }
    }

    private static GoogleError Invalid(string field, string why) =>
        new(Code.InvalidArgument, why, new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = why } } });
}
