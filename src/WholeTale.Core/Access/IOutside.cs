using System.Net;

namespace WholeTale.Core.Access;

/// <summary>The world around the cluster, as this machine sees it.</summary>
internal interface IOutside
{
    /// <summary>The addresses of a name; none where it is not known.</summary>
    Task<IReadOnlyList<IPAddress>> FindAddressesAsync(string host, CancellationToken cancellationToken);

    /// <summary>The certificate that is shown at an address for a host.</summary>
    /// <param name="address">Where.</param>
    /// <param name="host">For which name.</param>
    /// <param name="isJudged">Whether to find out, too, if this machine's authorities vouch for it: they are many, and authorities between may be fetched for that.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody listens.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">None was shown.</exception>
    Task<PresentedCertificate> GetCertificateAsync(IngressAddress address, string host, bool isJudged, CancellationToken cancellationToken);
}
