using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using WholeTale.Core.Access;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Checks;

/// <summary>Looks whether a deployed platform works, from the API server to the worker's queue.</summary>
public static class PlatformChecks
{
    /// <summary>How long a check may take unless told otherwise.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs checks side by side, and gives each as it is known, in a lasting order.</summary>
    /// <param name="cluster">The cluster, with the settings in force.</param>
    /// <param name="isWanted">Whether a check of a name is wanted.</param>
    /// <param name="patience">How long each may take.</param>
    /// <param name="progress">Takes a line a request.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static IAsyncEnumerable<Check> RunAsync(Cluster cluster, Func<string, bool> isWanted, TimeSpan patience, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(isWanted);
        return RunAsync(cluster, isWanted, patience, new Outside(), TimeProvider.System, progress, cancellationToken);
    }

    internal static async IAsyncEnumerable<Check> RunAsync(
        Cluster cluster, Func<string, bool> isWanted, TimeSpan patience, IOutside outside, TimeProvider time, IProgress<Report> progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var context = new CheckContext(cluster, PlatformDeployment.Connect(cluster, progress), outside, time, stop.Token);
        var running = All(context).Where(check => isWanted(check.Name)).Select(check => RunAsync(check, context, patience, stop.Token)).ToList();
        try
        {
            foreach (var check in running)
                yield return await check;
        }
        finally
        {
            // Whoever has seen enough leaves nothing running behind.
            await stop.CancelAsync();
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static IEnumerable<ICheck> All(CheckContext context)
    {
        var domain = context.Settings.Domain;
        string[] hosts = [$"girder.{domain}", $"dashboard.{domain}", .. context.Settings.Registry.Exposed ? new[] { $"registry.{domain}" } : []];
        return
        [
            new ApiCheck(),
            new ClockCheck(),
            new NamespaceCheck(),
            .. Platform.Components.Select(component => new ComponentCheck(component.Name)),
            new ClaimsCheck(),
            new IngressCheck(hosts),
            .. hosts.Select(host => new DnsCheck(host)),
            .. hosts.Select(host => new TlsCheck(host)),
            new GirderCheck(),
            new GirderPluginsCheck(),
            new GirderSettingsCheck(),
            new DashboardCheck(),
            new BrokerCheck("girder"),
            new BrokerCheck("worker"),
            new QueuesCheck(),
            new RegistryCheck(),
            new BuilderCapacityCheck(),
        ];
    }

    private static async Task<Check> RunAsync(ICheck check, CheckContext context, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = context.Time.GetTimestamp();
        using var deadline = new CancellationTokenSource(patience, context.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        CheckOutcome outcome;
        try
        {
            outcome = check is not ApiCheck && await CannotBeReachedAsync(context, linked.Token)
                ? CheckOutcome.Skip("the API server does not answer")
                : await check.RunAsync(context, linked.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            outcome = CheckOutcome.Fail($"nothing was known within {patience.TotalSeconds:0.#} s", "See whether the cluster is overloaded or a network keeps silent, or give more time by -Timeout.");
        }
        catch (WholeTaleException exception)
        {
            outcome = CheckOutcome.Fail(Said(exception), exception.Advice ?? "");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or WebSocketException or AuthenticationException)
        {
            outcome = CheckOutcome.Fail(exception.Message.TrimEnd('.'), "See that the network leads to the cluster, and look again.");
        }

        return new Check(check.Name, outcome.Result, outcome.Seen.TrimEnd('.', ' '), outcome.Advice, context.Time.GetElapsedTime(began));
    }

    // Every check would say the same: the first says it.
    private static async Task<bool> CannotBeReachedAsync(CheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await context.VersionAsync(cancellationToken);
            return false;
        }
        catch (WholeTaleException)
        {
            return true;
        }
    }

    private static string Said(WholeTaleException exception) =>
        (exception.Advice is { } advice ? exception.Message.Replace(advice, "", StringComparison.Ordinal) : exception.Message).Trim().TrimEnd('.');
}
