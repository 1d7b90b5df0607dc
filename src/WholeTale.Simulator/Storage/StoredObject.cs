using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Storage;

/// <summary>
/// One version of one object, never changed: its JSON as UTF-8 (a tree of nodes would take ten times the memory) beside the few
/// members that lists, watches and the store itself look at.
/// </summary>
internal sealed class StoredObject
{
    public StoredObject(Kind kind, JsonObject content, long resourceVersion)
    {
        var metadata = content["metadata"]!.AsObject();
        metadata["resourceVersion"] = resourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Kind = kind;
        ResourceVersion = resourceVersion;
        Key = new ObjectKey((string?)metadata["namespace"] ?? "", (string)metadata["name"]!);
        Uid = (string?)metadata["uid"] ?? "";
        IsDeleting = metadata["deletionTimestamp"] is not null;
        if (metadata["labels"] is JsonObject { Count: > 0 } labels)
            Labels = labels.ToDictionary(label => label.Key, label => (string?)label.Value ?? "");
        if (metadata["ownerReferences"] is JsonArray { Count: > 0 } owners)
            OwnerUids = [.. owners.Select(owner => (string?)owner?["uid"] ?? "")];
        Utf8 = JsonTree.Write(content);
    }

    public Kind Kind { get; }

    public ObjectKey Key { get; }

    public string Namespace => Key.Namespace;

    public string Name => Key.Name;

    public string Uid { get; }

    public long ResourceVersion { get; }

    /// <summary>Whether <c>metadata.deletionTimestamp</c> is set.</summary>
    public bool IsDeleting { get; }

    public IReadOnlyDictionary<string, string> Labels { get; } = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;

    /// <summary>The uids of its owners.</summary>
    public IReadOnlyList<string> OwnerUids { get; } = [];

    /// <summary>The whole object as JSON.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>A tree of the object that the caller owns and may change.</summary>
    public JsonObject Read() => JsonTree.Parse(Utf8.Span)!.AsObject();

    public override string ToString() => $"{Kind.Name} {Key} ({ResourceVersion})";
}
