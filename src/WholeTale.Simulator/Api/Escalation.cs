using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation;

namespace WholeTale.Simulator.Api;

/// <summary>Nobody grants by roles and bindings what he does not hold himself (kubernetes, registry/rbac/escalation_check.go).</summary>
internal static class Escalation
{
    private const string _group = "rbac.authorization.k8s.io";

    /// <exception cref="ApiStatusException">The object would grant more than the caller has (403).</exception>
    public static void Check(KubernetesApi api, WriteRequest request, JsonObject content)
    {
        var kind = request.Kind;
        if (kind.Group != _group || request.Caller.Groups.Contains("system:masters"))
            return;
        var isRole = kind.Name is "Role" or "ClusterRole";
        var reference = content["roleRef"];
        var permission = new RequestInfo
        {
            IsResource = true,
            Path = "",
            Verb = isRole ? "escalate" : "bind",
            Group = _group,
            Version = kind.Version,
            Resource = isRole ? kind.Plural : reference?["kind"].Text() == "Role" ? "roles" : "clusterroles",
            Namespace = request.Namespace,
            Name = isRole ? content["metadata"]?["name"].Text() ?? "" : reference?["name"].Text() ?? "",
        };
        if (api.Authorizer.Reason(request.Caller, permission) is not null)
            return;
        var wanted = isRole ? content["rules"].Objects() : api.Authorizer.RulesOf(content, request.Namespace);
        var held = api.Authorizer.RulesOf(request.Caller, request.Namespace).ToList();
        var missing = wanted.SelectMany(Parts).Where(part => !held.Any(rule => part.IsCoveredBy(rule))).Distinct().ToList();
        if (missing.Count == 0)
            return;
        var name = content["metadata"]?["name"].Text() ?? "";
        var groups = "[" + string.Join(' ', request.Caller.Groups.Select(GoSyntax.Quote)) + "]";
        throw new ApiStatusException(
            403,
            "Forbidden",
            $"{kind.GroupResource} \"{name}\" is forbidden: user {GoSyntax.Quote(request.Caller.Name)} (groups={groups}) is attempting to grant RBAC permissions not currently held:\n{Show(missing)}",
            ApiStatusException.DetailsOf(kind, name));
    }

    // A rule as its smallest parts: one verb on one resource of one group, perhaps of one name, or on one path.
    private static IEnumerable<Part> Parts(JsonObject rule)
    {
        foreach (var verb in rule["verbs"].Texts())
        {
            foreach (var url in rule["nonResourceURLs"].Texts())
                yield return new Part(verb, "", "", "", url);
            foreach (var group in rule["apiGroups"].Texts())
            {
                foreach (var resource in rule["resources"].Texts())
                {
                    foreach (var name in rule["resourceNames"].Texts().DefaultIfEmpty(""))
                        yield return new Part(verb, group, resource, name, "");
                }
            }
        }
    }

    private static string Show(List<Part> parts) => string.Join('\n', parts
        .GroupBy(part => part with { Verb = "" })
        .Select(same => same.Key.Show(same.Select(part => part.Verb)))
        .Order(StringComparer.Ordinal));

    private sealed record Part(string Verb, string Group, string Resource, string Name, string Url)
    {
        public bool IsCoveredBy(JsonObject rule)
        {
            if (!Has(rule["verbs"], Verb))
                return false;
            if (Url.Length > 0)
                return rule["nonResourceURLs"].Texts().Any(url => url == "*" || url == Url || (url.EndsWith('*') && Url.StartsWith(url[..^1], StringComparison.Ordinal)));
            var sub = Resource.IndexOf('/', StringComparison.Ordinal);
            var names = rule["resourceNames"].Texts();
            return Has(rule["apiGroups"], Group)
                && rule["resources"].Texts().Any(item => item == "*" || item == Resource || (sub >= 0 && item == "*" + Resource[sub..]))
                && (names.Count == 0 || names.Contains(Name));
        }

        public string Show(IEnumerable<string> verbs)
        {
            var shown = new List<string>();
            if (Url.Length > 0)
                shown.Add($"NonResourceURLs:[{GoSyntax.Quote(Url)}]");
            else
                shown.AddRange([$"APIGroups:[{GoSyntax.Quote(Group)}]", $"Resources:[{GoSyntax.Quote(Resource)}]"]);
            if (Name.Length > 0)
                shown.Add($"ResourceNames:[{GoSyntax.Quote(Name)}]");
            shown.Add($"Verbs:[{string.Join(' ', verbs.Select(GoSyntax.Quote))}]");
            return "{" + string.Join(", ", shown) + "}";
        }

        private static bool Has(JsonNode? list, string value) => list.Texts().Any(item => item == "*" || item == value);
    }
}
