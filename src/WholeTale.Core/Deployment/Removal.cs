using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>A planned removal: only what the product made, by label and by inventory.</summary>
public sealed class Removal : IAsyncDisposable
{
    // What girder-tales and the worker make for a tale, and what controllers derive from it.
    private static readonly ResourceType[] TaleTypes =
    [
        ResourceTypes.Deployment, ResourceTypes.StatefulSet, ResourceTypes.Job, ResourceTypes.Service, ResourceTypes.Ingress, ResourceTypes.NetworkPolicy, ResourceTypes.Pod,
        ResourceTypes.Secret, ResourceTypes.ConfigMap, ResourceTypes.PersistentVolumeClaim,
    ];

    // What the platform has besides; who may not read these can have made none of them.
    private static readonly ResourceType[] PlatformTypes = [ResourceTypes.ServiceAccount, ResourceTypes.Role, ResourceTypes.RoleBinding];

    // The records are read; of everything else it counts what it is, not what it says.
    private static readonly ResourceType[] Read = [ResourceTypes.Secret];

    private readonly Cluster cluster;
    private readonly ApiClient client;
    private readonly NamespaceWatch watch;
    private readonly bool keepData;
    private readonly IReadOnlySet<ObjectReference>? only;
    private readonly IReadOnlyList<RemovalStage> stages;
    private readonly IReadOnlyList<ObjectReference> workspaces;
    private readonly JsonObject? space;
    private readonly HashSet<(string, string)> known;
    private DeployLease? lease;

    private Removal(
        Cluster cluster, ApiClient client, NamespaceWatch watch, bool keepData, IReadOnlySet<ObjectReference>? only, IReadOnlyList<RemovalStage> stages, IReadOnlyList<ObjectReference> workspaces, JsonObject? space,
        IReadOnlyList<string> left)
    {
        this.cluster = cluster;
        this.client = client;
        this.watch = watch;
        this.keepData = keepData;
        this.only = only;
        this.stages = stages;
        this.workspaces = workspaces;
        this.space = space;
        known = Versions(watch.Live.All(ResourceTypes.Secret));
        Left = left;
    }

    /// <summary>What will be done, in one line for a confirmation.</summary>
    public string Summary
    {
        get
        {
            var objects = stages.SelectMany(stage => stage.Objects).ToList();
            var claims = objects.Count(planned => planned.HoldsData) + workspaces.Count;
            var tales = objects.Count(planned => planned.Component == Labels.Tale && planned.Reference.Type == ResourceTypes.Deployment);
            return $"Remove Whole Tale from namespace {cluster.Namespace}: {Counted.Of(objects.Count, "object")}"
                + (tales > 0 ? $", {tales} running {(tales == 1 ? "tale" : "tales")} among them" : "")
                + (keepData ? "; data and generated secrets are kept" : claims > 0 ? $"; the data in {claims} {(claims == 1 ? "volume is" : "volumes are")} lost" : "")
                + (IsNamespaceOurs && !keepData ? "; and the namespace, if nothing else is in it" : "");
        }
    }

    /// <summary>Objects that carry the product's label and that it did not make: they stay.</summary>
    public IReadOnlyList<string> Left { get; }

    private bool IsNamespaceOurs => space?.Annotation(Labels.NamespaceMade) == "true";

    private bool IsThere => space?.IsDeleting() == false;

    /// <summary>Finds out what there is to remove.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="keepData">Whether claims and generated secrets stay.</param>
    /// <param name="isDecided">Whether the removal will be run whatever is found: it takes the lease meanwhile, and holds it until it is disposed of.</param>
    /// <param name="progress">Is told of requests.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">The cluster cannot be reached or refuses.</exception>
    /// <exception cref="DeploymentException">It is decided, and somebody else works on the namespace.</exception>
    public static async Task<Removal> PlanAsync(Cluster cluster, bool keepData, bool isDecided, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(progress);
        return await PlanAsync(cluster, PlatformDeployment.Connect(cluster, progress), keepData, isDecided, cancellationToken);
    }

    /// <summary>Finds out what there is to remove of these objects alone. Data stays, and so do the records: what is left would be nobody's without them.</summary>
    internal static Task<Removal> PlanOfAsync(IReadOnlySet<ObjectReference> only, Cluster cluster, ApiClient client, CancellationToken cancellationToken) =>
        PlanAsync(cluster, client, keepData: true, isDecided: true, cancellationToken, only);

    internal static async Task<Removal> PlanAsync(
        Cluster cluster, ApiClient client, bool keepData, bool isDecided, CancellationToken cancellationToken, IReadOnlySet<ObjectReference>? only = null)
    {
        if (!isDecided)
            return await LookAsync(cluster, client, keepData, only, cancellationToken);
        var leasing = DeployLease.AcquireAsync(client, cluster.Namespace, TimeProvider.System, cancellationToken, cancellationToken);
        Removal? removal = null;
        try
        {
            removal = await LookAsync(cluster, client, keepData, only, cancellationToken);
            if (removal.IsThere)
                removal.lease = await leasing;
            else
                await ReleaseAsync(leasing);
            return removal;
        }
        catch
        {
            await ReleaseAsync(leasing);
            if (removal is not null)
                await removal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Deletes in reverse order of dependency, what needs something before that, and waits until everything is gone.</summary>
    /// <exception cref="WholeTaleException">Something cannot be deleted, or does not go away.</exception>
    public async Task RunAsync(IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var activity = $"Removing Whole Tale from {cluster.Name}";
        var settings = cluster.Settings?.Settings.Deploy ?? new DeploySettings();
        foreach (var item in Left)
            progress.Report(new WarningReport($"{item} carries the product's label and was not made by it, so it stays. Delete it by hand if it is not needed."));
        if (IsThere)
        {
            // Whoever deploys at the same time would make what is being deleted here.
            lease ??= await DeployLease.AcquireAsync(client, cluster.Namespace, TimeProvider.System, cancellationToken, cancellationToken);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(lease.Token, cancellationToken);
            try
            {
                await DeleteAsync(activity, settings, lease, progress, both.Token);
            }
            catch (OperationCanceledException exception) when (lease.IsLost && !cancellationToken.IsCancellationRequested)
            {
                throw lease.Explain($"The removal from {cluster.Namespace}", exception);
            }
        }

        if (IsNamespaceOurs && !keepData)
            await new NamespaceRemoval(client, cluster.Namespace, space!.Uid(), settings.ComponentTimeout).RunAsync(progress, cancellationToken);
        progress.Report(new ProgressReport(activity, "", "done", 100, Completed: true));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (lease is not null)
            await lease.DisposeAsync();
        await watch.DisposeAsync();
    }

    private static async Task<Removal> LookAsync(Cluster cluster, ApiClient client, bool keepData, IReadOnlySet<ObjectReference>? only, CancellationToken cancellationToken)
    {
        var watch = new NamespaceWatch(client, cluster.Namespace, Labels.Ours, Read);
        try
        {
            var space = client.FindAsync(new ObjectReference(ResourceTypes.Namespace, null, cluster.Namespace), cancellationToken);
            var records = ReadRecordsAsync(watch, client, cancellationToken);
            await Task.WhenAll(space, records, watch.ListAsync(TaleTypes.Except(Read), cancellationToken), watch.TryListAsync(PlatformTypes, cancellationToken));
            var (former, components) = await records;
            await watch.ListAsync(former.Keys.Select(reference => reference.Type), cancellationToken);

            var mine = new List<PlannedObject>();
            var left = new List<string>();
            var workspaces = new List<ObjectReference>();
            foreach (var (reference, item) in Objects(watch.Live, [.. TaleTypes, .. former.Keys.Select(reference => reference.Type)]))
            {
                if (only?.Contains(reference) == false)
                    continue;
                if (Claim(reference, item, former) is not { } component)
                    left.Add(reference.ToString());
                else if (component.Length == 0 && reference.Type == ResourceTypes.PersistentVolumeClaim)
                    workspaces.Add(reference);
                else if (component.Length > 0 && !(keepData && IsKept(reference, item)))
                    mine.Add(new PlannedObject(reference, component, item, ""));
            }

            return new Removal(cluster, client, watch, keepData, only, RemovalStage.Order(mine, components), workspaces, await space, left);
        }
        catch
        {
            await watch.DisposeAsync();
            throw;
        }
    }

    // What is known of the records is proved under the lease, while the first objects go: nobody else can write one now.
    private async Task DeleteAsync(string activity, DeploySettings settings, DeployLease held, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        // Claims that would go with the tales that own them are given up by them first.
        if (keepData)
            await Task.WhenAll(workspaces.Select(claim => client.MergeAsync(claim, new JsonObject { ["metadata"] = new JsonObject { ["ownerReferences"] = null } }, cancellationToken)));
        using var run = new RemovalRun(client, watch, stages, settings, activity, progress);
        var records = client.ListAsync(ResourceTypes.Secret, cluster.Namespace, Labels.Revision, ObjectForm.Metadata, cancellationToken);
        await Task.WhenAll(records, run.DeleteObjectsAsync(cancellationToken));
        if (Versions((await records).Items).SetEquals(known))
        {
            await Task.WhenAll(run.DeleteRecordsAsync(cancellationToken), held.ReleaseAsync());
            return;
        }

        // Somebody has deployed since the look.
        await using var again = await LookAsync(cluster, client, keepData, only, cancellationToken);
        await again.DeleteAsync(activity, settings, held, progress, cancellationToken);
    }

    private static HashSet<(string, string)> Versions(IEnumerable<JsonObject> secrets) => [.. secrets.Where(RevisionStore.IsRevision).Select(secret => (secret.Name(), secret.ResourceVersion()))];

    private static async Task ReleaseAsync(Task<DeployLease> leasing)
    {
        await ((Task)leasing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (leasing.IsCompletedSuccessfully)
            await leasing.Result.DisposeAsync();
    }

    // All that was ever made, with the component of each, and the components as they are now.
    private static async Task<(Dictionary<ObjectReference, string> Inventory, IReadOnlyList<PlannedComponent> Components)> ReadRecordsAsync(
        NamespaceWatch watch, ApiClient client, CancellationToken cancellationToken)
    {
        await watch.ListAsync(Read, cancellationToken);
        var revisions = RevisionStore.Read(watch.Live.All(ResourceTypes.Secret));
        var kinds = new RecordedKinds(client);
        var inventory = new Dictionary<ObjectReference, string>();
        foreach (var revision in revisions)
        {
            foreach (var planned in await revision.ObjectsAsync(kinds, cancellationToken))
                inventory[planned.Reference] = planned.Component;
        }

        return (inventory, revisions.Count == 0 ? [] : await revisions[^1].PlanAsync(kinds, cancellationToken));
    }

    // Where records name a kind in two versions, it is listed in both, and each object of it counts once.
    private static IEnumerable<(ObjectReference Reference, JsonObject Item)> Objects(LiveObjects live, IEnumerable<ResourceType> types) =>
        types.Distinct().SelectMany(type => live.All(type).Select(item => (new ObjectReference(type, type.Namespaced ? item.Namespace() : null, item.Name()), item)))
            .Where(pair => pair.item.Label(Labels.PartOf) == Labels.Product)
            .Select(pair => (pair.Item1, pair.item))
            .DistinctBy(pair => pair.Item1);

    // The component of an object of ours; empty for what goes with its owner; null for what is not ours.
    private static string? Claim(ObjectReference reference, JsonObject item, Dictionary<ObjectReference, string> inventory)
    {
        if (inventory.TryGetValue(reference, out var component))
            return component;
        if (reference.Type == ResourceTypes.Secret && RevisionStore.IsRevision(item))
            return Labels.RevisionComponent;
        if (item.Items("metadata", "ownerReferences").Any())
            return "";
        if (item.Label(Labels.Component) == Labels.Tale && item.Label(Labels.ManagedBy) == Labels.Product)
            return Labels.Tale;

        // A StatefulSet's claims bear its template's labels and have no owner, so that its data outlives it.
        return reference.Type == ResourceTypes.PersistentVolumeClaim && inventory.Keys.Any(made => made.Type == ResourceTypes.StatefulSet && IsClaimOf(reference.Name, made.Name))
            ? item.Label(Labels.Component) is { Length: > 0 } label ? label : "data"
            : null;
    }

    // TEMPLATE-STATEFULSET-ORDINAL
    private static bool IsClaimOf(string claim, string set)
    {
        var dash = claim.LastIndexOf('-');
        return dash > 0 && claim[(dash + 1)..].All(char.IsAsciiDigit) && claim[..dash].EndsWith($"-{set}", StringComparison.Ordinal);
    }

    // With the data stay the records of what was made: without them a later removal could not tell that the data is ours.
    private static bool IsKept(ObjectReference reference, JsonObject item) =>
        reference.Type == ResourceTypes.PersistentVolumeClaim
        || (reference.Type == ResourceTypes.Secret && (PlatformSecretStore.IsGenerated(reference.Name) || RevisionStore.IsRevision(item)));
}
