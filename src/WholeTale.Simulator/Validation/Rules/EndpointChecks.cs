using System.Net.Sockets;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation.Pods;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Endpoints and EndpointSlices.</summary>
internal static class EndpointChecks
{
    public static void Endpoints(JsonObject endpoints, JsonObject? old, List<Cause> causes)
    {
        var subsets = endpoints["subsets"].Objects().ToList();
        for (var at = 0; at < subsets.Count; at++)
        {
            var field = $"subsets[{at}]";
            var lists = new[] { "addresses", "notReadyAddresses" };
            if (lists.All(list => !subsets[at][list].Objects().Any()))
                causes.Add(Cause.Required(field, "must specify `addresses` or `notReadyAddresses`"));
            foreach (var list in lists)
            {
                var addresses = subsets[at][list].Objects().ToList();
                for (var item = 0; item < addresses.Count; item++)
                    Address(addresses[item], $"{field}.{list}[{item}]", causes);
            }

            var ports = subsets[at]["ports"].Objects().ToList();
            for (var item = 0; item < ports.Count; item++)
            {
                var path = $"{field}.ports[{item}]";
                if (ports.Count > 1 && ports[item]["name"].Text() is null or "")
                    causes.Add(Cause.Required(path + ".name"));
                Port(ports[item], path, causes);
                PortChecks.PortNumber(ports[item]["port"].Number() ?? 0, path + ".port", causes);
                Protocol(ports[item], path, causes);
            }
        }
    }

    public static void Slice(JsonObject slice, JsonObject? old, List<Cause> causes)
    {
        var type = slice["addressType"].Text() ?? "";
        if (type.Length == 0)
            causes.Add(Cause.Required("addressType"));
        else if (type is not ("FQDN" or "IPv4" or "IPv6"))
            causes.Add(Cause.NotSupported("addressType", GoSyntax.Quote(type), "FQDN", "IPv4", "IPv6"));
        var endpoints = slice["endpoints"].Objects().ToList();
        if (endpoints.Count > 1000)
            causes.Add(Cause.TooMany("endpoints", endpoints.Count, 1000));
        for (var at = 0; at < endpoints.Count && endpoints.Count <= 1000; at++)
        {
            var field = $"endpoints[{at}].addresses";
            var addresses = endpoints[at]["addresses"].Texts();
            if (addresses.Count == 0)
                causes.Add(Cause.Required(field, "must contain at least 1 address"));
            else if (addresses.Count > 100)
                causes.Add(Cause.TooMany(field, addresses.Count, 100));
            for (var item = 0; item < addresses.Count; item++)
                SliceAddress(addresses[item], type, $"{field}[{item}]", causes);
        }

        var ports = slice["ports"].Objects().ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < ports.Count; at++)
        {
            Port(ports[at], $"ports[{at}]", causes);
            if (!names.Add(ports[at]["name"].Text() ?? ""))
                causes.Add(Cause.Duplicate($"ports[{at}].name", GoSyntax.Quote(ports[at]["name"].Text() ?? "")));
            Protocol(ports[at], $"ports[{at}]", causes);
        }

        if (old is not null && old["addressType"].Text() != type)
            causes.Add(Cause.Invalid("addressType", GoSyntax.Quote(type), "field is immutable"));
    }

    private static void Address(JsonObject address, string field, List<Cause> causes)
    {
        var ip = address["ip"].Text() ?? "";
        if (IpText.Parse(ip) is null)
            causes.Add(Cause.Invalid(field + ".ip", GoSyntax.Quote(ip), IpText.Problem));
        if (address["hostname"].Text() is { Length: > 0 } host)
            causes.AddRange(Names.Dns1123Label(host).Select(problem => Cause.Invalid(field + ".hostname", GoSyntax.Quote(host), problem)));
        if (address["nodeName"].Text() is { } node)
            causes.AddRange(Names.Dns1123Subdomain(node).Select(problem => Cause.Invalid(field + ".nodeName", GoSyntax.Quote(node), problem)));
        IpText.NotSpecial(ip, field + ".ip", causes);
    }

    private static void SliceAddress(string address, string type, string field, List<Cause> causes)
    {
        if (type == "FQDN")
        {
            causes.AddRange(Names.Dns1123Subdomain(address).Select(problem => Cause.Invalid(field, GoSyntax.Quote(address), problem)));
            return;
        }

        if (type is not ("IPv4" or "IPv6"))
            return;
        var family = type == "IPv4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        if (IpText.Parse(address)?.AddressFamily != family)
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(address), $"must be a valid {type} address"));
        IpText.NotSpecial(address, field, causes);
    }

    private static void Port(JsonObject port, string field, List<Cause> causes)
    {
        if (port["name"].Text() is { Length: > 0 } name)
            causes.AddRange(Names.Dns1123Label(name).Select(problem => Cause.Invalid(field + ".name", GoSyntax.Quote(name), problem)));
    }

    private static void Protocol(JsonObject port, string field, List<Cause> causes)
    {
        if (port["protocol"].Text() is not ("SCTP" or "TCP" or "UDP"))
            causes.Add(Cause.NotSupported(field + ".protocol", GoSyntax.Quote(port["protocol"].Text() ?? ""), "SCTP", "TCP", "UDP"));
    }
}
