using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;

namespace WholeTale.Gke.Access;

/// <summary>Credentials, a project and an open line to Google: what every command on clusters begins with.</summary>
internal sealed class GkeSession : IDisposable
{
    private GkeSession(ResolvedSettings settings, GoogleCredentials credentials, string project, TimeProvider time)
    {
        Settings = settings;
        Credentials = credentials;
        Project = project;
        Time = time;
        Api = new GkeApi(settings, credentials, time);
    }

    internal ResolvedSettings Settings { get; }

    internal GoogleCredentials Credentials { get; }

    internal string Project { get; }

    internal TimeProvider Time { get; }

    internal GkeApi Api { get; }

    /// <summary>Finds credentials and project. Sends nothing to the API yet.</summary>
    /// <exception cref="ClusterException">There are no credentials, or no project.</exception>
    internal static async Task<GkeSession> OpenAsync(ResolvedSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var credentials = await GoogleCredentials.FindAsync(settings, cancellationToken);
        var project = ProjectOf(settings, credentials.Project) ?? throw new ClusterException(
            "GoogleProjectMissing", FailureKind.InvalidInput, null, $"No Google Cloud project is named: neither the setting Gke.ProjectId nor {credentials.Origin} names one.",
            "Set Gke.ProjectId, or the variable WT_GKE_PROJECTID.");
        return new GkeSession(settings, credentials, project, time);
    }

    /// <summary>Whether the settings, the environment or a credentials file tell of Google at all, without asking anybody. A listing of all clusters asks only then.</summary>
    internal static bool IsConfigured(ResolvedSettings settings) =>
        settings.Settings.Provider == GkeProvider.ProviderName || !settings.Settings.Secrets.GkeAccessToken.IsEmpty
        || ProjectOf(settings, CredentialFiles.Find(settings)?.Project) is not null;

    /// <summary>A cluster's full name in the settings' location.</summary>
    internal ClusterPath PathOf(string name) => new(Project, Settings.Settings.Gke.Location, name);

    /// <inheritdoc/>
    public void Dispose() => Api.Dispose();

    // GOOGLE_CLOUD_PROJECT: what Google's own libraries read; CLOUDSDK_CORE_PROJECT: gcloud's.
    private static string? ProjectOf(ResolvedSettings settings, string? credentials) =>
        new[]
        {
            settings.Settings.Gke.ProjectId, Environment.GetEnvironmentVariable("GOOGLE_CLOUD_PROJECT"), Environment.GetEnvironmentVariable("CLOUDSDK_CORE_PROJECT"), credentials,
        }.FirstOrDefault(project => !string.IsNullOrEmpty(project));
}
