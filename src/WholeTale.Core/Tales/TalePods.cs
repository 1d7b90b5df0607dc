using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Girder;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tales;

/// <summary>A tale's life on a cluster.</summary>
public sealed class TalePods : IAsyncDisposable
{
    // What a pod does not show itself, events alone tell. Those of thousands of tales are much to read, and most tales are up before.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromMinutes(1);

    private readonly Cluster cluster;
    private readonly IProgress<Report> progress;
    private readonly ResolvedSettings settings;
    private readonly ApiClient api;
    private readonly TimeProvider time;
    private readonly TaleManifests manifests;
    private readonly TaleWatch watch;
    private readonly TaleQuota quota;
    private readonly TaleDiagnosis diagnosis;
    private readonly TaleDoor door;
    private readonly GirderTales girder;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);

    /// <summary>The tales of a cluster. Shares one watch among all launches.</summary>
    public TalePods(Cluster cluster, IProgress<Report> progress)
        : this(cluster, progress, ClientOf(cluster), TimeProvider.System)
    {
    }

    internal TalePods(Cluster cluster, IProgress<Report> progress, ApiClient api, TimeProvider time)
    {
        this.cluster = cluster;
        this.progress = progress;
        this.api = api;
        this.time = time;
        settings = cluster.Settings ?? new ResolvedSettings(new Settings(), [], Environment.CurrentDirectory);
        manifests = new TaleManifests(cluster, settings, TemplateSource.From(settings));
        watch = new TaleWatch(api, cluster.Namespace, time, settings.Settings.Deploy.FailureGrace);
        diagnosis = new TaleDiagnosis(api, cluster, time, settings.Settings.Deploy.FailureGrace);
        quota = new TaleQuota(settings.Settings.Girder.InstancesPerUser);
        door = new TaleDoor(api, cluster, settings.Settings.Ingress, progress);
        girder = new GirderTales(api, cluster.Name, cluster.Namespace, settings.Settings.Tales, time);
    }

    /// <summary>Starts a tale and returns it when it is ready; what a failed launch made is removed. An instance that runs already is returned as it is.</summary>
    /// <exception cref="TaleException">The request cannot be carried out.</exception>
    /// <exception cref="NotReadyException">The tale does not come up; it says why.</exception>
    /// <exception cref="ApiException">The cluster refuses.</exception>
    public async Task<TalePod> LaunchAsync(TaleRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var plan = TalePlan.For(request, settings.Settings);
        await watch.StartAsync(cancellationToken);
        if (request.InstanceId.Length == 0)
            return await LaunchAsync(plan, cancellationToken);
        // The same instance twice in a list: the second waits for the first, and finds it.
        var turn = turns.GetOrAdd(request.InstanceId, static _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await LaunchAsync(plan, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<TalePod> LaunchAsync(TalePlan plan, CancellationToken cancellationToken)
    {
        var request = plan.Request;
        if (request.InstanceId.Length > 0 && watch.FindInstance(request.InstanceId) is { } already
            && await api.FindAsync(new ObjectReference(ResourceTypes.Deployment, cluster.Namespace, already), cancellationToken) is { } running)
            return await ReadAsync(running, cancellationToken);

        var ingress = await door.FindAsync(cancellationToken);
        quota.Take(request.User, plan.Name, watch.NamesOf(request.User));
        var wait = watch.Expect(plan.Name);
        try
        {
            Tell(plan.Name, "being made");
            var deployment = (await api.ApplyAsync(manifests.Deployment(plan), ApplyOptions.Default, cancellationToken)).Object;
            await Task.WhenAll(manifests.Dependents(plan, deployment, ingress).Select(dependent => api.ApplyAsync(dependent, ApplyOptions.Default, cancellationToken)));
            Tell(plan.Name, "starting");
            var pod = await ReadyAsync(wait, cancellationToken);
            var tale = TaleReading.Read(deployment, pod);
            return tale with { Token = plan.Token, TokenUrl = TokenUrl(deployment, plan.Token) };
        }
        catch
        {
            await CleanUpAsync(plan.Name);
            throw;
        }
        finally
        {
            watch.Forget(wait);
            quota.Release(request.User, plan.Name);
            Tell(plan.Name, "", completed: true);
        }
    }

    /// <summary>Lists the tales that run.</summary>
    /// <exception cref="ApiException">The cluster refuses.</exception>
    public async Task<IReadOnlyList<TalePod>> ListAsync(CancellationToken cancellationToken)
    {
        var deployments = api.ListAsync(
            ResourceTypes.Deployment, cluster.Namespace, TaleWatch.Selector, static item => (Key: TaleReading.KeyOf(item), Tale: TaleReading.Read(item)), cancellationToken);
        var pods = api.ListAsync(
            ResourceTypes.Pod, cluster.Namespace, TaleWatch.Selector, static item => (Key: TaleReading.KeyOf(item), Pod: TaleReading.ReadPod(item)), cancellationToken);
        // While a tale rolls it has two pods for a moment: the younger one counts.
        var podsOf = (await pods).GroupBy(item => item.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.MaxBy(item => item.Pod.Created, StringComparer.Ordinal).Pod, StringComparer.Ordinal);
        return [.. (await deployments).Select(item => TaleReading.Join(item.Tale, podsOf.GetValueOrDefault(item.Key)))];
    }

    /// <summary>Tells each tale as it is, and then again whenever it changes, until it is cancelled. One that is gone is told a last time, with the status Removed.</summary>
    /// <exception cref="ApiException">The cluster refuses.</exception>
    public IAsyncEnumerable<TalePod> WatchAsync(CancellationToken cancellationToken) => new TaleFeed(api, cluster.Namespace).RunAsync(cancellationToken);

    /// <summary>Reads from Girder what an instance is to run. What the request says itself wins.</summary>
    /// <exception cref="TaleException">Girder does not know the instance, its image is not built, or Girder cannot be asked.</exception>
    /// <exception cref="GirderException">The cluster has no Girder of ours.</exception>
    public async Task<TaleRequest> LookUpAsync(TaleRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var found = request.Over(await girder.FindAsync(request.InstanceId, cancellationToken));
        if (settings.Settings.Tales.Mounter == "None" || found.ApiKey is { IsEmpty: false })
            return found;
        throw new TaleException(
            "TaleKeyMissing", FailureKind.NotFound, request.InstanceId,
            $"The instance {request.InstanceId} cannot be started: its folders are mounted with its user's Girder API key, and {found.User} has none that is active.",
            $"Let {found.User} make one in Girder ('My account', 'API keys'), or give it by -ApiKey.");
    }

    /// <summary>
    /// Says of each tale when it was last used: when its instance was last active by Girder's account, which the dashboard touches while a tale is open; where Girder has no such instance, when it started.
    /// </summary>
    /// <exception cref="TaleException">Girder is there and cannot be asked.</exception>
    public async Task<IReadOnlyList<TalePod>> ReadLastUseAsync(IReadOnlyList<TalePod> tales, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tales);
        var activity = await girder.ActivityAsync(cancellationToken);
        if (activity is null)
            progress.Report(new VerboseReport($"There is no Girder on {cluster.Name}: tales count as unused since they started."));
        return [.. tales.Select(tale => tale with { LastUsed = activity is not null && activity.TryGetValue(tale.InstanceId, out var last) && !(last < tale.Started) ? last : tale.Started })];
    }

    /// <summary>Reads the token of a tale that a list gave; null where it has none.</summary>
    /// <exception cref="ApiException">The cluster refuses.</exception>
    public async Task<TalePod> ReadTokenAsync(TalePod tale, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tale);
        var secret = await api.FindAsync(new ObjectReference(ResourceTypes.Secret, cluster.Namespace, tale.Name), cancellationToken);
        if ((string?)secret?["data"]?["token"] is not { } encoded)
            return tale;
        var token = new Secret(Encoding.UTF8.GetString(Convert.FromBase64String(encoded)));
        return tale with { Token = token, TokenUrl = TokenUrl(secret, token) };
    }

    /// <summary>Gives a running tale another image or other limits by rolling its Deployment; the workspace stays.</summary>
    /// <param name="tale">The tale.</param>
    /// <param name="change">What is to change.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TaleException">The tale is gone, or the change cannot be carried out.</exception>
    /// <exception cref="NotReadyException">The tale does not come up again; it says why.</exception>
    public async Task<TalePod> UpdateAsync(TalePod tale, TaleChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tale);
        ArgumentNullException.ThrowIfNull(change);
        await watch.StartAsync(cancellationToken);
        var reference = new ObjectReference(ResourceTypes.Deployment, cluster.Namespace, tale.Name);
        var deployment = await api.FindAsync(reference, cancellationToken) ?? throw Gone(tale);
        var patch = change.PatchOf(deployment, tale);
        if (patch is null)
            return await ReadAsync(deployment, cancellationToken);

        var wait = watch.ExpectAnother(tale.Name);
        try
        {
            var changed = await api.MergeAsync(reference, patch, cancellationToken);
            // 2048Mi and 2Gi are the same: then nothing rolls.
            if (JsonNode.DeepEquals(changed["metadata"]?["generation"], deployment["metadata"]?["generation"]))
                return await ReadAsync(changed, cancellationToken);
            var pod = await ReadyAsync(wait, cancellationToken);
            return await ReadTokenAsync(TaleReading.Read(changed, pod), cancellationToken);
        }
        finally
        {
            watch.Forget(wait);
            Tell(tale.Name, "", completed: true);
        }
    }

    /// <summary>Removes a tale and waits until it is gone.</summary>
    /// <param name="tale">The tale; gwvolman's are removed too.</param>
    /// <param name="keepVolume">Keeps the workspace's claim, for a later launch (<see cref="TaleRequest.Workspace"/>).</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">The cluster refuses.</exception>
    public async Task RemoveAsync(TalePod tale, bool keepVolume, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tale);
        await watch.StartAsync(cancellationToken);
        var wait = watch.Expect(tale.Name);
        try
        {
            if (keepVolume)
                await KeepVolumeAsync(tale, cancellationToken);
            if (tale.Origin == "gwvolman")
                await RemoveLooseAsync(tale, cancellationToken);
            var reference = new ObjectReference(ResourceTypes.Deployment, cluster.Namespace, tale.Name);
            // Foreground: the Deployment goes last, after all that it owns.
            if (await api.DeleteAsync(reference, Propagation.Foreground, null, cancellationToken) == Deletion.Absent)
                return;
            Tell(tale.Name, "being removed");
            await wait.Gone.WaitAsync(settings.Settings.Deploy.ComponentTimeout, time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new TaleException(
                "TaleNotRemoved", FailureKind.TimedOut, tale.Name, $"The tale {tale} is still being removed after {settings.Settings.Deploy.ComponentTimeout:c}.",
                "See what holds its objects back (a finalizer, a node that does not answer), then run Remove-WTTalePod again.", exception);
        }
        finally
        {
            watch.Forget(wait);
            Tell(tale.Name, "", completed: true);
        }
    }

    /// <summary>Ends the watches.</summary>
    public ValueTask DisposeAsync()
    {
        door.Dispose();
        girder.Dispose();
        return watch.DisposeAsync();
    }

    private static ApiClient ClientOf(Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return cluster.Connection is { } connection
            ? ApiClient.For(connection)
            : throw new TaleException(
                "ClusterNotRunning", FailureKind.Unreachable, cluster.Name, $"The tales of {cluster.Name} cannot be reached, since the cluster is {cluster.Status}.",
                "Start the cluster and get it anew (Get-WTCluster).");
    }

    private static Secret? TokenUrl(JsonObject item, Secret token)
    {
        var annotations = item["metadata"]?["annotations"];
        return (string?)annotations?[TaleLabels.Host] is { Length: > 0 } host && TaleUrl.Full(host, (string?)annotations[TaleLabels.UrlPath] ?? "", token.Reveal()) is { } url
            ? new Secret(url.AbsoluteUri)
            : null;
    }

    private static TaleException Gone(TalePod tale) =>
        new("TaleNotFound", FailureKind.NotFound, tale.Name, $"The tale {tale} does not run any more.", "Start it with New-WTTalePod.");

    // A tale as it is, with its token.
    private async Task<TalePod> ReadAsync(JsonObject deployment, CancellationToken cancellationToken)
    {
        var (label, value) = deployment.Label(TaleLabels.Tale) is { Length: > 0 } name ? (TaleLabels.Tale, name) : (TaleLabels.GwvolmanInstance, deployment.Label(TaleLabels.GwvolmanInstance));
        var pods = await api.ListAsync(ResourceTypes.Pod, cluster.Namespace, $"{label}={value}", cancellationToken);
        return await ReadTokenAsync(TaleReading.Read(deployment, TaleReading.Youngest(pods.Items)), cancellationToken);
    }

    // All that only this tale may know, for masking; null where it cannot be read.
    private async Task<IReadOnlyList<Secret>?> SecretsOfAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var secret = await api.FindAsync(new ObjectReference(ResourceTypes.Secret, cluster.Namespace, name), cancellationToken);
            return secret?["data"] is not JsonObject data ? null : [.. data.Select(member => new Secret(Encoding.UTF8.GetString(Convert.FromBase64String((string?)member.Value ?? ""))))];
        }
        catch (ApiException)
        {
            return null;
        }
    }

    private async Task<JsonObject> ReadyAsync(TaleWait wait, CancellationToken cancellationToken)
    {
        var patience = settings.Settings.Deploy.ComponentTimeout;
        using var deadline = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var look = Task.Delay(LookEvery, time, both.Token);
        try
        {
            while (true)
            {
                var hopeless = wait.Hopeless;
                await Task.WhenAny(wait.Ready, hopeless, look).WaitAsync(both.Token);
                if (wait.Ready.IsCompleted)
                    return await wait.Ready;
                both.Token.ThrowIfCancellationRequested();
                if (!hopeless.IsCompleted)
                {
                    look = Task.Delay(LookEvery, time, both.Token);
                    if (wait is { Trouble: null, Pod: { } pod } && await diagnosis.LookAsync(pod, both.Token) is { } seen)
                        wait.Suspect(seen);
                    continue;
                }

                var found = await hopeless;
                var (finding, left) = await diagnosis.ReviewAsync(found, wait.Age, () => watch.Troubled, both.Token);
                if (left <= TimeSpan.Zero)
                    throw new TaleTroubleException(finding);
                wait.Allow(found, left);
                Tell(wait.Name, wait.Status);
            }
        }
        catch (TaleTroubleException trouble)
        {
            throw await diagnosis.DescribeAsync(trouble.Finding, await SecretsOfAsync(wait.Name, cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var late = $"The tale {wait.Name} was not ready after {patience:c}";
            if (wait.Trouble is { } last)
            {
                var known = (await diagnosis.DescribeAsync(last, await SecretsOfAsync(wait.Name, cancellationToken), cancellationToken)).Diagnosis;
                throw new NotReadyException(known with { Message = $"{late}: {known.Message}" });
            }

            throw new NotReadyException(new Diagnosis
            {
                Component = "tale",
                Object = $"Deployment {wait.Name}",
                Reason = "DeadlineExceeded",
                Message = $"{late}: it was {wait.Status}.",
                Advice = "See its events and log (Get-WTLog), or raise the setting Deploy.ComponentTimeout.",
            });
        }
        finally
        {
            await both.CancelAsync();
        }
    }

    // With a deadline of its own: what called for it may be over already. Everything else belongs to the Deployment and goes with it.
    private async Task CleanUpAsync(string name)
    {
        using var deadline = new CancellationTokenSource(CleanUpPatience, time);
        var reference = new ObjectReference(ResourceTypes.Deployment, cluster.Namespace, name);
        for (var delay = TimeSpan.FromMilliseconds(100); ; delay = delay * 2)
        {
            try
            {
                await api.DeleteAsync(reference, Propagation.Background, null, deadline.Token);
                return;
            }
            catch (ApiException exception) when (exception.Kind == FailureKind.Unreachable && delay < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(delay, time, CancellationToken.None);
            }
            catch (Exception exception) when (exception is ApiException or OperationCanceledException)
            {
                progress.Report(new WarningReport($"What the failed launch of {name} made could not be removed: {exception.Message} Remove the Deployment {name} in {cluster.Namespace} (Remove-WTTalePod)."));
                return;
            }
        }
    }

    private async Task KeepVolumeAsync(TalePod tale, CancellationToken cancellationToken)
    {
        var reference = new ObjectReference(ResourceTypes.PersistentVolumeClaim, cluster.Namespace, tale.Name);
        if (await api.FindAsync(reference, cancellationToken) is null)
            return;
        await api.MergeAsync(reference, new JsonObject { ["metadata"] = new JsonObject { ["ownerReferences"] = null } }, cancellationToken);
        progress.Report(new VerboseReport($"The claim {tale.Name} stays; New-WTTalePod -Workspace {tale.Name} takes it up again."));
    }

    // gwvolman's objects own nothing: its Service and Ingress are found by the instance's label, as it does itself.
    private async Task RemoveLooseAsync(TalePod tale, CancellationToken cancellationToken)
    {
        var selector = $"{TaleLabels.GwvolmanInstance}={tale.InstanceId}";
        foreach (var type in (ResourceType[])[ResourceTypes.Ingress, ResourceTypes.Service])
        {
            foreach (var item in (await api.ListAsync(type, cluster.Namespace, selector, cancellationToken)).Items)
                await api.DeleteAsync(new ObjectReference(type, cluster.Namespace, (string)item["metadata"]!["name"]!), Propagation.Background, null, cancellationToken);
        }
    }

    private void Tell(string name, string status, bool completed = false) => progress.Report(new ProgressReport("Tales", name, status, Completed: completed));
}
