using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Access;

/// <summary>Looks, when a deploy has the door open, whether the platform is reached from outside: the names of its hosts, and the certificate that its door shows.</summary>
/// <param name="api">The API server.</param>
/// <param name="known">Gives an object that need not be asked for, or null.</param>
/// <param name="namespace">The platform's namespace.</param>
/// <param name="settings">How the platform is to be reached.</param>
/// <param name="outside">The world outside.</param>
/// <param name="deadline">When the deploy must have ended.</param>
/// <param name="time">The clock.</param>
internal sealed class PlatformAccess(ApiClient api, Func<ObjectReference, JsonObject?> known, string @namespace, IngressSettings settings, IOutside outside, Deadline deadline, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // A controller that watches Secrets takes a new one over within seconds.
    private static readonly TimeSpan TakeOver = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    /// <summary>Looks, and gives what is to be warned of.</summary>
    /// <exception cref="DeploymentException">DNS does not lead to the ingress, and the settings demand it.</exception>
    public async Task<IReadOnlyList<string>> LookAsync(CancellationToken cancellationToken)
    {
        if (await IngressStatus.ReadAsync(api, @namespace, known, cancellationToken) is not { Addresses: [var first, ..] } ingress)
            return [];

        // What listens on its own machine only is tried out there: no DNS leads to it.
        var dns = ingress.Addresses.All(address => address.IsLoopback) && !settings.RequireDns ? null : await CompareAsync(ingress, cancellationToken);
        var tls = await LookAtCertificatesAsync(ingress, first, cancellationToken);
        return [.. dns is null ? [] : new[] { dns }, .. tls];
    }

    private async Task<string?> CompareAsync(IngressStatus ingress, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var limit = deadline.Shorten(new TimeLimit(settings.AddressTimeout, "the setting Ingress.AddressTimeout"));
        while (true)
        {
            var comparisons = await Task.WhenAll(ingress.Hosts.Select(host => NameComparison.MakeAsync(host, ingress.Addresses, outside, cancellationToken)));
            var wrong = comparisons.Where(comparison => !comparison.IsRight).ToList();
            if (wrong.Count == 0)
                return null;
            var seen = string.Join("; ", wrong.Select(comparison => comparison.Seen));
            var records = string.Join("", wrong.SelectMany(comparison => comparison.Records).Select(record => $"\n    {record}"));
            if (!settings.RequireDns)
                return $"DNS does not lead to the ingress yet: {seen}. Users reach the platform when these records are there:{records}";
            if (time.GetElapsedTime(began) + Pause > limit.Length)
            {
                throw new DeploymentException(
                    "DnsNotReady", FailureKind.NotReady, wrong[0].Host, $"DNS did not lead to the ingress within {limit.Words}, which Ingress.RequireDns demands: {seen}.",
                    $"Create these records, then run Deploy-WholeTale again; where they only need longer, allow more time by {limit.Source}:{records}");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> LookAtCertificatesAsync(IngressStatus ingress, IngressAddress address, CancellationToken cancellationToken)
    {
        if (await ingress.FindFingerprintAsync(api, @namespace, known, cancellationToken) is not { } configured)
            return [];
        var found = await Task.WhenAll(ingress.Hosts.Select(host => LookAsync(host, address, configured, cancellationToken)));
        return [.. found.OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private async Task<string?> LookAsync(string host, IngressAddress address, string configured, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            using var deadline = new CancellationTokenSource(ConnectPatience, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            try
            {
                var shown = await outside.GetCertificateAsync(address, host, isJudged: false, linked.Token);
                if (shown.Fingerprint == configured)
                    return null;
                if (time.GetElapsedTime(began) > TakeOver)
                {
                    return $"The ingress shows another certificate than the configured one for {host}: {shown.Subject}. "
                        + "Some controllers take minutes; 'Test-WholeTale -Name Tls*' looks again.";
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return $"The certificate that the ingress shows could not be looked at, since nothing answers at {address} from here. "
                    + "If users are meant to reach it, see that the controller runs and no firewall stands before it; 'Test-WholeTale -Name Tls*' looks again.";
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
