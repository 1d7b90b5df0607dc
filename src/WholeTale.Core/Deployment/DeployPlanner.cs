using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment;

/// <summary>Makes a plan from manifests: reads what the cluster has, in one round of requests, and refuses what cannot go well. Writes nothing.</summary>
/// <param name="cluster">Where to.</param>
/// <param name="client">Its API server.</param>
/// <param name="options">How.</param>
/// <param name="time">The clock.</param>
/// <param name="journal">Where the run is noted; null for one of its own.</param>
internal sealed class DeployPlanner(Cluster cluster, ApiClient client, DeployOptions options, TimeProvider time, Journal? journal = null)
{
    private readonly DeploySettings settings = cluster.Settings?.Settings.Deploy ?? new DeploySettings();

    /// <summary>Plans.</summary>
    /// <param name="source">Where the manifests come from.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<DeployPlan> PlanAsync(ManifestSource source, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(TimeLimit.Of(options.Timeout, "Timeout", settings.Timeout, "Deploy.Timeout"), time);
        var plan = await deadline.KeepAsync(
            token => PlanAsync(source, deadline, token),
            () => DeploymentException.NotBegun(cluster, deadline, "answered all that its plan asks for. Nothing has been written"),
            cancellationToken);
        deadline.Pause();
        return plan;
    }

    private async Task<DeployPlan> PlanAsync(ManifestSource source, Deadline deadline, CancellationToken cancellationToken)
    {
        var watch = new NamespaceWatch(client, cluster.Namespace, Labels.NotTales);
        var made = time.GetTimestamp();
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> asked = [];
        try
        {
            asked.Add(watch.TryListAsync(source.Usual, asking.Token));
            var version = client.GetVersionAsync(asking.Token);
            asked.Add(version);
            var space = FindNamespaceAsync(asking.Token);
            asked.Add(space);
            var reading = new ClusterReading(watch, await TypesAsync(source.Draft(), asking.Token), version);
            var rendering = source.Render(reading, asking.Token);
            asked.Add(rendering);
            await FirstErrorAsync(version, space, reading.WholeAsync(asking.Token));
            CheckVersion(await version);
            if (await space is { } existing && existing.IsDeleting())
            {
                var holders = Finalizers.Of(existing);
                throw new DeploymentException(
                    "NamespaceTerminating", FailureKind.Conflict, cluster.Namespace,
                    $"The namespace {cluster.Namespace} on {cluster.Name} is being deleted, so nothing can be made in it{(holders.Count == 0 ? "." : $"; it is held by {string.Join(", ", holders)}.")}",
                    "Wait until it is gone, or choose another by the setting Namespace.");
            }

            var components = await ComponentGraph.BuildAsync(await rendering, client, cluster.Namespace, options.Components, cancellationToken);
            (components, var manifest) = TakeNamespace(components, await space);
            await watch.ListAsync(components.SelectMany(component => component.Objects).Select(planned => planned.Reference.Type), cancellationToken);
            var objects = components.SelectMany(component => component.Objects).ToList();
            var foreign = options.Adopt ? [] : Foreign(objects, watch.Live);
            var redact = Redaction.Of(components, watch.Live, cluster.Settings?.Settings);
            var run = new DryRun(client, watch.Live, options, options.Foresee && await space is not null) { IsHypothetical = options.IsHypothetical, Redact = redact };
            var forecast = await run.RunAsync(objects, cancellationToken);
            WholeTaleException.ThrowAny([.. foreign.Count > 0 && !options.IsHypothetical ? [NotOurs(foreign)] : Array.Empty<WholeTaleException>(), .. forecast.Failures]);
            var revisions = RevisionStore.Read(watch.Live.All(ResourceTypes.Secret));
            var leftovers = options.Components.Count > 0 ? Leftovers.None : await Leftovers.FindAsync(components, revisions, watch, client, options.PruneData, cancellationToken);
            return new DeployPlan
            {
                Cluster = cluster,
                Client = client,
                Watch = watch,
                Namespace = manifest,
                MakesNamespace = await space is null,
                Components = components,
                Revisions = revisions,
                Foreseen = forecast.After,
                Obstacles = InTheWay(forecast, foreign, redact),
                Leftovers = leftovers.Pruned,
                Kept = leftovers.Kept,
                Dropped = leftovers.Dropped,
                Options = options,
                Settings = settings,
                AddressTimeout = cluster.Settings?.Settings.Ingress.AddressTimeout ?? new IngressSettings().AddressTimeout,
                Deadline = deadline,
                Time = time,
                Made = made,
                Journal = journal ?? new Journal(time),
                LogFolder = cluster.Settings is { } resolved ? Path.Combine(StateFolder.Of(resolved), "logs") : null,
                Redact = redact,
                KubernetesVersion = await version,
            };
        }
        catch
        {
            await watch.DisposeAsync();
            throw;
        }
        finally
        {
            // What was asked for in vain is not waited for, nor left behind.
            await asking.CancelAsync();
            await Task.WhenAll(asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<IReadOnlyList<ResourceType>> TypesAsync(ManifestSet draft, CancellationToken cancellationToken)
    {
        var types = new HashSet<ResourceType> { ResourceTypes.Secret, ResourceTypes.Lease };
        foreach (var manifest in draft.Components.SelectMany(component => component.Objects))
        {
            var type = (await client.ReferenceAsync(manifest.Object, cancellationToken)).Type;
            if (type == ResourceTypes.Namespace)
                continue;
            types.Add(type);
            types.UnionWith(ReadinessRules.Needs(type));
        }

        return [.. types];
    }

    // Of many requests that fail together, the first error is as good as any; the others must not go unobserved.
    private static async Task FirstErrorAsync(params Task[] tasks)
    {
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var task in tasks)
            await task;
    }

    private async Task<JsonObject?> FindNamespaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await client.FindAsync(new ObjectReference(ResourceTypes.Namespace, null, cluster.Namespace), cancellationToken);
        }
        catch (ApiException exception) when (exception.Kind == FailureKind.Forbidden)
        {
            // Who may work in one namespace only may not read Namespace objects: then it must be there.
            return new JsonObject { ["metadata"] = new JsonObject { ["name"] = cluster.Namespace } };
        }
    }

    private void CheckVersion(string version)
    {
        if (ServerVersion.Parse(version) is not { } known || known.IsAtLeast(ServerVersion.Oldest))
            return;
        throw new DeploymentException(
            "KubernetesTooOld", FailureKind.Refused, cluster.Name, $"{cluster.Name} runs Kubernetes {version}; Whole Tale needs {ServerVersion.Oldest} or later.", "Upgrade the cluster.");
    }

    // The namespace comes before all components. One that we make is marked, so that a removal may take it away again.
    private (IReadOnlyList<PlannedComponent> Components, JsonObject? Namespace) TakeNamespace(IReadOnlyList<PlannedComponent> components, JsonObject? existing)
    {
        JsonObject? manifest = null;
        var others = components.Select(component =>
        {
            manifest ??= component.Objects.FirstOrDefault(IsOurs)?.Manifest.DeepClone() as JsonObject;
            return component.Objects.Any(IsOurs) ? component with { Objects = [.. component.Objects.Where(planned => !IsOurs(planned))] } : component;
        }).ToList();
        if (existing is not null && (manifest is null || existing.Annotation(Labels.NamespaceMade).Length == 0))
            return (others, null);
        manifest ??= new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = cluster.Namespace } };
        Set(manifest, "labels", Labels.PartOf, Labels.Product);
        Set(manifest, "labels", Labels.ManagedBy, Labels.Product);
        Set(manifest, "annotations", Labels.NamespaceMade, "true");
        return (others, existing is not null && AppliedState.Holds(manifest, existing) ? null : manifest);

        bool IsOurs(PlannedObject planned) => planned.Reference.Type == ResourceTypes.Namespace && planned.Reference.Name == cluster.Namespace;

        static void Set(JsonObject manifest, string map, string key, string value)
        {
            if (manifest["metadata"]![map] is not JsonObject entries)
                manifest["metadata"]![map] = entries = [];
            entries[key] = value;
        }
    }

    // An object of a planned name that nobody of us made may be somebody's work: it is taken over on request alone.
    private static List<ObjectReference> Foreign(IEnumerable<PlannedObject> objects, LiveObjects live) =>
    [
        .. objects.Select(planned => planned.Reference).Where(reference => live.Find(reference) is { } item && item.Label(Labels.PartOf) != Labels.Product
            && item.Items("metadata", "managedFields").All(entry => entry.Text("manager") != Labels.Product)),
    ];

    private DeploymentException NotOurs(List<ObjectReference> foreign) => new(
        "ObjectNotOurs", FailureKind.Conflict, foreign[0].ToString(),
        $"{string.Join(", ", foreign)} {(foreign.Count == 1 ? "exists" : "exist")} on {cluster.Name} and {(foreign.Count == 1 ? "was" : "were")} not made by Whole Tale.",
        "Repeat with -Adopt to take over what is there, choose another namespace, or delete it.");

    private static Dictionary<ObjectReference, IReadOnlyList<Obstacle>> InTheWay(Forecast forecast, List<ObjectReference> foreign, Func<string, string> redact)
    {
        var obstacles = forecast.Obstacles.ToDictionary(
            pair => pair.Key, pair => (IReadOnlyList<Obstacle>)[.. pair.Value.Select(obstacle => obstacle with { Words = redact(obstacle.Words) })]);
        foreach (var reference in foreign)
            obstacles[reference] = [new Obstacle("needs -Adopt", [], []), .. obstacles.GetValueOrDefault(reference) ?? []];
        return obstacles;
    }
}
