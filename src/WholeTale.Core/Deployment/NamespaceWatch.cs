using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Keeps <see cref="LiveObjects"/> up to date: one list a kind when planning, one watch a kind from there on, opened only once something has to be waited for.</summary>
/// <param name="client">Whom it asks.</param>
/// <param name="namespace">Where it looks.</param>
/// <param name="selector">A label selector, or null.</param>
/// <param name="whole">The kinds of which more than metadata is needed; null for all.</param>
internal sealed class NamespaceWatch(ApiClient client, string @namespace, string? selector, IReadOnlyCollection<ResourceType>? whole = null) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<ResourceType, Task> listings = [];
    private readonly ConcurrentDictionary<ResourceType, ObjectList> lists = new();
    private readonly ConcurrentDictionary<ResourceType, Task> watches = new();
    private readonly CancellationTokenSource ended = new();

    internal LiveObjects Live { get; } = new();

    /// <summary>Lists kinds that have not been listed yet, all at once; of those that are not served there is nothing to list, and those that are being listed are waited for.</summary>
    internal Task ListAsync(IEnumerable<ResourceType> types, CancellationToken cancellationToken) =>
        Task.WhenAll(types.Distinct().Where(type => type.IsServed && !lists.ContainsKey(type)).Select(type => ListAsync(type, IsOptional(type), cancellationToken)));

    /// <summary>Lists kinds that need not be there for the caller: those that may not be read stay unlisted.</summary>
    internal Task TryListAsync(IEnumerable<ResourceType> types, CancellationToken cancellationToken) =>
        Task.WhenAll(types.Distinct().Where(type => !lists.ContainsKey(type)).Select(type => ListAsync(type, isOptional: true, cancellationToken)));

    /// <summary>Opens the watches of these kinds that are not open yet. Returns at once.</summary>
    internal void Watch(IEnumerable<ResourceType> types)
    {
        foreach (var type in types)
            watches.GetOrAdd(type, WatchAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await Task.WhenAll(watches.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ended.Dispose();
    }

    private async Task ListAsync(ResourceType type, bool isOptional, CancellationToken cancellationToken)
    {
        while (!lists.ContainsKey(type))
        {
            Task? listing;
            bool isOwn;
            lock (gate)
            {
                isOwn = !listings.TryGetValue(type, out listing) || (listing.IsCompleted && !lists.ContainsKey(type));
                if (isOwn)
                    listings[type] = listing = ReadAsync(type, isOptional, cancellationToken);
            }

            await listing!;

            // Who joined may need what the other could do without.
            if (isOwn || isOptional)
                return;
        }
    }

    private async Task ReadAsync(ResourceType type, bool isOptional, CancellationToken cancellationToken)
    {
        ObjectList list;
        try
        {
            list = await client.ListAsync(type, type.Namespaced ? @namespace : null, Selector(type), Form(type), cancellationToken);
        }
        catch (ApiException exception) when (isOptional && exception.Kind == FailureKind.Forbidden)
        {
            return;
        }

        foreach (var item in list.Items)
            Live.Put(type, item);
        lists[type] = list;
        Live.Complete(type);
    }

    private async Task WatchAsync(ResourceType type)
    {
        try
        {
            await foreach (var change in client.WatchAsync(type, type.Namespaced ? @namespace : null, Selector(type), Form(type), lists.GetValueOrDefault(type), ended.Token))
                Live.Note(type, change);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
        catch (ApiException exception) when (IsOptional(type) && exception.Kind == FailureKind.Forbidden)
        {
        }
        catch (WholeTaleException exception)
        {
            Live.Fail(exception);
        }
    }

    // These only make waiting, diagnoses and tidying up better: who may not read them deploys without.
    private static bool IsOptional(ResourceType type) => type == ResourceTypes.Event || type == ResourceTypes.Lease || !type.Namespaced;

    private ObjectForm Form(ResourceType type) => whole?.Contains(type) == false ? ObjectForm.Metadata : ObjectForm.Whole;

    // Events carry no labels, and what belongs to the cluster is not ours.
    private string? Selector(ResourceType type) => type == ResourceTypes.Event || !type.Namespaced ? null : selector;
}
