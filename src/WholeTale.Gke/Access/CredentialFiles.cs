using System.Text.Json;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;

namespace WholeTale.Gke.Access;

/// <summary>Where credential files lie: what the settings name, GOOGLE_APPLICATION_CREDENTIALS, and what <c>gcloud auth application-default login</c> wrote.</summary>
internal static class CredentialFiles
{
    private const string Variable = "GOOGLE_APPLICATION_CREDENTIALS";

    /// <summary>The file in force; null where there is none.</summary>
    /// <exception cref="ClusterException">A file that is named is missing.</exception>
    internal static CredentialFile? Find(ResolvedSettings settings)
    {
        if (settings.Settings.Gke.CredentialsFile is { Length: > 0 } named)
            return Require(Path.GetFullPath(named, settings.BaseFolder), "the setting Gke.CredentialsFile");
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return Require(Path.GetFullPath(given), $"the variable {Variable}");
        return File.Exists(WellKnown) ? Read(WellKnown, "application default credentials") : null;
    }

    /// <summary>The places that are looked at, for messages.</summary>
    internal static IEnumerable<string> Places => ["the settings Secrets.GkeAccessToken and Gke.CredentialsFile", $"the variable {Variable}", WellKnown];

    private static string WellKnown => Path.Combine(
        Environment.GetEnvironmentVariable("CLOUDSDK_CONFIG") is { Length: > 0 } folder ? folder
        : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "gcloud")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config", "gcloud"),
        "application_default_credentials.json");

    private static CredentialFile Require(string path, string origin) => File.Exists(path)
        ? Read(path, origin)
        : throw new ClusterException(
            "GoogleCredentialsMissing", FailureKind.NotFound, path, $"The Google credentials {path}, named by {origin}, do not exist.", "Correct the path, or leave it out to use application default credentials.");

    // Service accounts name their project; users may name the one that pays.
    private static CredentialFile Read(string path, string origin)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new CredentialFile(path, origin, Member(document.RootElement, "type"), Member(document.RootElement, "project_id") ?? Member(document.RootElement, "quota_project_id"));
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            // Whoever uses the credentials says what is wrong with the file.
            return new CredentialFile(path, origin, null, null);
        }
    }

    private static string? Member(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
