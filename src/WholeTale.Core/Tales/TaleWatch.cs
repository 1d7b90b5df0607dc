using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tales;

/// <summary>
/// What all tales of a namespace are doing, by one watch of their Deployments and one of their pods, however many tales there are. Waits are answered as events come: nothing is polled.
/// </summary>
internal sealed class TaleWatch : IAsyncDisposable
{
    /// <summary>Selects tales' objects, ours and gwvolman's.</summary>
    public const string Selector = TaleLabels.GwvolmanInstance;

    private readonly ApiClient api;
    private readonly string @namespace;
    private readonly TimeProvider time;
    private readonly TimeSpan grace;
    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly Dictionary<string, TaleWait> waits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KnownTale> tales = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> byInstance = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> byUser = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> podsOf = new(StringComparer.Ordinal);
    private Task? running;
    private int lists;

    public TaleWatch(ApiClient api, string @namespace, TimeProvider time, TimeSpan grace)
    {
        this.api = api;
        this.@namespace = @namespace;
        this.time = time;
        this.grace = grace;
    }

    /// <summary>Begins to watch, once, and waits until all that is there has been told.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            running ??= Task.WhenAll(FollowAsync(ResourceTypes.Deployment, NoteDeployment), FollowAsync(ResourceTypes.Pod, NotePod));
        }
        return listed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The name of the tale of an instance that is there and is to stay; null where there is none.</summary>
    public string? FindInstance(string instanceId)
    {
        lock (gate)
        {
            return byInstance.TryGetValue(instanceId, out var names) ? names.FirstOrDefault(name => !tales[name].IsDeleting) : null;
        }
    }

    /// <summary>The names of the tales that a user runs.</summary>
    public IReadOnlyList<string> NamesOf(string user)
    {
        lock (gate)
            return byUser.TryGetValue(user, out var names) ? [.. names.Where(name => !tales[name].IsDeleting)] : [];
    }

    /// <summary>The pods of tales that are waited for and that something is wrong with.</summary>
    public IReadOnlyList<JsonObject> Troubled
    {
        get
        {
            lock (gate)
                return [.. waits.Values.Select(wait => wait.Trouble?.Item).OfType<JsonObject>()];
        }
    }

    /// <summary>Waits for a tale's pod to become ready: the pod, or an error that says why it will not.</summary>
    public TaleWait Expect(string name)
    {
        lock (gate)
            return waits[name] = new TaleWait(name, time, grace);
    }

    /// <summary>Waits for another pod than those that the tale has now.</summary>
    public TaleWait ExpectAnother(string name)
    {
        lock (gate)
            return waits[name] = new TaleWait(name, time, grace) { Ignored = podsOf.TryGetValue(name, out var pods) ? pods.ToHashSet(StringComparer.Ordinal) : new HashSet<string>() };
    }

    /// <summary>Ends a wait.</summary>
    public void Forget(TaleWait wait)
    {
        lock (gate)
        {
            if (waits.GetValueOrDefault(wait.Name) == wait)
                waits.Remove(wait.Name);
        }
        wait.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        if (running is not null)
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private async Task FollowAsync(ResourceType type, Action<ObjectEvent> note)
    {
        try
        {
            await foreach (var change in api.WatchAsync(type, @namespace, Selector, ending.Token))
            {
                if (change.Change == ObjectChange.Listed)
                {
                    if (Interlocked.Increment(ref lists) == 2)
                        listed.TrySetResult();
                    continue;
                }
                lock (gate)
                    note(change);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            listed.TrySetCanceled();
        }
        catch (ApiException exception)
        {
            listed.TrySetException(exception);
            lock (gate)
            {
                foreach (var wait in waits.Values)
                    wait.Break(exception);
            }
            await ending.CancelAsync();
        }
    }

    private void NoteDeployment(ObjectEvent change)
    {
        var deployment = change.Object!;
        var name = (string)deployment["metadata"]!["name"]!;
        if (change.Change == ObjectChange.Deleted)
        {
            if (tales.Remove(name, out var last))
            {
                Drop(byInstance, last.Instance, name);
                Drop(byUser, last.User, name);
            }
            if (waits.TryGetValue(name, out var gone))
                gone.NoteGone(deployment);
            return;
        }
        var tale = new KnownTale(TaleReading.InstanceOf(deployment), TaleReading.UserOf(deployment), deployment.IsDeleting());
        tales[name] = tale;
        Add(byInstance, tale.Instance, name);
        Add(byUser, tale.User, name);
        if (waits.TryGetValue(name, out var wait))
            wait.NoteDeployment(deployment);
    }

    private void NotePod(ObjectEvent change)
    {
        var pod = change.Object!;
        if ((string?)pod["metadata"]?["labels"]?[TaleLabels.Tale] is not { } name)
            return;
        var uid = (string)pod["metadata"]!["uid"]!;
        if (change.Change == ObjectChange.Deleted)
        {
            if (podsOf.TryGetValue(name, out var left) && left.Remove(uid) && left.Count == 0)
                podsOf.Remove(name);
            return;
        }
        if (!podsOf.TryGetValue(name, out var pods))
            podsOf[name] = pods = [];
        pods.Add(uid);
        if (waits.TryGetValue(name, out var wait))
            wait.NotePod(pod);
    }

    private static void Add(Dictionary<string, HashSet<string>> index, string key, string name)
    {
        if (!index.TryGetValue(key, out var names))
            index[key] = names = new(StringComparer.Ordinal);
        names.Add(name);
    }

    private static void Drop(Dictionary<string, HashSet<string>> index, string key, string name)
    {
        if (index.TryGetValue(key, out var names) && names.Remove(name) && names.Count == 0)
            index.Remove(key);
    }

    // Of a tale's Deployment, as long as it is there.
    private sealed record KnownTale(string Instance, string User, bool IsDeleting);
}
