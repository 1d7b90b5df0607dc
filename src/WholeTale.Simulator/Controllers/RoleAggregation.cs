using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Gives aggregated cluster roles the rules of those that their selectors match (pkg/controller/clusterroleaggregation).</summary>
internal sealed class RoleAggregation(World world) : IController
{
    private readonly Kind _role = world.Api.Kinds.Get("rbac.authorization.k8s.io/v1", "ClusterRole");

    public IReadOnlyList<Kind> Watched => [_role];

    // Whatever role changes may be part of any aggregate.
    public IEnumerable<ObjectKey> Concerns(Change change) =>
        world.Store.List(_role).Items.Where(role => role.Tree["aggregationRule"] is not null).Select(role => role.Key);

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(_role, null, key.Name) is not { IsDeleting: false } aggregate || aggregate.Tree["aggregationRule"]?["clusterRoleSelectors"] is not { } selectors)
            return null;
        var rules = new JsonArray();
        foreach (var part in world.Store.List(_role).Items.Where(role => role.Name != key.Name).OrderBy(role => role.Name, StringComparer.Ordinal))
        {
            if (!selectors.Objects().Any(selector => LabelMatch.Selects(selector, part.Labels)))
                continue;
            foreach (var rule in part.Tree["rules"].Objects().Where(rule => !rules.Any(known => JsonTree.AreEqual(known, rule))))
                rules.Add(rule.DeepClone());
        }

        if (!JsonTree.AreEqual(rules, aggregate.Tree["rules"] ?? new JsonArray()))
            world.Manager.Update(_role, null, key.Name, role => role["rules"] = rules.DeepClone());
        return null;
    }
}
