using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>A ReplicaSet as its Deployment sees it.</summary>
internal sealed class RolledSet(StoredObject stored)
{
    public const string RevisionAnnotation = "deployment.kubernetes.io/revision";
    public const string HistoryAnnotation = "deployment.kubernetes.io/revision-history";
    public const string DesiredAnnotation = "deployment.kubernetes.io/desired-replicas";
    public const string MaxAnnotation = "deployment.kubernetes.io/max-replicas";
    public const string HashLabel = "pod-template-hash";

    public StoredObject Stored { get; } = stored;

    public JsonObject Content { get; } = stored.Read();

    public string Name => Stored.Name;

    /// <summary>What it is asked for.</summary>
    public int Wanted => (int)(Content["spec"]?["replicas"].Number() ?? 1);

    public int Replicas => Count("replicas");

    public int Ready => Count("readyReplicas");

    public int Available => Count("availableReplicas");

    public int Desired => int.TryParse(Content.Annotation(DesiredAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var desired) ? desired : -1;

    public long Revision => long.TryParse(Content.Annotation(RevisionAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    public DateTimeOffset Created => Content["metadata"]?["creationTimestamp"].Time() ?? default;

    /// <summary>Whether its status says what its spec asks for.</summary>
    public bool IsObserved => (Content["status"]?["observedGeneration"].Number() ?? 0) >= (Content["metadata"]?["generation"].Number() ?? 0);

    /// <summary>Whether its template is the given one, but for the hash.</summary>
    public bool HasTemplate(JsonNode? template) => JsonNode.DeepEquals(Plain(Content["spec"]?["template"]), Plain(template));

    private static JsonNode? Plain(JsonNode? template)
    {
        var plain = template?.DeepClone();
        if (plain?["metadata"] is JsonObject metadata)
        {
            metadata.Remove("creationTimestamp");
            if (metadata["labels"] is JsonObject labels)
                labels.Remove(HashLabel);
        }

        return plain;
    }

    private int Count(string name) => (int)(Content["status"]?[name].Number() ?? 0);
}
