using System.Net;

namespace WholeTale.Core.Access;

/// <summary>Where an ingress listens.</summary>
/// <param name="Target">An IP address or a host name, as the controller tells it.</param>
/// <param name="Port">The port for https; 443 unless the controller tells another (<c>IngressPortStatus</c>).</param>
internal sealed record IngressAddress(string Target, int Port)
{
    /// <summary>The IP address; null where it is a host name.</summary>
    public IPAddress? Address => IPAddress.TryParse(Target, out var address) ? address : null;

    /// <summary>Whether it is reached from its own machine only.</summary>
    public bool IsLoopback => Target == "localhost" || (Address is { } address && IPAddress.IsLoopback(address));

    /// <inheritdoc/>
    public override string ToString() => Port == 443 ? Target : $"{Target}:{Port}";
}
