using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>The objects of a namespace as last seen, from lists, watches and answers to our own requests. Older news never covers newer.</summary>
internal sealed class LiveObjects
{
    private readonly Lock gate = new();
    private readonly Dictionary<ResourceType, Dictionary<string, JsonObject>> byType = [];
    private readonly Dictionary<(ResourceType, string), string> gone = [];
    private readonly HashSet<ResourceType> listed = [];
    private readonly List<ObjectListener> listeners = [];
    private TaskCompletionSource changed = New();
    private Exception? failure;

    /// <summary>Ends at the next change. Take it before looking, then nothing is missed.</summary>
    internal Task Changed
    {
        get
        {
            lock (gate)
                return changed.Task;
        }
    }

    /// <summary>Tells a reader of changes of these objects, and of all objects of these kinds, until it is disposed of.</summary>
    internal ObjectListener Listen(IEnumerable<ObjectReference> objects, IEnumerable<ResourceType> types)
    {
        var listener = new ObjectListener(this, objects, types);
        lock (gate)
            listeners.Add(listener);
        return listener;
    }

    internal void Forget(ObjectListener listener)
    {
        lock (gate)
            listeners.Remove(listener);
    }

    internal JsonObject? Find(ObjectReference reference)
    {
        lock (gate)
            return byType.TryGetValue(reference.Type, out var objects) ? objects.GetValueOrDefault(Key(reference.Namespace ?? "", reference.Name)) : null;
    }

    internal IReadOnlyList<JsonObject> All(ResourceType type)
    {
        lock (gate)
            return byType.TryGetValue(type, out var objects) ? [.. objects.Values] : [];
    }

    /// <summary>Whether all objects of a kind are known, so that one that is not found does not exist.</summary>
    internal bool IsComplete(ResourceType type)
    {
        lock (gate)
            return listed.Contains(type);
    }

    internal void Complete(ResourceType type)
    {
        lock (gate)
        {
            listed.Add(type);
            Signal(_ => true);
        }
    }

    internal void Put(ResourceType type, JsonObject item)
    {
        lock (gate)
        {
            var key = Key(item.Namespace(), item.Name());
            var objects = Objects(type);
            var version = item.ResourceVersion();
            if ((objects.TryGetValue(key, out var known) && ObjectFields.IsOlder(version, known.ResourceVersion()))
                || (gone.TryGetValue((type, key), out var deleted) && !ObjectFields.IsOlder(deleted, version)))
            {
                return;
            }

            objects[key] = item;
            Signal(listener => listener.Concerns(type, item.Name()));
        }
    }

    internal void Note(ResourceType type, ObjectEvent change)
    {
        if (change.Change == ObjectChange.Listed)
            Complete(type);
        if (change.Object is not { } item)
            return;
        if (change.Change != ObjectChange.Deleted)
        {
            Put(type, item);
            return;
        }

        lock (gate)
        {
            var key = Key(item.Namespace(), item.Name());
            if (Objects(type).TryGetValue(key, out var known) && known.Uid() != item.Uid())
                return;
            Objects(type).Remove(key);
            gone[(type, key)] = item.ResourceVersion();
            Signal(listener => listener.Concerns(type, item.Name()));
        }
    }

    /// <summary>Takes note that an object is gone: the server has said so before a watch did.</summary>
    internal void Remove(ResourceType type, JsonObject item) => Note(type, new ObjectEvent(ObjectChange.Deleted, item));

    /// <summary>Takes note that a watch has ended for good: whoever waits is told.</summary>
    internal void Fail(Exception exception)
    {
        lock (gate)
        {
            failure ??= exception;
            Signal(_ => true);
        }
    }

    /// <summary>Throws what has ended a watch.</summary>
    internal void ThrowIfFailed()
    {
        if (failure is { } exception)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
    }

    private Dictionary<string, JsonObject> Objects(ResourceType type)
    {
        if (!byType.TryGetValue(type, out var objects))
            byType[type] = objects = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        return objects;
    }

    private void Signal(Predicate<ObjectListener> concerned)
    {
        foreach (var listener in listeners)
        {
            if (concerned(listener))
                listener.Signal();
        }

        var before = changed;
        changed = New();
        before.TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Key(string @namespace, string name) => $"{@namespace}/{name}";
}
