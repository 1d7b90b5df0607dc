using WholeTale.Core.Access;

namespace WholeTale.Core.Checks;

/// <summary>A host's name leads to the ingress.</summary>
/// <param name="host">The host.</param>
internal sealed class DnsCheck(string host) : ICheck
{
    public string Name => $"Dns {host}";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (await context.IngressAsync(cancellationToken) is not { Addresses: [_, ..] addresses })
            return CheckOutcome.Skip("the ingress has no address to compare with");
        var comparison = await NameComparison.MakeAsync(host, addresses, context.Outside, cancellationToken);
        if (comparison.IsRight)
            return CheckOutcome.Pass(comparison.Seen);
        var records = string.Join("; ", comparison.Records);

        // A cluster on this machine is tried out, not published.
        if (addresses.All(address => address.IsLoopback))
            return CheckOutcome.Skip($"{comparison.Seen}, and the ingress is reached on its own machine only", $"To open it in a browser there, put '{addresses[0].Target} {host}' into the hosts file.");
        return CheckOutcome.Fail($"{comparison.Seen}, not to the ingress", $"Create the DNS record {records}");
    }
}
