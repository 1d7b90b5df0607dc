using Google.Apis.Auth.OAuth2;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;

namespace WholeTale.Gke.Access;

/// <summary>
/// Who we are at Google, by the order of Application Default Credentials (<see href="https://cloud.google.com/docs/authentication/application-default-credentials"/>),
/// after what the settings name. Tokens are fetched when they are needed and renewed before they expire, by Google's own library.
/// </summary>
internal sealed class GoogleCredentials
{
    // By the second a cluster sees the account's e-mail, which RBAC rules name, and not its number alone (kubernetes/cloud-provider-gcp, gke-gcloud-auth-plugin).
    private static readonly string[] Scopes = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email"];

    private static readonly string[] Types =
    [
        JsonCredentialParameters.ServiceAccountCredentialType, JsonCredentialParameters.AuthorizedUserCredentialType, JsonCredentialParameters.ImpersonatedServiceAccountCredentialType,
        JsonCredentialParameters.ExternalAccountCredentialType, JsonCredentialParameters.ExternalAccountAuthorizedUserCredentialType,
    ];

    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(5);

    private readonly GoogleCredential access;

    private GoogleCredentials(GoogleCredential access, string origin, string? project)
    {
        this.access = access;
        Origin = origin;
        Project = project;
    }

    /// <summary>Where the credentials come from, for messages; never a secret.</summary>
    internal string Origin { get; }

    /// <summary>The project that they belong to; null where they do not say.</summary>
    internal string? Project { get; }

    /// <summary>Finds credentials.</summary>
    /// <exception cref="ClusterException">There are none, or they cannot be read.</exception>
    internal static async Task<GoogleCredentials> FindAsync(ResolvedSettings settings, CancellationToken cancellationToken)
    {
        var gke = settings.Settings.Gke;
        if (!settings.Settings.Secrets.GkeAccessToken.IsEmpty)
            return Make(GoogleCredential.FromAccessToken(settings.Settings.Secrets.GkeAccessToken.Reveal()), "the setting Secrets.GkeAccessToken", null, gke);
        if (CredentialFiles.Find(settings) is { } file)
            return Make(await ReadAsync(file, cancellationToken), file.Origin, file.Project, gke);
        if (await IsOnGoogleAsync(cancellationToken))
            return Make(GoogleCredential.FromComputeCredential(new ComputeCredential()), "the metadata server of this machine", await MetadataProject.FindAsync(cancellationToken), gke);
        throw new ClusterException(
            "GoogleCredentialsMissing", FailureKind.Unauthenticated, null,
            $"No Google credentials were found: neither {string.Join(", nor ", CredentialFiles.Places)}, and this machine has no metadata server of Google's.",
            "Run 'gcloud auth application-default login', or name a key file by the setting Gke.CredentialsFile or the variable GOOGLE_APPLICATION_CREDENTIALS.");
    }

    /// <summary>Gives an access token that is valid for some time yet.</summary>
    /// <exception cref="ClusterException">Google gives none.</exception>
    internal async ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await access.UnderlyingCredential.GetAccessTokenForRequestAsync(authUri: null, cancellationToken);
        }
        catch (Exception exception) when (exception is Google.Apis.Auth.OAuth2.Responses.TokenResponseException or HttpRequestException or Google.GoogleApiException or InvalidOperationException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw TokenFailure.Explain(exception, Origin);
        }
    }

    /// <summary>Fetches a new token in place of one that Google refuses before its time; false where these credentials cannot.</summary>
    /// <exception cref="ClusterException">Google gives none.</exception>
    internal async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            return access.UnderlyingCredential switch
            {
                ServiceCredential service => await service.RequestAccessTokenAsync(cancellationToken),
                UserCredential user => await user.RefreshTokenAsync(cancellationToken),
                _ => false,
            };
        }
        catch (Exception exception) when (exception is Google.Apis.Auth.OAuth2.Responses.TokenResponseException or HttpRequestException or InvalidOperationException)
        {
            throw TokenFailure.Explain(exception, Origin);
        }
    }

    private static GoogleCredentials Make(GoogleCredential credential, string origin, string? project, GkeSettings settings)
    {
        credential = credential.CreateScoped(Scopes);
        if (settings.ImpersonateServiceAccount.Length == 0)
            return new GoogleCredentials(credential, origin, project);
        var initializer = new ImpersonatedCredential.Initializer(settings.ImpersonateServiceAccount) { Scopes = Scopes };
        return new GoogleCredentials(credential.Impersonate(initializer), $"{origin}, acting as {settings.ImpersonateServiceAccount}", project);
    }

    private static async Task<GoogleCredential> ReadAsync(CredentialFile file, CancellationToken cancellationToken)
    {
        // A file from elsewhere could name any sort: those of the public list alone are read.
        if (file.Type is not { } type || !Types.Contains(type))
            throw Invalid(file, $"it {(file.Type is null ? "does not say what it holds" : $"says to hold '{file.Type}'")}, and should say one of {string.Join(", ", Types)}");
        try
        {
            return await CredentialFactory.FromFileAsync(file.Path, type, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or ArgumentException or System.Security.Cryptography.CryptographicException or UnauthorizedAccessException)
        {
            // What the library says may quote the file: it does not go on.
            throw Invalid(file, $"it is not whole ({exception.GetType().Name})");
        }
    }

    private static ClusterException Invalid(CredentialFile file, string why) => new(
        "GoogleCredentialsInvalid", FailureKind.Malformed, file.Path, $"The Google credentials {file.Path} ({file.Origin}) cannot be used: {why}.",
        "Download the service account's key anew, or run 'gcloud auth application-default login'.");

    // The library asks three times and remembers the answer for the process.
    private static async Task<bool> IsOnGoogleAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ComputeCredential.IsRunningOnComputeEngine().WaitAsync(MetadataTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
