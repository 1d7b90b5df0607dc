using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>All that a run needs to know, found out before the first write.</summary>
internal sealed record DeployPlan
{
    // Asked for the summary, the description, the record and the run; what is seen of an object is replaced, never changed.
    private readonly ConcurrentDictionary<ObjectReference, (JsonObject Item, bool Holds)> judged = new();

    internal required Cluster Cluster { get; init; }

    internal required ApiClient Client { get; init; }

    /// <summary>The namespace's objects as they are.</summary>
    internal required NamespaceWatch Watch { get; init; }

    /// <summary>The namespace's manifest where it has to be made or changed; null where it is as it should be.</summary>
    internal JsonObject? Namespace { get; init; }

    /// <summary>Whether the namespace is not there yet.</summary>
    internal bool MakesNamespace { get; init; }

    /// <summary>The components, each after those it depends on.</summary>
    internal required IReadOnlyList<PlannedComponent> Components { get; init; }

    /// <summary>What is recorded on the cluster, oldest first.</summary>
    internal required IReadOnlyList<Revision> Revisions { get; init; }

    /// <summary>Objects of former plans that this one lacks.</summary>
    internal required IReadOnlyList<PlannedObject> Leftovers { get; init; }

    /// <summary>Claims of former plans that this one lacks, and that stay.</summary>
    internal IReadOnlyList<PlannedObject> Kept { get; init; } = [];

    /// <summary>Of those, the ones that the newest deploy still had.</summary>
    internal IReadOnlyList<PlannedObject> Dropped { get; init; } = [];

    /// <summary>What the server said it would make of objects that will change; of new ones, too, where that was asked.</summary>
    internal required IReadOnlyDictionary<ObjectReference, JsonObject> Foreseen { get; init; }

    /// <summary>What stands in the way of changes; empty where a deploy is planned, of which each is an error.</summary>
    internal IReadOnlyDictionary<ObjectReference, IReadOnlyList<Obstacle>> Obstacles { get; init; } = new Dictionary<ObjectReference, IReadOnlyList<Obstacle>>();

    internal required DeployOptions Options { get; init; }

    internal required DeploySettings Settings { get; init; }

    internal TimeSpan AddressTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>When the whole must have ended.</summary>
    internal required Deadline Deadline { get; init; }

    /// <summary>How long a component may take.</summary>
    internal TimeLimit ComponentLimit => TimeLimit.Of(Options.ComponentTimeout, "ComponentTimeout", Settings.ComponentTimeout, "Deploy.ComponentTimeout");

    /// <summary>How long an Ingress may take: an address from a cloud takes longer than a pod.</summary>
    internal TimeLimit AddressLimit => AddressTimeout > ComponentLimit.Length ? new TimeLimit(AddressTimeout, "the setting Ingress.AddressTimeout") : ComponentLimit;

    internal required TimeProvider Time { get; init; }

    /// <summary>Takes known secrets out of a text.</summary>
    internal Func<string, string> Redact { get; init; } = text => text;

    /// <summary>What is to be done before the first object is written; null for nothing.</summary>
    internal Func<CancellationToken, Task>? Prepare { get; init; }

    /// <summary>Is told once of each component whose objects are ready, by its name; that may be before its turn.</summary>
    internal Action<string> Arrived { get; init; } = _ => { };

    /// <summary>When it was made, as a timestamp of its clock.</summary>
    internal required long Made { get; init; }

    /// <summary>What has happened so far.</summary>
    internal Journal Journal { get; init; } = new(TimeProvider.System);

    /// <summary>The server's version.</summary>
    internal string KubernetesVersion { get; init; } = "";

    /// <summary>Where logs go; null for none.</summary>
    internal string? LogFolder { get; init; }

    /// <summary>Opens the log of a run, which begins with what planning has warned of.</summary>
    /// <exception cref="DeploymentException">The file that the caller chose cannot be written.</exception>
    internal DeployLog OpenLog()
    {
        var log = DeployLog.Open(Options.LogPath, LogFolder, Cluster.Name, Time, Redact);
        foreach (var warning in Journal.Warnings)
            log.Write("warning", "", "", warning);
        return log;
    }

    internal string NamespaceName => Cluster.Namespace;

    internal LiveObjects Live => Watch.Live;

    /// <summary>Whether an object is as the plan wants it, so that applying it would change nothing.</summary>
    internal bool Holds(PlannedObject planned)
    {
        if (Live.Find(planned.Reference) is not { } item)
            return false;
        if (!judged.TryGetValue(planned.Reference, out var judgement) || judgement.Item != item)
        {
            var holds = AppliedState.Holds(planned.Manifest, item) || (Foreseen.TryGetValue(planned.Reference, out var then) && AppliedState.IsUntouched(item, then));
            judged[planned.Reference] = judgement = (item, holds);
        }

        return judgement.Holds;
    }

    /// <summary>An object of the plan as it is; null for one that somebody else keeps, such as a Secret of cert-manager's: of that the news may be missing here.</summary>
    internal JsonObject? FindOwn(ObjectReference reference) => Objects.Any(planned => planned.Reference == reference) ? Live.Find(reference) : null;

    /// <summary>The objects, in the order of the components.</summary>
    internal IEnumerable<PlannedObject> Objects => Components.SelectMany(component => component.Objects);
}
