using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tales;

/// <summary>The tales of a namespace as they are, and then each as often as it changes, by one watch of Deployments and one of pods.</summary>
internal sealed class TaleFeed(ApiClient api, string @namespace)
{
    /// <summary>What a tale is called that is gone; told once.</summary>
    public const string Removed = "Removed";

    private readonly Dictionary<string, JsonObject> deployments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, JsonObject>> pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TalePod> told = new(StringComparer.Ordinal);

    /// <summary>Tells until it is cancelled, or the server refuses.</summary>
    public async IAsyncEnumerable<TalePod> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = Channel.CreateUnbounded<ObjectEvent>(new UnboundedChannelOptions { SingleReader = true });
        var following = Task.WhenAll(
            FollowAsync(ResourceTypes.Deployment, events.Writer, ending.Token), FollowAsync(ResourceTypes.Pod, events.Writer, ending.Token));
        try
        {
            var lists = 0;
            await foreach (var change in events.Reader.ReadAllAsync(cancellationToken))
            {
                // What is there is told once both are known: a running tale is not told as one without a pod first.
                var key = change.Change == ObjectChange.Listed ? null : Note(change);
                lists += key is null ? 1 : 0;
                if (lists < 2)
                    continue;
                foreach (var each in key is null ? [.. deployments.Keys] : new[] { key })
                {
                    if (Changed(each) is { } tale)
                        yield return tale;
                }
            }
        }
        finally
        {
            await ending.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(ResourceType type, ChannelWriter<ObjectEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in api.WatchAsync(type, @namespace, TaleWatch.Selector, cancellationToken))
                events.TryWrite(change);
        }
        catch (Exception exception) when (exception is ApiException or OperationCanceledException)
        {
            events.TryComplete(exception);
        }
    }

    private string Note(ObjectEvent change)
    {
        var item = change.Object!;
        var key = TaleReading.KeyOf(item);
        var gone = change.Change == ObjectChange.Deleted;
        if (item.Kind() == ResourceTypes.Deployment.Kind)
        {
            if (gone)
                deployments.Remove(key);
            else
                deployments[key] = item;
            return key;
        }

        if (!pods.TryGetValue(key, out var ofTale))
            pods[key] = ofTale = new(StringComparer.Ordinal);
        if (gone)
            ofTale.Remove(item.Uid());
        else
            ofTale[item.Uid()] = item;
        if (ofTale.Count == 0)
            pods.Remove(key);
        return key;
    }

    private TalePod? Changed(string key)
    {
        var before = told.GetValueOrDefault(key);
        if (!deployments.TryGetValue(key, out var deployment))
        {
            told.Remove(key);
            return before is null ? null : before with { Status = Removed };
        }

        var pod = pods.TryGetValue(key, out var ofTale) ? TaleReading.Youngest(ofTale.Values) : null;
        var tale = TaleReading.Read(deployment, pod);
        if (tale == before)
            return null;
        told[key] = tale;
        return tale;
    }
}
