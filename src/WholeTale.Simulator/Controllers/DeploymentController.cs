using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Rolls a Deployment from one ReplicaSet to the next (pkg/controller/deployment).</summary>
internal sealed class DeploymentController(World world) : IController
{
    private readonly DeploymentStatus _status = new(world);
    private readonly ReplicaSetHistory _history = new(world);

    public IReadOnlyList<Kind> Watched { get; } = [world.Deployment, world.ReplicaSet, world.Pod];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.Deployment)
            return [change.New.Key];
        if (change.New.Kind == world.ReplicaSet)
            return Owners.Controller(change.New, "Deployment") is { } owner ? [owner] : [];
        // Recreate waits until the old pods are gone, which no ReplicaSet's status tells.
        if (!change.Deleted || Owners.Controller(change.New, "ReplicaSet") is not { } setKey
            || world.Store.Get(world.ReplicaSet, setKey.Namespace, setKey.Name) is not { } set)
        {
            return [];
        }

        return Owners.Controller(set, "Deployment") is { } deployment ? [deployment] : [];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Deployment, key.Namespace, key.Name) is not { } deployment)
            return null;
        var content = deployment.Tree;
        var sets = _history.Claim(deployment, content);
        var current = sets.OrderBy(set => set.Created).ThenBy(set => set.Stored.ResourceVersion).FirstOrDefault(set => set.HasTemplate(content["spec"]?["template"]));
        if (deployment.IsDeleting)
            return WriteStatus(deployment, content, current, created: false, follow: false);
        if (content["spec"]?["paused"].Flag() == true || IsScaled(content, sets))
        {
            if (current is not null)
                _history.Annotate(content, current, sets);
            Scale(deployment, content, sets, current);
            return WriteStatus(deployment, content, current, created: false, follow: false);
        }

        return content["spec"]?["strategy"]?["type"].Text() == "Recreate"
            ? Recreate(deployment, content, sets, current)
            : Roll(deployment, content, sets, current);
    }

    private static int Replicas(JsonObject content) => (int)(content["spec"]?["replicas"].Number() ?? 1);

    private static bool IsScaled(JsonObject content, List<RolledSet> sets) =>
        sets.Any(set => set.Wanted > 0 && set.Desired >= 0 && set.Desired != Replicas(content));

    private TimeSpan? Recreate(StoredObject deployment, JsonObject content, List<RolledSet> sets, RolledSet? current)
    {
        var old = sets.Where(set => set.Name != current?.Name).ToList();
        var busy = false;
        foreach (var set in old.Where(set => set.Wanted > 0))
        {
            ScaleTo(deployment, content, set, 0);
            busy = true;
        }

        busy = busy || old.Any(set => world.Store.OwnedBy(world.Pod, set.Stored.Uid).Any(pod => !PodFacts.Of(pod).HasEnded));
        if (busy)
            return WriteStatus(deployment, content, current, created: false, follow: true);
        var created = current is null;
        if (current is null)
            current = _history.Create(deployment, content, sets, Replicas(content));
        else
            _history.Annotate(content, current, sets);
        if (current is not null && current.Wanted != Replicas(content))
            ScaleTo(deployment, content, current, Replicas(content));
        _history.CleanUp(deployment, content, old, IsComplete(content));
        return WriteStatus(deployment, content, current, created, follow: true);
    }

    private TimeSpan? Roll(StoredObject deployment, JsonObject content, List<RolledSet> sets, RolledSet? current)
    {
        var replicas = Replicas(content);
        var budget = RollingBudget.Of(content["spec"]?["strategy"], replicas);
        var old = sets.Where(set => set.Name != current?.Name).ToList();
        var created = current is null;
        if (current is null)
        {
            current = _history.Create(deployment, content, sets, Math.Clamp(replicas + budget.Surge - old.Sum(set => set.Wanted), 0, replicas));
        }
        else
        {
            _history.Annotate(content, current, sets);
            var total = sets.Sum(set => set.Wanted);
            if (current.Wanted > replicas)
                ScaleTo(deployment, content, current, replicas);
            else if (current.Wanted < replicas && total < replicas + budget.Surge)
                ScaleTo(deployment, content, current, current.Wanted + Math.Min(replicas + budget.Surge - total, replicas - current.Wanted));
            else
                ScaleDownOld(deployment, content, sets, old, current, replicas - budget.Unavailable);
        }

        _history.CleanUp(deployment, content, old, IsComplete(content));
        return WriteStatus(deployment, content, current, created, follow: true);
    }

    // rolling.go, reconcileOldReplicaSets: unhealthy pods first, then as many as availability allows.
    private void ScaleDownOld(StoredObject deployment, JsonObject content, List<RolledSet> sets, List<RolledSet> old, RolledSet current, int leastAvailable)
    {
        if (old.Sum(set => set.Wanted) == 0)
            return;
        var removable = sets.Sum(set => set.Wanted) - leastAvailable - (current.Wanted - current.Available);
        if (removable <= 0)
            return;
        var wanted = old.ToDictionary(set => set.Name, set => set.Wanted);
        foreach (var set in old.OrderBy(set => set.Created).Where(set => set.Wanted > set.Available))
        {
            var drop = Math.Min(removable, set.Wanted - set.Available);
            if (drop <= 0)
                break;
            wanted[set.Name] -= drop;
            removable -= drop;
        }

        var spare = sets.Sum(set => set.Available) - leastAvailable;
        foreach (var set in old.OrderBy(set => set.Created))
        {
            var drop = Math.Min(spare, wanted[set.Name]);
            if (drop <= 0)
                continue;
            wanted[set.Name] -= drop;
            spare -= drop;
        }

        foreach (var set in old.Where(set => wanted[set.Name] != set.Wanted))
            ScaleTo(deployment, content, set, wanted[set.Name]);
    }

    // sync.go, scale: one active set takes all; otherwise in proportion to what each has.
    private void Scale(StoredObject deployment, JsonObject content, List<RolledSet> sets, RolledSet? current)
    {
        var replicas = Replicas(content);
        var active = sets.Where(set => set.Wanted > 0).OrderBy(set => set.Created).ToList();
        if (active.Count <= 1)
        {
            var only = active.FirstOrDefault() ?? current;
            if (only is not null && (only.Wanted != replicas || only.Desired != replicas))
                ScaleTo(deployment, content, only, replicas);
            return;
        }

        if (current is not null && current.Wanted == replicas && current.Available == replicas)
        {
            foreach (var set in active.Where(set => set.Name != current.Name))
                ScaleTo(deployment, content, set, 0);
            return;
        }

        var total = active.Sum(set => set.Wanted);
        var allowed = replicas == 0 ? 0 : replicas + RollingBudget.Of(content["spec"]?["strategy"], replicas).Surge;
        var left = allowed - total;
        foreach (var set in active.OrderByDescending(set => set.Wanted))
        {
            var share = total == 0 ? 0 : (int)Math.Round((double)set.Wanted * allowed / total, MidpointRounding.AwayFromZero) - set.Wanted;
            share = left >= 0 ? Math.Clamp(share, 0, left) : Math.Clamp(share, left, 0);
            left -= share;
            // What rounding leaves over goes to the largest set, which is dealt with first: the last takes it here.
            ScaleTo(deployment, content, set, Math.Max(0, set.Wanted + share));
        }
    }

    private void ScaleTo(StoredObject deployment, JsonObject content, RolledSet set, int wanted)
    {
        var replicas = Replicas(content);
        var most = replicas + RollingBudget.Of(content["spec"]?["strategy"], replicas).Surge;
        world.Manager.Update(world.ReplicaSet, deployment.Namespace, set.Name, current =>
        {
            current.Spec()["replicas"] = wanted;
            current.Annotate(RolledSet.DesiredAnnotation, replicas.ToString(CultureInfo.InvariantCulture));
            current.Annotate(RolledSet.MaxAnnotation, most.ToString(CultureInfo.InvariantCulture));
        });
        if (wanted == set.Wanted)
            return;
        var direction = wanted > set.Wanted ? "up" : "down";
        world.Tell(
            deployment, ReplicaSetHistory.Component, "Normal", "ScalingReplicaSet", $"Scaled {direction} replica set {set.Name} to {wanted} from {set.Wanted}");
    }

    private static bool IsComplete(JsonObject content)
    {
        var status = content["status"];
        var wanted = Replicas(content);
        return (status?["updatedReplicas"].Number() ?? 0) == wanted && (status?["replicas"].Number() ?? 0) == wanted
            && (status?["availableReplicas"].Number() ?? 0) == wanted;
    }

    private TimeSpan? WriteStatus(StoredObject deployment, JsonObject content, RolledSet? current, bool created, bool follow)
    {
        TimeSpan? wait = null;
        var sets = world.Store.OwnedBy(world.ReplicaSet, deployment.Uid).Select(set => RolledSet.Of(set)).ToList();
        current = sets.FirstOrDefault(set => set.Name == current?.Name);
        world.Manager.UpdateStatus(world.Deployment, deployment.Namespace, deployment.Name, latest =>
        {
            if (latest["metadata"]?["uid"].Text() != deployment.Uid)
                return;
            if (current is { Revision: > 0 })
                latest.Annotate(RolledSet.RevisionAnnotation, current.Revision.ToString(CultureInfo.InvariantCulture));
            var status = latest.Status();
            MarkPaused(status, content);
            if (current is not null && created)
                _status.Set(status, "Progressing", "True", "NewReplicaSetCreated", $"Created new replica set \"{current.Name}\"");
            else if (current is not null && follow && Conditions.Find(status, "Progressing") is null && content["spec"]?["progressDeadlineSeconds"] is not null)
                _status.Set(status, "Progressing", "True", "FoundNewReplicaSet", $"Found new replica set \"{current.Name}\"");
            wait = _status.Write(status, content, sets, current, follow);
        });
        return wait;
    }

    private void MarkPaused(JsonObject status, JsonObject content)
    {
        if (content["spec"]?["progressDeadlineSeconds"] is null)
            return;
        var progressing = Conditions.Find(status, "Progressing");
        if (progressing?["reason"].Text() == "ProgressDeadlineExceeded")
            return;
        var paused = content["spec"]?["paused"].Flag() == true;
        var marked = progressing?["reason"].Text() == "DeploymentPaused";
        if (paused && !marked)
            _status.Set(status, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused");
        else if (!paused && marked)
            _status.Set(status, "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed");
    }
}
