namespace WholeTale.Core.Checks;

/// <summary>The outer door has an address and leads every host on.</summary>
internal sealed class IngressCheck(IReadOnlyList<string> hosts) : ICheck
{
    public string Name => "Ingress";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (await context.IngressAsync(cancellationToken) is not { } ingress)
            return CheckOutcome.Fail("there is no ingress", "Run Deploy-WholeTale: it makes what is missing.");
        var unserved = hosts.Except(ingress.Hosts, StringComparer.OrdinalIgnoreCase).ToList();
        if (unserved.Count > 0)
            return CheckOutcome.Fail($"the ingress has no rule for {string.Join(", ", unserved)}", "Deploy with the settings that are in force now: Domain or Registry.Exposed have changed.");
        if (ingress.Addresses.Count == 0)
        {
            return CheckOutcome.Fail(
                $"no controller has given the ingress an address{(ingress.Class.Length > 0 ? $"; its class is {ingress.Class}" : "")}",
                "See that a controller of this class runs in the cluster, or choose another by the setting Ingress.Class.");
        }

        var seen = $"it is reached at {string.Join(", ", ingress.Addresses)}";
        return ingress.Unhealthy.Count == 0
            ? CheckOutcome.Pass(seen)
            : CheckOutcome.Fail($"{seen}, but its controller calls unhealthy: {string.Join(", ", ingress.Unhealthy)}", "A new backend takes some minutes; after that look at the pods behind it (Get-WholeTale).");
    }
}
