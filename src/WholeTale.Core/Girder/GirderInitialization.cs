using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Girder;

/// <summary>Sets Girder up: administrator, assetstore, plugins, settings, images. Repeatable and resumable.</summary>
public static class GirderInitialization
{
    private const string Activity = "Setting up Girder";
    private const string Start = "Start";

    /// <summary>Waits for Girder, then reads, compares and writes only what differs.</summary>
    /// <exception cref="GirderException">A step failed; it says which.</exception>
    public static Task<GirderSetup> RunAsync(Cluster cluster, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return RunAsync(cluster, GirderPatience.From(cluster.Settings?.Settings.Deploy ?? new DeploySettings()), progress, cancellationToken);
    }

    internal static Task<GirderSetup> RunAsync(Cluster cluster, GirderPatience patience, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (cluster.Connection is not { } connection)
        {
            throw new GirderException(
                Start, null, FailureKind.Unreachable, $"Girder cannot be set up on {cluster.Name}, since the cluster is {cluster.Status}.", "Start the cluster and get it anew (Get-WTCluster).");
        }
        var settings = cluster.Settings ?? new ResolvedSettings(new Settings(), [], Environment.CurrentDirectory);
        return RunAsync(ApiClient.For(connection), cluster.Namespace, settings, TimeProvider.System, patience, progress, cancellationToken, cluster.Name);
    }

    internal static async Task<GirderSetup> RunAsync(
        ApiClient api, string @namespace, ResolvedSettings settings, TimeProvider time, GirderPatience patience, IProgress<Report> progress, CancellationToken cancellationToken, string cluster = "")
    {
        var step = Start;
        var errors = GirderErrors.SetUp.On(cluster);
        return patience.Whole is not { } whole
            ? await SetUpAsync(api, @namespace, settings, time, patience, errors, progress, _ => { }, cancellationToken)
            : await whole.KeepAsync(
                token => SetUpAsync(api, @namespace, settings, time, patience, errors, progress, begun => step = begun, token),
                () => errors.Failed(
                    step, null, FailureKind.TimedOut, $"{whole.Words} was over before Girder had answered.", $"Look at Girder's log ({errors.Log}), or allow more time by {whole.Source}."),
                cancellationToken);
    }

    private static async Task<GirderSetup> SetUpAsync(
        ApiClient api, string @namespace, ResolvedSettings settings, TimeProvider time, GirderPatience patience, GirderErrors errors, IProgress<Report> progress, Action<string> begin, CancellationToken cancellationToken)
    {
        var (login, password) = await AdministratorStep.CredentialAsync(api, @namespace, errors, cancellationToken);
        using var http = api.CreateServiceProxy(@namespace, "girder", "8080");
        var client = new GirderClient(http, time) { Errors = errors };
        progress.Report(new ProgressReport(Activity, "", "waiting for Girder", 0));
        var version = await GirderStart.WaitAsync(client, Start, patience.Left, null, cancellationToken);
        progress.Report(new VerboseReport($"Girder {version.Text} answers; its process began {version.Started}."));

        var session = new GirderSession { Client = client, Api = api, Namespace = @namespace, Settings = settings, Progress = progress, Version = version, Patience = patience };
        var steps = new List<GirderStep>();
        (string Name, Func<Task<IReadOnlyList<GirderStep>>> RunAsync)[] work =
        [
            (AdministratorStep.Name, async () => [await AdministratorStep.RunAsync(session, login, password, cancellationToken)]),
            (AssetstoreStep.Name, async () => [await AssetstoreStep.RunAsync(session, cancellationToken)]),
            (PluginsStep.Name, async () => [await PluginsStep.RunAsync(session, cancellationToken)]),
            (SettingsStep.Name, () => SettingsStep.RunAsync(session, cancellationToken)),
            (ImagesStep.Name, () => ImagesStep.RunAsync(session, cancellationToken)),
        ];
        for (var i = 0; i < work.Length; i++)
        {
            begin(work[i].Name);
            steps.AddRange(await work[i].RunAsync());
            progress.Report(new ProgressReport(Activity, "", steps.Count > 0 ? steps[^1].Name : "", 100 * (i + 1) / work.Length));
        }
        progress.Report(new ProgressReport(Activity, "", "done", 100, Completed: true));
        return new GirderSetup(steps, new Uri($"https://girder.{settings.Settings.Domain}"), login, password);
    }
}
