using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>A ReplicaSet as its Deployment sees it.</summary>
internal sealed class RolledSet
{
    public const string RevisionAnnotation = "deployment.kubernetes.io/revision";
    public const string HistoryAnnotation = "deployment.kubernetes.io/revision-history";
    public const string DesiredAnnotation = "deployment.kubernetes.io/desired-replicas";
    public const string MaxAnnotation = "deployment.kubernetes.io/max-replicas";
    public const string HashLabel = "pod-template-hash";

    private static readonly ConditionalWeakTable<StoredObject, RolledSet> _known = [];

    private RolledSet(StoredObject stored)
    {
        Stored = stored;
        var content = stored.Tree;
        Wanted = (int)(content["spec"]?["replicas"].Number() ?? 1);
        Replicas = Count(content, "replicas");
        Ready = Count(content, "readyReplicas");
        Available = Count(content, "availableReplicas");
        Desired = int.TryParse(content.Annotation(DesiredAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var desired) ? desired : -1;
        Revision = long.TryParse(content.Annotation(RevisionAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;
        Created = content["metadata"]?["creationTimestamp"].Time() ?? default;
        IsObserved = (content["status"]?["observedGeneration"].Number() ?? 0) >= (content["metadata"]?["generation"].Number() ?? 0);
    }

    /// <summary>A version of a ReplicaSet, read once: its Deployment looks at it again and again.</summary>
    public static RolledSet Of(StoredObject stored) => _known.GetValue(stored, static found => new RolledSet(found));

    public StoredObject Stored { get; }

    /// <summary>Shared: nobody may change it.</summary>
    public JsonObject Content => Stored.Tree;

    public string Name => Stored.Name;

    /// <summary>What it is asked for.</summary>
    public int Wanted { get; }

    public int Replicas { get; }

    public int Ready { get; }

    public int Available { get; }

    public int Desired { get; }

    public long Revision { get; }

    public DateTimeOffset Created { get; }

    /// <summary>Whether its status says what its spec asks for.</summary>
    public bool IsObserved { get; }

    /// <summary>Whether its template is the given one, but for the hash.</summary>
    public bool HasTemplate(JsonNode? template)
    {
        var mine = Content["spec"]?["template"] as JsonObject ?? [];
        var other = template as JsonObject ?? [];
        return AreEqualBut(mine, other, "metadata")
            && AreEqualBut(mine["metadata"], other["metadata"], "labels", "creationTimestamp")
            && AreEqualBut(mine["metadata"]?["labels"], other["metadata"]?["labels"], HashLabel);
    }

    // The trees are shared and large, so that they are not copied to leave something out.
    private static bool AreEqualBut(JsonNode? left, JsonNode? right, params ReadOnlySpan<string> names)
    {
        var others = 0;
        foreach (var (name, value) in left as JsonObject ?? [])
        {
            if (names.Contains(name))
                continue;
            others++;
            if (right is not JsonObject members || !members.TryGetPropertyValue(name, out var other) || !JsonTree.AreEqual(value, other))
                return false;
        }

        foreach (var (name, _) in right as JsonObject ?? [])
        {
            if (!names.Contains(name))
                others--;
        }

        return others == 0;
    }

    private static int Count(JsonObject content, string name) => (int)(content["status"]?[name].Number() ?? 0);
}
