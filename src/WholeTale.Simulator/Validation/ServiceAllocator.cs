using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>Gives Services addresses of 10.96.0.0/16 and node ports of 30000-32767 that no other Service has.</summary>
internal sealed class ServiceAllocator(ObjectStore store, Kind service)
{
    private const int _firstPort = 30000;
    private const int _ports = 2768;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _lent = new(StringComparer.Ordinal);
    private int _next = 256;
    private int _nextPort;

    public string Address()
    {
        lock (_gate)
        {
            var used = Used("clusterIP");
            // The static band at the low end stays free for addresses that people choose (KEP-3070).
            for (var tried = 0; tried < 65000; tried++)
            {
                _next = _next >= 65000 ? 257 : _next + 1;
                var address = $"10.96.{_next / 256}.{_next % 256}";
                if (_next % 256 is not (0 or 255) && !used.Contains(address) && _lent.Add(address))
                    return address;
            }

            throw new Api.ApiStatusException(500, "InternalError", "Internal error occurred: failed to allocate a serviceIP: range is full");
        }
    }

    public string NodePort()
    {
        lock (_gate)
        {
            var used = store.List(service).Items
                .SelectMany(item => (item.Read()["spec"]?["ports"] as JsonArray ?? []).Select(port => port?["nodePort"].Number()))
                .ToHashSet();
            for (var tried = 0; tried < _ports; tried++)
            {
                var port = _firstPort + (_nextPort++ * 7) % _ports;
                if (!used.Contains(port))
                    return port.ToString(CultureInfo.InvariantCulture);
            }

            throw new Api.ApiStatusException(500, "InternalError", "Internal error occurred: failed to allocate a nodePort: range is full");
        }
    }

    // Addresses that were lent to writes which then failed come back once the lent ones are many.
    private HashSet<string> Used(string member)
    {
        if (_lent.Count < 4096)
            return [];
        _lent.Clear();
        return [.. store.List(service).Items.Select(item => item.Read()["spec"]?[member].Text() ?? "")];
    }
}
