using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>Who owns which fields of an object: <c>metadata.managedFields</c>, read and written.</summary>
internal sealed class ManagedFields
{
    private readonly Dictionary<ManagerKey, Entry> _entries = [];

    public IReadOnlyCollection<ManagerKey> Managers => _entries.Keys;

    public bool IsEmpty => _entries.Count == 0;

    public FieldSet? this[ManagerKey key] => _entries.GetValueOrDefault(key)?.Fields;

    /// <summary>Reads an object's entries; null when they cannot be read.</summary>
    public static ManagedFields? Read(JsonObject content)
    {
        var managed = new ManagedFields();
        if (content["metadata"]?["managedFields"] is not JsonArray entries)
            return managed;
        foreach (var node in entries)
        {
            if (node is not JsonObject entry || entry["operation"].Text() is not (ManagerKey.Apply or ManagerKey.Update) and var operation)
                return null;
            try
            {
                var fields = entry["fieldsV1"] is JsonObject json ? FieldSet.FromJson(json) : new FieldSet();
                operation = entry["operation"].Text()!;
                var version = entry["apiVersion"].Text() ?? "";
                var key = new ManagerKey(
                    entry["manager"].Text() ?? "",
                    operation,
                    operation == ManagerKey.Apply ? "" : version,
                    entry["subresource"].Text() ?? "");
                managed._entries[key] = new Entry(version, fields, entry["time"].Text());
            }
            catch (FormatException)
            {
                return null;
            }
        }

        return managed;
    }

    /// <summary>Reads an object's entries; none when they cannot be read.</summary>
    public static ManagedFields Of(JsonObject content) => Read(content) ?? new ManagedFields();

    /// <summary>Entries that may be changed, where these are shared. The sets of fields are not changed by anybody.</summary>
    public ManagedFields Copy()
    {
        var copy = new ManagedFields();
        foreach (var (key, entry) in _entries)
            copy._entries[key] = entry;
        return copy;
    }

    /// <summary>Sets a manager's fields, keeping its time; an empty set removes the manager.</summary>
    public void Set(ManagerKey key, FieldSet fields, string apiVersion)
    {
        if (fields.IsEmpty)
            _entries.Remove(key);
        // An entry that stays keeps what it has spelt out.
        else if (!(_entries.GetValueOrDefault(key) is { } entry && entry.ApiVersion == apiVersion && (ReferenceEquals(entry.Fields, fields) || entry.Fields.IsSame(fields))))
            _entries[key] = new Entry(apiVersion, fields, _entries.GetValueOrDefault(key)?.Time);
    }

    public void Set(ManagerKey key, FieldSet fields) => Set(key, fields, _entries.GetValueOrDefault(key)?.ApiVersion ?? key.ApiVersion);

    public void Stamp(ManagerKey key, string time)
    {
        if (_entries.TryGetValue(key, out var entry))
            _entries[key] = entry with { Time = time };
    }

    public void Remove(ManagerKey key) => _entries.Remove(key);

    /// <summary>Joins the oldest updaters into one entry when there are too many.</summary>
    public void Cap(int most)
    {
        var updaters = Sorted().Where(pair => !pair.Key.IsApply).ToList();
        if (updaters.Count <= most)
            return;
        // capmanagers: versions are not mixed in one entry.
        foreach (var (key, entry) in updaters.Take(updaters.Count - most + 1))
        {
            var ancient = new ManagerKey("ancient-changes", ManagerKey.Update, entry.ApiVersion, "");
            if (key == ancient)
                continue;
            var fields = entry.Fields.Union(this[ancient]);
            _entries.Remove(key);
            _entries[ancient] = new Entry(entry.ApiVersion, fields, entry.Time);
        }
    }

    /// <summary>Whether the same managers own the same fields since the same times.</summary>
    public bool IsSame(ManagedFields other) =>
        _entries.Count == other._entries.Count
        && _entries.All(pair => other._entries.TryGetValue(pair.Key, out var theirs)
            && theirs.Time == pair.Value.Time && theirs.ApiVersion == pair.Value.ApiVersion && theirs.Fields.IsSame(pair.Value.Fields));

    /// <summary>Whether the same managers own the same fields, whenever they came by them.</summary>
    public bool HasSameFields(ManagedFields other) =>
        _entries.Count == other._entries.Count
        && _entries.All(pair => other._entries.TryGetValue(pair.Key, out var theirs)
            && theirs.ApiVersion == pair.Value.ApiVersion && theirs.Fields.IsSame(pair.Value.Fields));

    public void Write(JsonObject content)
    {
        if (content["metadata"] is not JsonObject metadata)
            return;
        metadata.Remove("managedFields");
        if (_entries.Count == 0)
            return;
        var entries = new JsonArray();
        foreach (var (key, entry) in Sorted())
        {
            var json = new JsonObject();
            if (key.Manager.Length > 0)
                json["manager"] = key.Manager;
            json["operation"] = key.Operation;
            json["apiVersion"] = entry.ApiVersion;
            if (entry.Time is not null)
                json["time"] = entry.Time;
            json["fieldsType"] = "FieldsV1";
            json["fieldsV1"] = entry.FieldsJson();
            if (key.Subresource.Length > 0)
                json["subresource"] = key.Subresource;
            entries.Add(json);
        }

        metadata["managedFields"] = entries;
    }

    private IOrderedEnumerable<KeyValuePair<ManagerKey, Entry>> Sorted() => _entries
        .OrderBy(pair => pair.Key.Operation, StringComparer.Ordinal)
        .ThenBy(pair => pair.Value.Time ?? "", StringComparer.Ordinal)
        .ThenBy(pair => pair.Key.Manager, StringComparer.Ordinal)
        .ThenBy(pair => pair.Key.ApiVersion, StringComparer.Ordinal)
        .ThenBy(pair => pair.Key.Subresource, StringComparer.Ordinal);

    private sealed record Entry(string ApiVersion, FieldSet Fields, string? Time)
    {
        private static readonly JsonDocumentOptions _deep = new() { MaxDepth = 256 };

        private JsonElement? _json;

        // Of the managers of an object one writes and all are written down: what the others own is spelt out once.
        public JsonObject FieldsJson() => JsonObject.Create(_json ??= JsonElement.Parse(JsonTree.Write(Fields, static (fields, writer) => fields.Write(writer)), _deep))!;
    }
}
