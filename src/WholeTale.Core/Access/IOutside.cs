using System.Net;

namespace WholeTale.Core.Access;

/// <summary>The world around the cluster, as this machine sees it.</summary>
internal interface IOutside
{
    /// <summary>The addresses of a name; none where it is not known.</summary>
    Task<IReadOnlyList<IPAddress>> FindAddressesAsync(string host, CancellationToken cancellationToken);

    /// <summary>The certificate that is shown at an address for a host.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody listens.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">None was shown.</exception>
    Task<PresentedCertificate> GetCertificateAsync(IngressAddress address, string host, CancellationToken cancellationToken);
}
