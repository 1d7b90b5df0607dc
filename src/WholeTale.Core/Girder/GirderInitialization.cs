using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Girder;

/// <summary>Sets Girder up: administrator, assetstore, plugins, settings, images. Repeatable and resumable.</summary>
public static class GirderInitialization
{
    private const string Activity = "Setting up Girder";

    /// <summary>Waits for Girder, then reads, compares and writes only what differs.</summary>
    /// <exception cref="GirderException">A step failed; it says which.</exception>
    public static Task<GirderSetup> RunAsync(Cluster cluster, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(progress);
        if (cluster.Connection is not { } connection)
        {
            throw new GirderException(
                "Start", null, FailureKind.Unreachable, $"Girder cannot be set up on {cluster.Name}, since the cluster is {cluster.Status}.", "Start the cluster and get it anew (Get-WTCluster).");
        }
        var settings = cluster.Settings ?? new ResolvedSettings(new Settings(), [], Environment.CurrentDirectory);
        return RunAsync(ApiClient.For(connection), cluster.Namespace, settings, TimeProvider.System, progress, cancellationToken);
    }

    internal static async Task<GirderSetup> RunAsync(
        ApiClient api, string @namespace, ResolvedSettings settings, TimeProvider time, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        var (login, password) = await AdministratorStep.CredentialAsync(api, @namespace, GirderErrors.SetUp, cancellationToken);
        using var http = api.CreateServiceProxy(@namespace, "girder", "8080");
        var client = new GirderClient(http, time);
        progress.Report(new ProgressReport(Activity, "", "waiting for Girder", 0));
        var version = await GirderStart.WaitAsync(client, "Start", settings.Settings.Deploy.ComponentTimeout, null, cancellationToken);
        progress.Report(new VerboseReport($"Girder {version.Text} answers; its process began {version.Started}."));

        var session = new GirderSession { Client = client, Api = api, Namespace = @namespace, Settings = settings, Progress = progress, Version = version };
        var steps = new List<GirderStep>();
        Func<Task<IReadOnlyList<GirderStep>>>[] work =
        [
            async () => [await AdministratorStep.RunAsync(session, login, password, cancellationToken)],
            async () => [await AssetstoreStep.RunAsync(session, cancellationToken)],
            async () => [await PluginsStep.RunAsync(session, cancellationToken)],
            () => SettingsStep.RunAsync(session, cancellationToken),
            () => ImagesStep.RunAsync(session, cancellationToken),
        ];
        for (var i = 0; i < work.Length; i++)
        {
            steps.AddRange(await work[i]());
            progress.Report(new ProgressReport(Activity, "", steps.Count > 0 ? steps[^1].Name : "", 100 * (i + 1) / work.Length));
        }
        progress.Report(new ProgressReport(Activity, "", "done", 100, Completed: true));
        return new GirderSetup(steps, new Uri($"https://girder.{settings.Settings.Domain}"), login, password);
    }
}
