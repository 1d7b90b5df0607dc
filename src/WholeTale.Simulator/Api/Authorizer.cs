using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>Decides who may do what: <c>system:masters</c> everything, others what roles and their bindings grant (RBAC).</summary>
internal sealed class Authorizer(KubernetesApi api)
{
    private const string _rbac = "rbac.authorization.k8s.io/v1";

    /// <exception cref="ApiStatusException">The caller may not (403).</exception>
    public void Demand(Caller caller, RequestInfo request)
    {
        if (Reason(caller, request) is null)
            throw Forbidden(caller, request);
    }

    /// <summary>Why the caller may; null when it may not.</summary>
    public string? Reason(Caller caller, RequestInfo request)
    {
        if (caller.Groups.Contains("system:masters"))
            return "";
        foreach (var (rules, reason) in Grants(caller, request.Namespace))
        {
            if (rules.Any(rule => Covers(rule, request)))
                return reason;
        }

        return null;
    }

    /// <summary>All rules that the caller has in a namespace.</summary>
    public IEnumerable<JsonObject> RulesOf(Caller caller, string ns) => Grants(caller, ns).SelectMany(grant => grant.Rules);

    /// <summary>The rules of the role that a binding names.</summary>
    public IReadOnlyList<JsonObject> RulesOf(JsonObject binding, string ns)
    {
        var name = binding["roleRef"]?["name"].Text() ?? "";
        var role = binding["roleRef"]?["kind"].Text() == "Role"
            ? api.Store.Get(api.Kinds.Get(_rbac, "Role"), ns, name)
            : api.Store.Get(api.Kinds.Get(_rbac, "ClusterRole"), null, name);
        return [.. (role?.Tree["rules"]).Objects()];
    }

    private IEnumerable<(IReadOnlyList<JsonObject> Rules, string Reason)> Grants(Caller caller, string ns)
    {
        foreach (var stored in api.Store.List(api.Kinds.Get(_rbac, "ClusterRoleBinding")).Items)
        {
            var binding = stored.Tree;
            if (Subject(binding, caller, "") is { } subject)
                yield return (RulesOf(binding, ""), $"RBAC: allowed by ClusterRoleBinding \"{stored.Name}\" of ClusterRole \"{binding["roleRef"]?["name"].Text()}\" to {subject}");
        }

        if (ns.Length == 0)
            yield break;
        foreach (var stored in api.Store.List(api.Kinds.Get(_rbac, "RoleBinding"), ns).Items)
        {
            var binding = stored.Tree;
            if (Subject(binding, caller, ns) is { } subject)
            {
                yield return (
                    RulesOf(binding, ns),
                    $"RBAC: allowed by RoleBinding \"{stored.Name}/{ns}\" of {binding["roleRef"]?["kind"].Text()} \"{binding["roleRef"]?["name"].Text()}\" to {subject}");
            }
        }
    }

    private static string? Subject(JsonObject binding, Caller caller, string ns)
    {
        foreach (var subject in (binding["subjects"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var name = subject["name"].Text() ?? "";
            switch (subject["kind"].Text())
            {
                case "User" when name == caller.Name:
                    return $"User \"{name}\"";
                case "Group" when caller.Groups.Contains(name):
                    return $"Group \"{name}\"";
                case "ServiceAccount":
                    var home = subject["namespace"].Text() is { Length: > 0 } given ? given : ns;
                    if (caller.Name == $"system:serviceaccount:{home}:{name}")
                        return $"ServiceAccount \"{name}/{home}\"";
                    break;
                default:
                    break;
            }
        }

        return null;
    }

    private static bool Covers(JsonObject rule, RequestInfo request)
    {
        if (!Has(rule["verbs"], request.Verb))
            return false;
        if (!request.IsResource)
        {
            return (rule["nonResourceURLs"] as JsonArray ?? []).Select(url => url.Text() ?? "").Any(url =>
                url == "*" || url == request.Path || url.EndsWith('*') && request.Path.StartsWith(url[..^1], StringComparison.Ordinal));
        }

        if (!Has(rule["apiGroups"], request.Group))
            return false;
        var resource = request.Subresource.Length == 0 ? request.Resource : request.Resource + "/" + request.Subresource;
        var named = (rule["resources"] as JsonArray ?? []).Select(item => item.Text() ?? "").Any(item =>
            item == "*" || item == resource || request.Subresource.Length > 0 && item == "*/" + request.Subresource);
        return named && (rule["resourceNames"] is not JsonArray { Count: > 0 } names || names.Any(name => name.Text() == request.Name));
    }

    private static bool Has(JsonNode? list, string value) => (list as JsonArray ?? []).Any(item => item.Text() is "*" || item.Text() == value);

    private static ApiStatusException Forbidden(Caller caller, RequestInfo request)
    {
        if (!request.IsResource)
        {
            return new ApiStatusException(
                403,
                "Forbidden",
                $"forbidden: User \"{caller.Name}\" cannot {request.Verb} path \"{request.Path}\"",
                []);
        }

        var resource = request.Subresource.Length > 0 ? request.Resource + "/" + request.Subresource : request.Resource;
        var subject = request.Group.Length == 0 ? request.Resource : request.Resource + "." + request.Group;
        var named = request.Name.Length == 0 ? "" : $" \"{request.Name}\"";
        var scope = request.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        var details = new JsonObject();
        if (request.Name.Length > 0)
            details["name"] = request.Name;
        if (request.Group.Length > 0)
            details["group"] = request.Group;
        details["kind"] = request.Resource;
        return new ApiStatusException(
            403,
            "Forbidden",
            $"{subject}{named} is forbidden: User \"{caller.Name}\" cannot {request.Verb} resource \"{resource}\" in API group \"{request.Group}\" {scope}",
            details);
    }
}
