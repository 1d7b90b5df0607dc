using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment.Revisions;

/// <summary>A planned return to an earlier deploy. It is a deploy of what that one recorded, under a new number.</summary>
public sealed class Rollback : IAsyncDisposable
{
    private readonly DeployPlan plan;
    private readonly int number;

    private Rollback(DeployPlan plan, int number, IReadOnlyList<Change> changes)
    {
        this.plan = plan;
        this.number = number;
        Changes = changes;
    }

    /// <summary>What will be done, in one line for a confirmation.</summary>
    public string Summary => $"Return Whole Tale in namespace {plan.NamespaceName} to revision {number}: change {Counted.Of(Changes.Select(change => (change.Kind, change.Name)).Distinct().Count(), "object")}";

    /// <summary>All that will be done, in lines for a person.</summary>
    public string Description => Foresight.Describe(Summary, Foresight.Of(plan), Changes);

    /// <summary>What has come of the run, also where it failed; null before.</summary>
    public Deployment? Outcome => plan.Journal.Outcome;

    /// <summary>What will change, field by field. Secret values are masked.</summary>
    public IReadOnlyList<Change> Changes { get; }

    /// <summary>Plans the return.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="number">The revision; null for the last good one that differs from the newest.</param>
    /// <param name="options">How to deploy it.</param>
    /// <param name="progress">Is told requests.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="WholeTaleException">There is no such revision, or it cannot be deployed. Nothing has been written.</exception>
    public static Task<Rollback> PlanAsync(Cluster cluster, int? number, DeployOptions options, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(options);
        return PlanAsync(cluster, PlatformDeployment.Connect(cluster, progress), number, options, TimeProvider.System, progress, cancellationToken);
    }

    internal static async Task<Rollback> PlanAsync(
        Cluster cluster, ApiClient client, int? number, DeployOptions options, TimeProvider time, IProgress<Report> progress, CancellationToken cancellationToken, Journal? journal = null)
    {
        var secrets = await client.ListAsync(ResourceTypes.Secret, cluster.Namespace, $"{Labels.Component}={Labels.RevisionComponent},{Labels.Ours}", cancellationToken);
        var revisions = RevisionStore.Read(secrets.Items);
        var target = Choose(cluster, revisions, number);
        var manifests = ToManifests(target, revisions[^1]);
        var keeper = (journal ??= new Journal(time)).Over(progress);
        var plan = await new DeployPlanner(cluster, client, options, time, journal).PlanAsync(
            ManifestSource.Of(manifests, live => AtLeast(live, manifests, cluster.Namespace, keeper)), cancellationToken);
        return new Rollback(plan, target.Number, Comparison.Describe(plan.Objects, plan.Leftovers, plan.Live, plan.Foreseen));
    }

    /// <summary>Applies, waits and records a new revision.</summary>
    /// <exception cref="NotReadyException">A component failed; the exception says which and why.</exception>
    public async Task<Deployment> RunAsync(IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var activity = $"Returning Whole Tale on {plan.Cluster.Name} to revision {number}";
        var deployment = await new DeployRun(plan, progress, activity).RunAsync(cancellationToken);
        progress.Report(new ProgressReport(activity, "", "done", 100, Completed: true));
        return deployment;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => plan.Watch.DisposeAsync();

    private static Revision Choose(Cluster cluster, IReadOnlyList<Revision> revisions, int? number)
    {
        var known = string.Join(", ", revisions.Select(revision => $"{revision.Number} ({revision.Outcome})"));
        if (number is not null)
        {
            return revisions.FirstOrDefault(revision => revision.Number == number) ?? throw new DeploymentException(
                "RevisionNotFound", FailureKind.NotFound, $"revision {number}", $"{cluster.Name} has no revision {number} of Whole Tale in namespace {cluster.Namespace}.",
                known.Length == 0 ? "Nothing is deployed there." : $"It has {known}.");
        }

        // One that says what the newest says changes nothing: that is what an atomic deploy returned to, say.
        return revisions.LastOrDefault(revision => revision.Outcome == RevisionOutcome.Deployed && revision.Digest != revisions[^1].Digest) ?? throw new DeploymentException(
            "RevisionNotFound", FailureKind.NotFound, cluster.Name, $"{cluster.Name} has no good revision of Whole Tale in namespace {cluster.Namespace} that differs from the newest, to return to.",
            known.Length == 0 ? "Nothing is deployed there." : $"It has {known}; name one with -Revision.");
    }

    // Generated passwords and certificates stay as they are now: what was set up with them does not return with the manifests.
    private static ManifestSet ToManifests(Revision target, Revision newest)
    {
        var kept = newest.Components.OfType<JsonObject>().SelectMany(component => component.Items("objects")).Where(IsGenerated).ToDictionary(item => item.Name(), StringComparer.Ordinal);
        return new ManifestSet([.. target.Components.OfType<JsonObject>().Select(component => new ComponentManifests(
            new Component(component.Text("name"), [], [.. (component["dependsOn"] as JsonArray ?? []).Select(name => (string?)name ?? "")]),
            [.. component.Items("objects").Select(item => new Manifest(
                (JsonObject)(IsGenerated(item) && kept.TryGetValue(item.Name(), out var now) ? now : item).DeepClone(), $"revision {target.Number}", 0))]))]);
    }

    // A volume that has grown since cannot shrink again, and what lies on it may need the room.
    private static ManifestSet AtLeast(LiveObjects live, ManifestSet manifests, string @namespace, IProgress<Report> progress)
    {
        foreach (var claim in manifests.Components.SelectMany(component => component.Objects).Select(manifest => manifest.Object).Where(item => item.Kind() == "PersistentVolumeClaim"))
        {
            var now = live.Find(new ObjectReference(ResourceTypes.PersistentVolumeClaim, @namespace, claim.Name())).Text("spec", "resources", "requests", "storage");
            var then = claim.Text("spec", "resources", "requests", "storage");
            if (!Quantity.TryParse(now, out var size) || !Quantity.TryParse(then, out var recorded) || size <= recorded)
                continue;
            claim["spec"]!["resources"]!["requests"]!["storage"] = now;
            progress.Report(new WarningReport($"PersistentVolumeClaim {claim.Name()} has grown to {now} since and keeps that size, where the revision had {then}: no volume shrinks."));
        }

        return manifests;
    }

    private static bool IsGenerated(JsonObject item) => item.Kind() == "Secret" && PlatformSecretStore.IsGenerated(item.Name());
}
