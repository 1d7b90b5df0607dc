using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Api;

/// <summary>The cluster roles and bindings that every API server brings.</summary>
internal static class BootstrapRoles
{
    private const string _aggregate = "rbac.authorization.k8s.io/";

    private static readonly string[] _read = ["get", "list", "watch"];
    private static readonly string[] _write = ["create", "delete", "deletecollection", "patch", "update"];
    private static readonly string[] _discovery =
        ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"];

    public static void Run(ObjectClient client)
    {
        var roles = client.Kinds.Get("rbac.authorization.k8s.io/v1", "ClusterRole");
        var bindings = client.Kinds.Get("rbac.authorization.k8s.io/v1", "ClusterRoleBinding");
        foreach (var (name, rules) in Roles())
            client.Create(roles, new JsonObject { ["metadata"] = Metadata(name), ["rules"] = rules });
        // The roles for people are sums of what is labelled for them, the greater ones of the lesser.
        foreach (var (name, next, rules) in PeoplesRoles())
        {
            client.Create(roles, new JsonObject { ["metadata"] = Metadata("system:aggregate-to-" + name, "aggregate-to-" + name), ["rules"] = rules });
            client.Create(roles, new JsonObject
            {
                ["metadata"] = next is null ? Metadata(name) : Metadata(name, "aggregate-to-" + next),
                ["aggregationRule"] = new JsonObject
                {
                    ["clusterRoleSelectors"] = new JsonArray(new JsonObject { ["matchLabels"] = new JsonObject { [_aggregate + "aggregate-to-" + name] = "true" } }),
                },
                ["rules"] = rules.DeepClone(),
            });
        }

        foreach (var (role, group) in new[]
        {
            ("cluster-admin", "system:masters"),
            ("system:discovery", "system:authenticated"),
            ("system:basic-user", "system:authenticated"),
            ("system:public-info-viewer", "system:authenticated"),
            ("system:public-info-viewer", "system:unauthenticated"),
        })
        {
            var name = group == "system:unauthenticated" ? role + ":anonymous" : role;
            client.Create(bindings, new JsonObject
            {
                ["metadata"] = Metadata(name),
                ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = role },
                ["subjects"] = new JsonArray(new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Group", ["name"] = group }),
            });
        }
    }

    private static IEnumerable<(string Name, JsonArray Rules)> Roles()
    {
        yield return ("cluster-admin", new JsonArray(Rule(["*"], ["*"], ["*"]), Paths(["*"], ["*"])));
        yield return ("system:discovery", new JsonArray(Paths(["get"], _discovery)));
        yield return ("system:public-info-viewer", new JsonArray(Paths(["get"], ["/healthz", "/livez", "/readyz", "/version", "/version/"])));
        yield return ("system:basic-user", new JsonArray(Rule(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"])));
    }

    private static IEnumerable<(string Name, string? Next, JsonArray Rules)> PeoplesRoles()
    {
        yield return ("view", "edit", new JsonArray(Common(_read, withSecrets: false)));
        yield return ("edit", "admin", new JsonArray(Common([.. _read, .. _write], withSecrets: true)));
        yield return ("admin", null, new JsonArray(
        [
            .. Common([.. _read, .. _write], withSecrets: true),
            Rule([.. _read, .. _write], ["rbac.authorization.k8s.io"], ["roles", "rolebindings"]),
            Rule(["create"], ["authorization.k8s.io"], ["localsubjectaccessreviews"]),
        ]));
    }

    private static JsonNode[] Common(string[] verbs, bool withSecrets)
    {
        string[] core =
        [
            "configmaps", "endpoints", "events", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "pods/log", "pods/status",
            "replicationcontrollers", "replicationcontrollers/scale", "serviceaccounts", "services", "services/status",
        ];
        if (withSecrets)
            core = [.. core, "secrets", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "pods/eviction", "services/proxy", "serviceaccounts/token"];
        return
        [
            Rule(verbs, [""], core),
            Rule(_read, [""], ["bindings", "limitranges", "namespaces", "namespaces/status", "resourcequotas", "resourcequotas/status"]),
            Rule(verbs, ["apps"], ["controllerrevisions", "daemonsets", "deployments", "deployments/scale", "replicasets", "replicasets/scale", "statefulsets", "statefulsets/scale"]),
            Rule(verbs, ["batch"], ["cronjobs", "jobs"]),
            Rule(verbs, ["networking.k8s.io"], ["ingresses", "networkpolicies"]),
            Rule(verbs, ["policy"], ["poddisruptionbudgets"]),
            Rule(_read, ["discovery.k8s.io"], ["endpointslices"]),
        ];
    }

    private static JsonObject Rule(string[] verbs, string[] groups, string[] resources) => new()
    {
        ["verbs"] = Strings(verbs),
        ["apiGroups"] = Strings(groups),
        ["resources"] = Strings(resources),
    };

    private static JsonObject Paths(string[] verbs, string[] urls) => new() { ["verbs"] = Strings(verbs), ["nonResourceURLs"] = Strings(urls) };

    private static JsonArray Strings(string[] values) => new([.. values.Select(value => (JsonNode)value)]);

    private static JsonObject Metadata(string name, string? aggregate = null)
    {
        var labels = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" };
        if (aggregate is not null)
            labels[_aggregate + aggregate] = "true";
        return new JsonObject
        {
            ["name"] = name,
            ["annotations"] = new JsonObject { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" },
            ["labels"] = labels,
        };
    }
}
