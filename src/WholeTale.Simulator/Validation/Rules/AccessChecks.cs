using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Roles and their bindings (apis/rbac/validation).</summary>
internal static class AccessChecks
{
    private const string _group = "rbac.authorization.k8s.io";

    public static void Role(JsonObject role, JsonObject? old, List<Cause> causes) => Rules(role, namespaced: true, causes);

    public static void ClusterRole(JsonObject role, JsonObject? old, List<Cause> causes)
    {
        Rules(role, namespaced: false, causes);
        if (role["aggregationRule"] is not { } aggregation)
            return;
        var selectors = aggregation["clusterRoleSelectors"].Objects().ToList();
        if (selectors.Count == 0)
            causes.Add(Cause.Required("aggregationRule.clusterRoleSelectors", "at least one clusterRoleSelector required if aggregationRule is non-nil"));
        for (var at = 0; at < selectors.Count; at++)
            SelectorValidation.Check(selectors[at], $"aggregationRule.clusterRoleSelectors[{at}]", causes);
    }

    public static void RoleBinding(JsonObject binding, JsonObject? old, List<Cause> causes) => Binding(binding, old, namespaced: true, causes);

    public static void ClusterRoleBinding(JsonObject binding, JsonObject? old, List<Cause> causes) => Binding(binding, old, namespaced: false, causes);

    private static void Rules(JsonObject role, bool namespaced, List<Cause> causes)
    {
        var rules = role["rules"].Objects().ToList();
        for (var at = 0; at < rules.Count; at++)
        {
            var field = $"rules[{at}]";
            if (rules[at]["verbs"].Texts().Count == 0)
                causes.Add(Cause.Required(field + ".verbs", "verbs must contain at least one value"));
            var urls = rules[at]["nonResourceURLs"].Texts();
            if (urls.Count > 0)
            {
                if (namespaced)
                    causes.Add(Cause.Invalid(field + ".nonResourceURLs", GoSyntax.List(urls), "namespaced rules cannot apply to non-resource URLs"));
                if (new[] { "apiGroups", "resources", "resourceNames" }.Any(member => rules[at][member].Texts().Count > 0))
                    causes.Add(Cause.Invalid(field + ".nonResourceURLs", GoSyntax.List(urls), "rules cannot apply to both regular resources and non-resource URLs"));
                continue;
            }

            if (rules[at]["apiGroups"].Texts().Count == 0)
                causes.Add(Cause.Required(field + ".apiGroups", "resource rules must supply at least one api group"));
            if (rules[at]["resources"].Texts().Count == 0)
                causes.Add(Cause.Required(field + ".resources", "resource rules must supply at least one resource"));
        }
    }

    private static void Binding(JsonObject binding, JsonObject? old, bool namespaced, List<Cause> causes)
    {
        var role = binding["roleRef"] as JsonObject ?? [];
        var (group, kind, name) = (role["apiGroup"].Text() ?? "", role["kind"].Text() ?? "", role["name"].Text() ?? "");
        if (group != _group)
            causes.Add(Cause.NotSupported("roleRef.apiGroup", GoSyntax.Quote(group), _group));
        if (kind != "ClusterRole" && !(namespaced && kind == "Role"))
            causes.Add(namespaced ? Cause.NotSupported("roleRef.kind", GoSyntax.Quote(kind), "Role", "ClusterRole") : Cause.NotSupported("roleRef.kind", GoSyntax.Quote(kind), "ClusterRole"));
        if (name.Length == 0)
            causes.Add(Cause.Required("roleRef.name"));
        else
            causes.AddRange(Names.PathSegment(name).Select(problem => Cause.Invalid("roleRef.name", GoSyntax.Quote(name), problem)));
        var subjects = binding["subjects"].Objects().ToList();
        for (var at = 0; at < subjects.Count; at++)
            Subject(subjects[at], namespaced, $"subjects[{at}]", causes);
        if (old is not null && !JsonTree.AreEqual(binding["roleRef"], old["roleRef"]))
            causes.Add(Cause.Invalid("roleRef", $"rbac.RoleRef{{APIGroup:{GoSyntax.Quote(group)}, Kind:{GoSyntax.Quote(kind)}, Name:{GoSyntax.Quote(name)}}}", "cannot change roleRef"));
    }

    private static void Subject(JsonObject subject, bool namespaced, string field, List<Cause> causes)
    {
        var (name, group) = (subject["name"].Text() ?? "", subject["apiGroup"].Text() ?? "");
        if (name.Length == 0)
            causes.Add(Cause.Required(field + ".name"));
        switch (subject["kind"].Text())
        {
            case "ServiceAccount":
                if (name.Length > 0)
                    causes.AddRange(Names.Dns1123Subdomain(name).Select(problem => Cause.Invalid(field + ".name", GoSyntax.Quote(name), problem)));
                if (group.Length > 0)
                    causes.Add(Cause.NotSupported(field + ".apiGroup", GoSyntax.Quote(group), ""));
                if (!namespaced && subject["namespace"].Text() is null or "")
                    causes.Add(Cause.Required(field + ".namespace"));
                break;
            case "User" or "Group":
                if (group != _group)
                    causes.Add(Cause.NotSupported(field + ".apiGroup", GoSyntax.Quote(group), _group));
                break;
            case var kind:
                causes.Add(Cause.NotSupported(field + ".kind", GoSyntax.Quote(kind ?? ""), "ServiceAccount", "User", "Group"));
                break;
        }
    }
}
