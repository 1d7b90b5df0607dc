using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation.Pods;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Ingresses and their classes (apis/networking/validation).</summary>
internal static class IngressChecks
{
    private const string _class = "kubernetes.io/ingress.class";

    private static readonly string[] _sequences = ["//", "/./", "/../", "%2f", "%2F"];
    private static readonly string[] _suffixes = ["/..", "/."];

    public static void Ingress(JsonObject ingress, JsonObject? old, List<Cause> causes)
    {
        var spec = ingress["spec"] as JsonObject ?? [];
        var rules = spec["rules"].Objects().ToList();
        var fallback = spec["defaultBackend"] as JsonObject;
        if (rules.Count == 0 && fallback is null)
            causes.Add(Cause.Invalid("spec", "[]networking.IngressRule(nil)", "either `defaultBackend` or `rules` must be specified"));
        if (fallback is not null)
            Backend(fallback, "spec.defaultBackend", causes);
        for (var at = 0; at < rules.Count; at++)
            Rule(rules[at], $"spec.rules[{at}]", causes);
        var parts = spec["tls"].Objects().ToList();
        for (var at = 0; at < parts.Count; at++)
            Tls(parts[at], $"spec.tls[{at}]", causes);
        if (spec["ingressClassName"].Text() is { } name)
            causes.AddRange(Names.Dns1123Subdomain(name).Select(problem => Cause.Invalid("spec.ingressClassName", GoSyntax.Quote(name), problem)));
        if (old is null && spec["ingressClassName"] is not null && ingress["metadata"]?["annotations"]?[_class].Text() is { } annotation)
            causes.Add(Cause.Invalid("annotations." + _class, GoSyntax.Quote(annotation), "can not be set when the class field is also set"));
    }

    public static void Class(JsonObject kind, JsonObject? old, List<Cause> causes)
    {
        var controller = kind["spec"]?["controller"].Text() ?? "";
        if (old is not null && old["spec"]?["controller"].Text() != kind["spec"]?["controller"].Text())
            causes.Add(Cause.Invalid("spec.controller", GoSyntax.Quote(controller), "field is immutable"));
        var parts = controller.Split('/', 2);
        if (controller.Length == 0)
            causes.Add(Cause.Required("spec.controller"));
        else if (parts is not [{ Length: > 0 }, { Length: > 0 }])
            causes.Add(Cause.Invalid("spec.controller", GoSyntax.Quote(controller), "must be a domain-prefixed path (such as \"acme.io/foo\")"));
        else
            causes.AddRange(Names.Dns1123Subdomain(parts[0]).Select(problem => Cause.Invalid("spec.controller", GoSyntax.Quote(parts[0]), problem)));
        if (kind["spec"]?["parameters"] is not JsonObject parameters)
            return;
        foreach (var member in new[] { "kind", "name" })
        {
            if (parameters[member].Text() is null or "")
                causes.Add(Cause.Required("spec.parameters." + member));
        }

        var scope = parameters["scope"].Text() ?? "Cluster";
        if (scope is not ("Cluster" or "Namespace"))
            causes.Add(Cause.NotSupported("spec.parameters.scope", GoSyntax.Quote(scope), "Cluster", "Namespace"));
        else if (scope == "Namespace" && parameters["namespace"] is null)
            causes.Add(Cause.Required("spec.parameters.namespace", "`parameters.scope` is set to 'Namespace'"));
        else if (scope == "Cluster" && parameters["namespace"] is not null)
            causes.Add(Cause.Forbidden("spec.parameters.namespace", "`parameters.scope` is set to 'Cluster'"));
    }

    private static void Rule(JsonObject rule, string field, List<Cause> causes)
    {
        if (rule["host"].Text() is { Length: > 0 } host)
        {
            if (IpText.Parse(host) is not null)
                causes.Add(Cause.Invalid(field + ".host", GoSyntax.Quote(host), "must be a DNS name, not an IP address"));
            Host(host, field + ".host", causes);
        }

        if (rule["http"] is not JsonObject http)
            return;
        var paths = http["paths"].Objects().ToList();
        if (paths.Count == 0)
            causes.Add(Cause.Required(field + ".http.paths"));
        for (var at = 0; at < paths.Count; at++)
            Path(paths[at], $"{field}.http.paths[{at}]", causes);
    }

    private static void Path(JsonObject path, string field, List<Cause> causes)
    {
        var text = path["path"].Text() ?? "";
        switch (path["pathType"].Text())
        {
            case null:
                causes.Add(Cause.Required(field + ".pathType", "pathType must be specified"));
                return;
            case "Exact" or "Prefix":
                if (!text.StartsWith('/'))
                    causes.Add(Cause.Invalid(field + ".path", GoSyntax.Quote(text), "must be an absolute path"));
                causes.AddRange(_sequences.Where(part => text.Contains(part, StringComparison.Ordinal)).Select(part => Cause.Invalid(field + ".path", GoSyntax.Quote(text), $"must not contain '{part}'")));
                causes.AddRange(_suffixes.Where(part => text.EndsWith(part, StringComparison.Ordinal)).Select(part => Cause.Invalid(field + ".path", GoSyntax.Quote(text), $"cannot end with '{part}'")));
                break;
            case "ImplementationSpecific":
                if (text.Length > 0 && !text.StartsWith('/'))
                    causes.Add(Cause.Invalid(field + ".path", GoSyntax.Quote(text), "must be an absolute path"));
                break;
            case var type:
                causes.Add(Cause.NotSupported(field + ".pathType", GoSyntax.Quote(type), "Exact", "ImplementationSpecific", "Prefix"));
                break;
        }

        Backend(path["backend"] as JsonObject ?? [], field + ".backend", causes);
    }

    private static void Backend(JsonObject backend, string field, List<Cause> causes)
    {
        switch (backend["service"], backend["resource"])
        {
            case (not null, not null):
                causes.Add(Cause.Invalid(field, "\"\"", "cannot set both resource and service backends"));
                break;
            case (null, null):
                causes.Add(Cause.Invalid(field, "\"\"", "resource or service backend is required"));
                break;
            case (JsonObject service, null):
                Service(service, field, causes);
                break;
            case (null, JsonObject resource):
                foreach (var member in new[] { "kind", "name" })
                {
                    if (resource[member].Text() is null or "")
                        causes.Add(Cause.Required($"{field}.resource.{member}"));
                }

                break;
            default:
                break;
        }
    }

    private static void Service(JsonObject service, string field, List<Cause> causes)
    {
        var name = service["name"].Text() ?? "";
        if (name.Length == 0)
            causes.Add(Cause.Required(field + ".service.name"));
        else
            causes.AddRange(Names.Dns1035Label(name).Select(problem => Cause.Invalid(field + ".service.name", GoSyntax.Quote(name), problem)));
        var (portName, number) = (service["port"]?["name"].Text() ?? "", service["port"]?["number"].Number() ?? 0);
        if (portName.Length > 0 && number != 0)
            causes.Add(Cause.Invalid(field, "\"\"", "cannot set both port name & port number"));
        else if (portName.Length > 0)
            causes.AddRange(PortChecks.PortName(portName).Select(problem => Cause.Invalid(field + ".service.port.name", GoSyntax.Quote(portName), problem)));
        else if (number is < 0 or > 65535)
            causes.Add(Cause.Invalid(field + ".service.port.number", number.ToString(CultureInfo.InvariantCulture), "must be between 1 and 65535, inclusive"));
        else if (number == 0)
            causes.Add(Cause.Required(field, "port name or number is required"));
    }

    private static void Tls(JsonObject tls, string field, List<Cause> causes)
    {
        var hosts = tls["hosts"].Texts();
        for (var at = 0; at < hosts.Count; at++)
            Host(hosts[at], $"{field}.hosts[{at}]", causes);
        if (tls["secretName"].Text() is { Length: > 0 } secret)
            causes.AddRange(Names.Dns1123Subdomain(secret).Select(problem => Cause.Invalid(field + ".secretName", GoSyntax.Quote(secret), problem)));
    }

    private static void Host(string host, string field, List<Cause> causes) => causes.AddRange(
        (host.Contains('*', StringComparison.Ordinal) ? Names.WildcardSubdomain(host) : Names.Dns1123Subdomain(host)).Select(problem => Cause.Invalid(field, GoSyntax.Quote(host), problem)));
}
