using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Tells one reader of changes of the objects that it looks at: a deploy brings hundreds of events, of which a component's own are a few.</summary>
internal sealed class ObjectListener(LiveObjects live, IEnumerable<ObjectReference> objects, IEnumerable<ResourceType> types) : IDisposable
{
    private readonly HashSet<(ResourceType, string)> objects = [.. objects.Select(reference => (reference.Type, reference.Name))];
    private readonly HashSet<ResourceType> types = [.. types];
    private volatile TaskCompletionSource changed = New();

    /// <summary>Ends at the next change. Take it before looking, then nothing is missed.</summary>
    internal Task Changed => changed.Task;

    /// <summary>Whether a change of an object is this reader's matter.</summary>
    internal bool Concerns(ResourceType type, string name) => types.Contains(type) || objects.Contains((type, name));

    internal void Signal() => Interlocked.Exchange(ref changed, New()).TrySetResult();

    public void Dispose() => live.Forget(this);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
