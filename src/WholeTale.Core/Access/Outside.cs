using System.Net;
using System.Net.Sockets;

namespace WholeTale.Core.Access;

/// <summary>Asks the machine's own resolver, as browsers do (what stands in its hosts file counts), and connects as they do.</summary>
internal sealed class Outside : IOutside
{
    // A resolver that keeps silent is asked again by the system for half a minute and more.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPAddress>> FindAddressesAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public Task<PresentedCertificate> GetCertificateAsync(IngressAddress address, string host, bool isJudged, CancellationToken cancellationToken) =>
        PresentedCertificate.GetAsync(address, host, isJudged, cancellationToken);
}
