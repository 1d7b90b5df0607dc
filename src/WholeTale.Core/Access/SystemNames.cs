using System.Net;
using System.Net.Sockets;

namespace WholeTale.Core.Access;

/// <summary>Asks the machine's own resolver, as browsers do: what stands in its hosts file counts.</summary>
internal sealed class SystemNames : INameLookup
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken)
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
}
