using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>A Deployment's ReplicaSets as its history: made, numbered, annotated and forgotten (deployment_util.go, sync.go).</summary>
internal sealed class ReplicaSetHistory(World world)
{
    public const string Component = "deployment-controller";

    // deployment_util.go, annotationsToSkip.
    private static readonly HashSet<string> _notCopied =
    [
        "kubectl.kubernetes.io/last-applied-configuration",
        RolledSet.RevisionAnnotation,
        RolledSet.HistoryAnnotation,
        RolledSet.DesiredAnnotation,
        RolledSet.MaxAnnotation,
        "deprecated.deployment.rollback.to",
    ];

    /// <summary>The ReplicaSets that the Deployment controls; those that fit its selector and have no controller are adopted.</summary>
    public List<RolledSet> Claim(StoredObject deployment, JsonObject content)
    {
        if (!deployment.IsDeleting)
        {
            foreach (var set in LabelMatch.Find(world, world.ReplicaSet, deployment.Namespace, content["spec"]?["selector"]))
            {
                if (set.IsDeleting || set.OwnerUids.Contains(deployment.Uid) || Owners.HasController(set))
                    continue;
                world.Manager.Update(
                    world.ReplicaSet, set.Namespace, set.Name, adopted => adopted.Metadata()["ownerReferences"] = Owners.ControlledBy(deployment));
            }
        }

        return [.. world.Store.OwnedBy(world.ReplicaSet, deployment.Uid).Select(set => RolledSet.Of(set))];
    }

    /// <summary>Makes the ReplicaSet for the present template; null when it was refused.</summary>
    public RolledSet? Create(StoredObject deployment, JsonObject content, List<RolledSet> others, int replicas)
    {
        var template = content["spec"]?["template"]?.DeepClone().AsObject() ?? [];
        var hash = TemplateHash.Of(template, content["status"]?["collisionCount"].Number());
        template.Metadata().Child("labels")[RolledSet.HashLabel] = hash;
        var selector = content["spec"]?["selector"]?.DeepClone().AsObject() ?? [];
        selector.Child("matchLabels")[RolledSet.HashLabel] = hash;
        var set = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name}-{hash}",
                ["namespace"] = deployment.Namespace,
                ["labels"] = template["metadata"]!["labels"]!.DeepClone(),
                ["ownerReferences"] = Owners.ControlledBy(deployment),
            },
            ["spec"] = new JsonObject { ["replicas"] = replicas, ["selector"] = selector, ["template"] = template },
        };
        if (content["spec"]?["minReadySeconds"].Number() is { } minReady and > 0)
            set.Spec()["minReadySeconds"] = minReady;
        Describe(set, content, others.Select(other => other.Revision).DefaultIfEmpty(0).Max() + 1);
        try
        {
            var created = world.Manager.Create(world.ReplicaSet, set);
            if (replicas > 0)
                world.Tell(deployment, Component, "Normal", "ScalingReplicaSet", $"Scaled up replica set {created.Name} to {replicas}");
            return RolledSet.Of(created);
        }
        catch (ApiStatusException exception) when (exception.Reason == "AlreadyExists")
        {
            // Another template hashed to the same name: count the collision, so that the next try differs.
            world.Manager.UpdateStatus(world.Deployment, deployment.Namespace, deployment.Name, current =>
                current.Status()["collisionCount"] = (current["status"]?["collisionCount"].Number() ?? 0) + 1);
            return null;
        }
    }

    /// <summary>Numbers the present ReplicaSet anew when it was an old one (a rollback), and copies the Deployment's annotations to it.</summary>
    public void Annotate(JsonObject content, RolledSet current, List<RolledSet> sets)
    {
        var revision = sets.Where(set => set.Name != current.Name).Select(set => set.Revision).DefaultIfEmpty(0).Max() + 1;
        world.Manager.Update(world.ReplicaSet, current.Stored.Namespace, current.Name, set => Describe(set, content, revision));
    }

    /// <summary>Deletes the oldest ReplicaSets without pods beyond <c>revisionHistoryLimit</c>.</summary>
    public void CleanUp(StoredObject deployment, JsonObject content, List<RolledSet> old, bool complete)
    {
        if (!complete || content["spec"]?["revisionHistoryLimit"].Number() is not { } limit)
            return;
        var excess = old.Count(set => !set.Stored.IsDeleting) - limit;
        foreach (var set in old.Where(set => !set.Stored.IsDeleting).OrderBy(set => set.Revision))
        {
            if (excess-- <= 0)
                return;
            if (set is { Wanted: 0, Replicas: 0, IsObserved: true })
                world.Manager.Delete(world.ReplicaSet, deployment.Namespace, set.Name);
        }
    }

    private static void Describe(JsonObject set, JsonObject content, long revision)
    {
        foreach (var (name, value) in content["metadata"]?["annotations"] as JsonObject ?? [])
        {
            if (!_notCopied.Contains(name))
                set.Annotate(name, value.Text() ?? "");
        }

        _ = long.TryParse(set.Annotation(RolledSet.RevisionAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var before);
        if (before < revision)
        {
            set.Annotate(RolledSet.RevisionAnnotation, revision.ToString(CultureInfo.InvariantCulture));
            if (before > 0)
            {
                var history = set.Annotation(RolledSet.HistoryAnnotation);
                var number = before.ToString(CultureInfo.InvariantCulture);
                set.Annotate(RolledSet.HistoryAnnotation, string.IsNullOrEmpty(history) ? number : $"{history},{number}");
            }
        }

        if (set.Annotation(RolledSet.DesiredAnnotation) is null)
        {
            var replicas = (int)(content["spec"]?["replicas"].Number() ?? 1);
            set.Annotate(RolledSet.DesiredAnnotation, replicas.ToString(CultureInfo.InvariantCulture));
            set.Annotate(
                RolledSet.MaxAnnotation, (replicas + RollingBudget.Of(content["spec"]?["strategy"], replicas).Surge).ToString(CultureInfo.InvariantCulture));
        }
    }
}
