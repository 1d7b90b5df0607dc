using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api.Printing;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation;

namespace WholeTale.Simulator.Api;

/// <summary>Serves what CustomResourceDefinitions define, from the moment they are stored until they are gone.</summary>
internal sealed class CustomResources
{
    private readonly KubernetesApi _api;
    private readonly Kind _definitions;

    public CustomResources(KubernetesApi api)
    {
        _api = api;
        _definitions = api.Kinds.Get("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        api.Store.Committed += OnCommit;
    }

    private void OnCommit(Change change)
    {
        if (change.New.Kind != _definitions)
            return;
        if (change.Deleted)
            Withdraw(change.New);
        else if (!Establish(change.New))
            Serve(change.New);
    }

    private void Withdraw(StoredObject definition)
    {
        var spec = definition.Read()["spec"]!;
        foreach (var kind in KindsOf(spec).Take(1))
            _api.Store.Forget(kind);
        _api.Kinds.Replace(kind => Belongs(kind, spec), []);
    }

    private void Serve(StoredObject definition)
    {
        var spec = definition.Read()["spec"]!;
        _api.Kinds.Replace(kind => Belongs(kind, spec), KindsOf(spec));
    }

    // The names are accepted and the definition is established as soon as it is there.
    private bool Establish(StoredObject definition)
    {
        var content = definition.Read();
        if ((content["status"]?["conditions"] as JsonArray ?? []).Any(condition => condition?["type"].Text() == "Established" && condition["status"].Text() == "True"))
            return false;
        var now = _api.Store.Timestamp();
        _api.Client("kube-apiserver").UpdateStatus(_definitions, null, definition.Name, current =>
        {
            var spec = current["spec"]!;
            current["status"] = new JsonObject
            {
                ["acceptedNames"] = spec["names"]!.DeepClone(),
                ["conditions"] = new JsonArray(
                    Condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
                    Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now)),
                ["storedVersions"] = current["status"]?["storedVersions"]?.DeepClone(),
            };
        });
        return true;
    }

    private static JsonObject Condition(string type, string reason, string message, string now) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastTransitionTime"] = now,
        ["reason"] = reason,
        ["message"] = message,
    };

    private static bool Belongs(Kind kind, JsonNode spec) =>
        kind.Custom && kind.Group == spec["group"].Text() && kind.Plural == spec["names"]?["plural"].Text();

    private static IEnumerable<JsonObject> Versions(JsonNode spec) => (spec["versions"] as JsonArray ?? []).OfType<JsonObject>();

    // Served in all its versions, stored in one of them (which need not be served).
    private static IEnumerable<Kind> KindsOf(JsonNode spec)
    {
        var stored = Versions(spec).Where(version => version["storage"].Flag() == true).Select(version => KindOf(spec, version)).FirstOrDefault();
        return Versions(spec).Where(version => version["served"].Flag() == true)
            .Select(version => stored is null || stored.Version == version["name"].Text() ? stored ?? KindOf(spec, version) : KindOf(spec, version) with { StoredAs = stored, ToStored = stored.FromStored })
            .OrderBy(kind => kind.Version, VersionPriority.Order);
    }

    private static Kind KindOf(JsonNode spec, JsonObject version)
    {
        var names = spec["names"]!;
        var subresources = new List<Subresource>();
        if (version["subresources"]?["status"] is not null)
            subresources.Add(Subresource.Status);
        if (version["subresources"]?["scale"] is not null)
            subresources.Add(Subresource.Scale);
        var group = spec["group"].Text()!;
        var name = version["name"].Text()!;
        var published = version["schema"]?["openAPIV3Schema"]?.DeepClone() as JsonObject;
        return new Kind
        {
            Group = group,
            Version = name,
            Name = names["kind"].Text()!,
            Plural = names["plural"].Text()!,
            Singular = names["singular"].Text() ?? "",
            ListName = names["listKind"].Text() ?? names["kind"].Text() + "List",
            Namespaced = spec["scope"].Text() != "Cluster",
            ShortNames = Strings(names["shortNames"]),
            Categories = Strings(names["categories"]),
            Subresources = subresources,
            Custom = true,
            Scale = ScaleOf(version["subresources"]?["scale"]),
            Published = published,
            Printer = PrinterOf(version),
            Deprecation = version["deprecated"].Flag() == true ? version["deprecationWarning"].Text() ?? $"{group}/{name} {names["kind"].Text()} is deprecated" : null,
            // Conversion None: nothing but the version changes, and what it does not know goes.
            FromStored = content =>
            {
                content["apiVersion"] = $"{group}/{name}";
                CustomValidation.Prune(content, published, "", isRoot: true, []);
            },
        };
    }

    private static ScalePaths ScaleOf(JsonNode? scale) => scale is null
        ? ScalePaths.Workload
        : new ScalePaths(Path(scale["specReplicasPath"]), Path(scale["statusReplicasPath"]), Path(scale["labelSelectorPath"]));

    private static string[] Path(JsonNode? path) => (path.Text() ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries);

    private static Printer? PrinterOf(JsonObject version)
    {
        var columns = (version["additionalPrinterColumns"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        if (columns.Count == 0)
            return null;
        var paths = columns.ConvertAll(column => (Path: column["jsonPath"].Text() ?? "", Type: column["type"].Text() ?? "string"));
        return new Printer(
            [
                new Column("Name", Description: Descriptions.Name, Format: "name"),
                .. columns.Select(column => new Column(
                    column["name"].Text() ?? "",
                    column["type"].Text() ?? "string",
                    (int)(column["priority"].Number() ?? 0),
                    column["description"].Text() is { Length: > 0 } text ? text : "Custom resource definition column (in JSONPath format): " + column["jsonPath"].Text(),
                    column["format"].Text() ?? "")),
            ],
            (item, now) => [Values.Name(item), .. paths.Select(column => Cell(item, column.Path, column.Type, now))]);
    }

    private static JsonNode? Cell(JsonObject item, string path, string type, DateTimeOffset now)
    {
        JsonNode? node = item;
        foreach (var part in path.TrimStart('.').Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            node = (node as JsonObject)?[bracket < 0 ? part : part[..bracket]];
            if (bracket >= 0)
            {
                node = int.TryParse(part[(bracket + 1)..].TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var at) && node is JsonArray items && at < items.Count
                    ? items[at]
                    : null;
            }
        }

        return type switch
        {
            "date" => node.Text() is { } time ? Values.Since(time, now) : null,
            "integer" or "number" or "boolean" => node?.DeepClone(),
            _ => node is null ? null : node.Text() ?? node.ToJsonString(StoredJson.Options),
        };
    }

    private static List<string> Strings(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item.Text() ?? "")];
}
