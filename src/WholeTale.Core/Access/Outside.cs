using System.Net;
using System.Net.Sockets;

namespace WholeTale.Core.Access;

/// <summary>Asks the machine's own resolver, as browsers do (what stands in its hosts file counts), and connects as they do.</summary>
internal sealed class Outside : IOutside
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPAddress>> FindAddressesAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (SocketException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public Task<PresentedCertificate> GetCertificateAsync(IngressAddress address, string host, CancellationToken cancellationToken) =>
        PresentedCertificate.GetAsync(address, host, cancellationToken);
}
