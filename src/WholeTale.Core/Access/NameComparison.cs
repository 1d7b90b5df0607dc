using System.Net;

namespace WholeTale.Core.Access;

/// <summary>Whether a host's name leads to the ingress.</summary>
/// <param name="Host">The host.</param>
/// <param name="Found">The addresses that its name leads to.</param>
/// <param name="Wanted">Where the ingress listens.</param>
/// <param name="IsRight">Whether the name leads to the ingress and nowhere else.</param>
internal sealed record NameComparison(string Host, IReadOnlyList<IPAddress> Found, IReadOnlyList<IngressAddress> Wanted, bool IsRight)
{
    /// <summary>What the name leads to, in words.</summary>
    public string Seen => Found.Count == 0 ? $"{Host} is not known to DNS" : $"{Host} leads to {string.Join(", ", Found)}";

    /// <summary>The records to create, as a zone file writes them.</summary>
    public IReadOnlyList<string> Records => RecordsFor(Host, Wanted);

    /// <summary>Looks a host up, and what the ingress is called by too.</summary>
    public static async Task<NameComparison> MakeAsync(string host, IReadOnlyList<IngressAddress> wanted, IOutside outside, CancellationToken cancellationToken)
    {
        var found = (await outside.FindAddressesAsync(host, cancellationToken)).Select(Plain).Distinct().ToList();
        var right = new HashSet<IPAddress>();
        foreach (var address in wanted)
        {
            if (address.Address is { } ip)
                right.Add(Plain(ip));
            else
                right.UnionWith((await outside.FindAddressesAsync(address.Target, cancellationToken)).Select(Plain));
        }

        // A load balancer with a name has more addresses than it tells at once: one in common is enough there.
        var isRight = wanted.Any(address => address.Address is null) ? found.Exists(right.Contains) : found.Count > 0 && found.TrueForAll(right.Contains);
        return new NameComparison(host, found, wanted, isRight);
    }

    /// <summary>The records that lead a host to the ingress.</summary>
    public static IReadOnlyList<string> RecordsFor(string host, IReadOnlyList<IngressAddress> wanted) =>
    [
        .. wanted.Select(address => address.Address switch
        {
            null => $"{host}. CNAME {address.Target.TrimEnd('.')}.",
            { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } => $"{host}. AAAA {address.Target}",
            _ => $"{host}. A {address.Target}",
        }),
    ];

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
