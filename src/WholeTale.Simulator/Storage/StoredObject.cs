using System.Text;
using System.Text.Json;
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
        {
            Owners = [.. owners.OfType<JsonObject>().Select(Owner)];
            OwnerUids = [.. Owners.Select(owner => owner.Uid)];
        }

        Found = kind.Lookup is null ? [] : [.. kind.Lookup(content)];
        IsHeld = metadata["finalizers"] is JsonArray { Count: > 0 };
        Utf8 = JsonTree.Write(content);
    }

    private StoredObject(StoredObject other, ReadOnlyMemory<byte> utf8, long resourceVersion)
    {
        Kind = other.Kind;
        ResourceVersion = resourceVersion;
        Key = other.Key;
        Uid = other.Uid;
        IsDeleting = other.IsDeleting;
        Labels = other.Labels;
        Owners = other.Owners;
        OwnerUids = other.OwnerUids;
        Found = other.Found;
        IsHeld = other.IsHeld;
        Utf8 = utf8;
    }

    private volatile WeakReference<SharedTree>? _tree;

    /// <summary>The object as it is stored, where this is another form of it.</summary>
    public StoredObject? Source { get; private init; }

    /// <summary>The object in the form of a kind that serves it, which need not be the one it is stored as.</summary>
    public StoredObject As(Kind kind)
    {
        if (kind.FromStored is not { } convert || kind.ApiVersion == Kind.ApiVersion)
            return this;
        var content = Read();
        convert(content);
        return new StoredObject(kind, content, ResourceVersion) { Source = this };
    }

    public Kind Kind { get; }

    public ObjectKey Key { get; }

    public string Namespace => Key.Namespace;

    public string Name => Key.Name;

    public string Uid { get; }

    public long ResourceVersion { get; }

    /// <summary>Whether <c>metadata.deletionTimestamp</c> is set.</summary>
    public bool IsDeleting { get; }

    /// <summary>Whether <c>metadata.finalizers</c> holds it.</summary>
    public bool IsHeld { get; }

    public IReadOnlyDictionary<string, string> Labels { get; } = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;

    /// <summary>Its owners.</summary>
    public IReadOnlyList<OwnerReference> Owners { get; } = [];

    /// <summary>What its kind's objects are looked for by, beside labels and owners.</summary>
    public IReadOnlyList<IndexKey> Found { get; }

    /// <summary>The uids of its owners.</summary>
    public IReadOnlyList<string> OwnerUids { get; } = [];

    /// <summary>The whole object as JSON.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Its <c>metadata</c> as JSON.</summary>
    public ReadOnlySpan<byte> MetadataUtf8
    {
        get
        {
            var reader = new Utf8JsonReader(Utf8.Span);
            reader.Read();
            while (reader.Read() && !reader.ValueTextEquals("metadata"u8))
                reader.Skip();
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return Utf8.Span[start..(int)reader.BytesConsumed];
        }
    }

    /// <summary>
    /// A tree of the object that nobody may change: all who look at a version while it is fresh share it. The collector takes it, since trees are ten times their text.
    /// </summary>
    public JsonObject Tree => (Shared ?? Keep(Parse(), null)).Root;

    private SharedTree? Shared => _tree is { } shared && shared.TryGetTarget(out var tree) ? tree : null;

    private JsonObject Parse() => JsonTree.Parse(Utf8.Span)!.AsObject();

    /// <summary>Shares the tree that the object was made of; its maker does not change it any more.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="derived">What <see cref="Derive"/> would make of it, where that is known.</param>
    public void Share(JsonObject tree, object? derived) => Keep(tree, derived);

    /// <summary>What is made of the tree: once, and kept as long as the tree is. Nobody may change it.</summary>
    public T Derive<T>(Func<JsonObject, T> make)
        where T : class
    {
        var shared = Shared ?? Keep(Parse(), null);
        if (shared.Derived is not T derived)
            shared.Derived = derived = make(shared.Root);
        return derived;
    }

    private SharedTree Keep(JsonObject tree, object? derived)
    {
        var shared = new SharedTree(tree) { Derived = derived };
        _tree = new WeakReference<SharedTree>(shared);
        return shared;
    }

    /// <summary>What has been made of the tree, if anything.</summary>
    public object? Derived => Shared?.Derived;

    /// <summary>The same object at another version, as it is last when it goes.</summary>
    public StoredObject At(long resourceVersion)
    {
        var (before, after) = (Version(ResourceVersion), Version(resourceVersion));
        var text = Utf8.Span;
        var at = text.IndexOf(before);
        if (at < 0 || text.LastIndexOf(before) != at)
            return new StoredObject(Kind, Read(), resourceVersion);
        byte[] utf8 = [.. text[..at], .. after, .. text[(at + before.Length)..]];
        return new StoredObject(this, utf8, resourceVersion);
    }

    /// <summary>A tree of the object that the caller owns and may change.</summary>
    public JsonObject Read() => Shared is { } tree ? tree.Root.DeepClone().AsObject() : Parse();

    /// <summary>All it can be found by, beside its name.</summary>
    public IEnumerable<IndexKey> IndexKeys()
    {
        foreach (var uid in OwnerUids)
            yield return IndexKey.Owner(uid);
        foreach (var key in Found)
            yield return key;
        if (!Kind.FoundByLabels)
            yield break;
        foreach (var (name, value) in Labels)
            yield return IndexKey.Label(name, value);
    }

    /// <summary>Whether another version of it is found by the same.</summary>
    public bool IsFoundAs(StoredObject other) =>
        OwnerUids.SequenceEqual(other.OwnerUids) && Found.SequenceEqual(other.Found)
        && (!Kind.FoundByLabels || (Labels.Count == other.Labels.Count && Labels.All(label => other.Labels.TryGetValue(label.Key, out var value) && value == label.Value)));

    /// <summary>Whether another version of it is the same, byte for byte, but for the resourceVersion.</summary>
    public bool DiffersInVersionOnly(StoredObject other)
    {
        var mine = Utf8.Span;
        var theirs = other.Utf8.Span;
        var (version, otherVersion) = (Version(ResourceVersion), Version(other.ResourceVersion));
        if (mine.Length - version.Length != theirs.Length - otherVersion.Length)
            return false;
        // The version is the one thing that surely differs: what is before it is shared, and so must be what is after it.
        var at = mine[..mine.CommonPrefixLength(theirs)].LastIndexOf("\"resourceVersion\":\""u8);
        return at >= 0 && mine[at..].StartsWith(version) && theirs[at..].StartsWith(otherVersion)
            && mine[(at + version.Length)..].SequenceEqual(theirs[(at + otherVersion.Length)..]);
    }

    private static byte[] Version(long version) =>
        Encoding.UTF8.GetBytes($"\"resourceVersion\":\"{version.ToString(System.Globalization.CultureInfo.InvariantCulture)}\"");

    private static OwnerReference Owner(JsonObject reference) => new(
        reference["uid"].Text() ?? "",
        reference["kind"].Text() ?? "",
        reference["name"].Text() ?? "",
        reference["controller"].Flag() == true,
        reference["blockOwnerDeletion"].Flag() == true);

    public override string ToString() => $"{Kind.Name} {Key} ({ResourceVersion})";

    private sealed class SharedTree(JsonObject root)
    {
        public JsonObject Root => root;

        public object? Derived { get; set; }
    }
}
