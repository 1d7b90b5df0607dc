using System.Text.Json.Nodes;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tales;

/// <summary>What a namespace's events said at one moment. Of thousands of tales each looks at its own.</summary>
internal sealed class TaleEvents
{
    private readonly ILookup<string, JsonObject> byObject;
    private readonly HashSet<string> promised;

    public TaleEvents(IEnumerable<JsonObject> events)
    {
        byObject = events.ToLookup(found => found.Text("involvedObject", "uid"), StringComparer.Ordinal);
        promised = byObject.Where(PodFindings.IsPromised).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The events of an object and, of these pods without a node, one for which a node comes: it may have room for others.</summary>
    public LiveObjects Of(JsonObject item, Func<IEnumerable<JsonObject>> others)
    {
        var live = new LiveObjects();
        Put(item);
        if (!promised.Contains(item.Uid()) && promised.Count > 0 && others().FirstOrDefault(other => promised.Contains(other.Uid())) is { } found)
        {
            live.Put(ResourceTypes.Pod, found);
            Put(found);
        }

        return live;

        void Put(JsonObject told)
        {
            foreach (var one in byObject[told.Uid()])
                live.Put(ResourceTypes.Event, one);
        }
    }
}
