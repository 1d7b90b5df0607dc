using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>Gives Services addresses of 10.96.0.0/16 and node ports of 30000-32767 that no other Service has.</summary>
internal sealed class ServiceAllocator(ObjectStore store, Kind service)
{
    private const string _range = "10.96.0.0/16";
    private const int _firstPort = 30000;
    private const int _ports = 2768;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _lent = new(StringComparer.Ordinal);
    private int _next = 256;
    private int _nextPort;

    /// <summary>Takes the address that the Service asks for, or gives it one.</summary>
    public void Address(string name, JsonObject spec, JsonObject? old)
    {
        var wanted = spec["clusterIP"].Text() ?? "";
        if (wanted == "None" || wanted.Length > 0 && wanted == old?["clusterIP"].Text())
            return;
        if (wanted.Length == 0)
        {
            wanted = NextAddress();
        }
        else if (old is null || old["type"].Text() == "ExternalName")
        {
            var problem = IpText.ParseRange(_range)!.Value.Contains(IpText.Parse(wanted)!)
                ? IsUsed(wanted) ? "provided IP is already allocated" : null
                : $"the provided IP ({wanted}) is not in the valid range. The range of valid IPs is {_range}";
            if (problem is not null)
                throw Cause.Invalid("", "Service", name, [Cause.Invalid("spec.clusterIPs", GoSyntax.List([wanted]), $"failed to allocate IP {wanted}: {problem}")]);
        }

        spec["clusterIP"] = wanted;
        if (spec["clusterIPs"].Texts().Count == 0)
            spec["clusterIPs"] = new JsonArray(wanted);
    }

    /// <summary>Takes the node ports that the Service asks for, and gives it the others: one a port number, whatever its protocols.</summary>
    public void NodePorts(string name, JsonObject spec, JsonObject? old)
    {
        var own = (old?["ports"]).Objects().Select(port => port["nodePort"].Number() ?? 0).ToHashSet();
        var byPort = new Dictionary<long, long>();
        var ports = spec["ports"].Objects().ToList();
        for (var at = 0; at < ports.Count; at++)
        {
            var number = ports[at]["port"].Number() ?? 0;
            var wanted = ports[at]["nodePort"].Number() ?? 0;
            if (wanted == 0)
            {
                if (spec["type"].Text() == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"].Flag() == false)
                    continue;
                if (!byPort.TryGetValue(number, out wanted))
                    wanted = ports.Where(port => port["port"].Number() == number).Select(port => port["nodePort"].Number() ?? 0).FirstOrDefault(port => port != 0);
            }

            if (wanted != 0 && !own.Contains(wanted) && !byPort.ContainsValue(wanted))
                Claim(name, at, wanted);
            if (wanted == 0)
                wanted = NodePort();
            byPort.TryAdd(number, wanted);
            ports[at]["nodePort"] = wanted;
        }
    }

    /// <summary>A node port that is free.</summary>
    public long NodePort()
    {
        lock (_gate)
        {
            for (var tried = 0; tried < _ports; tried++)
            {
                var port = _firstPort + (_nextPort++ * 7) % _ports;
                if (!IsUsed(port))
                    return port;
            }

            throw new Api.ApiStatusException(500, "InternalError", "Internal error occurred: failed to allocate a nodePort: range is full");
        }
    }

    private void Claim(string name, int at, long port)
    {
        var problem = port is < _firstPort or >= _firstPort + _ports
            ? $"provided port is not in the valid range. The range of valid ports is {_firstPort}-{_firstPort + _ports - 1}"
            : IsUsed(port) ? "provided port is already allocated" : null;
        if (problem is not null)
            throw Cause.Invalid("", "Service", name, [Cause.Invalid($"spec.ports[{at}].nodePort", port.ToString(CultureInfo.InvariantCulture), problem)]);
    }

    private string NextAddress()
    {
        lock (_gate)
        {
            // Addresses that were lent to writes which then failed come back once the lent ones are many.
            if (_lent.Count >= 4096)
                _lent.Clear();
            // The static band at the low end stays free for addresses that people choose (KEP-3070).
            for (var tried = 0; tried < 65000; tried++)
            {
                _next = _next >= 65000 ? 257 : _next + 1;
                var address = $"10.96.{_next / 256}.{_next % 256}";
                if (_next % 256 is not (0 or 255) && _lent.Add(address) && !IsUsed(address))
                    return address;
            }

            throw new Api.ApiStatusException(500, "InternalError", "Internal error occurred: failed to allocate a serviceIP: range is full");
        }
    }

    private bool IsUsed(string address) => store.FoundBy(service, null, Lookups.ServiceOfAddress(address)).Count > 0;

    private bool IsUsed(long port) => store.FoundBy(service, null, Lookups.ServiceOfNodePort(port)).Count > 0;
}
