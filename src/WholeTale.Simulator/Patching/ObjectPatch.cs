using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>
/// A patch as it came: read only when there is an object to patch, as the server does (404 comes before 400), with the words of
/// k8s.io/apiserver's <c>patch.go</c>.
/// </summary>
/// <param name="mediaType">The patch's type.</param>
/// <param name="body">The patch.</param>
/// <param name="strict">Whether duplicate and unknown members are looked for (<c>fieldValidation</c> other than Ignore).</param>
internal sealed class ObjectPatch(string mediaType, ReadOnlyMemory<byte> body, bool strict)
{
    public const string Json = "application/json-patch+json";
    public const string Merge = "application/merge-patch+json";
    public const string Strategic = "application/strategic-merge-patch+json";

    private static readonly string[] _operationMembers = ["op", "path", "from", "value"];

    /// <summary>Patches a tree, which may be changed.</summary>
    /// <exception cref="PatchException">The patch cannot be read or does not fit.</exception>
    public PatchedObject Apply(JsonObject current, TypeSchema schema)
    {
        var problems = new List<string>();
        switch (mediaType)
        {
            case Json:
                var operations = Operations(problems);
                var touched = new HashSet<JsonNode>(ReferenceEqualityComparer.Instance);
                var patched = JsonPatch.Apply(current, operations, touched);
                return new PatchedObject(patched, problems, () => GoText.Json(patched, touched), IsTyped: true);
            case Merge:
                var merged = MergePatch.Apply(current, ReadMembers("error decoding patch: ", problems), out var changed);
                return new PatchedObject(merged, problems, () => GoText.Json(merged, changed), IsTyped: true);
            default:
                var directives = ReadMembers("", problems) as JsonObject ?? [];
                StrategicMergePatch.Apply(current, directives, schema);
                return new PatchedObject(current, problems, () => GoText.Value(directives), IsTyped: false);
        }
    }

    private JsonNode? ReadMembers(string prefix, List<string> problems)
    {
        var duplicates = new List<string>();
        var node = Parse(prefix, duplicates);
        if (node is not (JsonObject or null) && (strict || mediaType == Strategic))
            throw new PatchException($"{prefix}json: cannot unmarshal {GoText.KindOf(node)} into Go value of type map[string]interface {{}}", 400);
        if (node is not (JsonObject or JsonArray) && mediaType == Merge)
            throw new PatchException("Invalid JSON Patch", 400);
        if (strict)
            problems.AddRange(duplicates.Select(path => $"duplicate field \"{path}\""));
        return node;
    }

    private JsonArray Operations(List<string> problems)
    {
        var prefix = strict ? "error decoding patch: " : "";
        var type = strict ? "handlers.jsonPatchOp" : "jsonpatch.Operation";
        var duplicates = new List<string>();
        var node = Parse(prefix, duplicates);
        if (node is null)
            return [];
        if (node is not JsonArray operations)
            throw new PatchException($"{prefix}json: cannot unmarshal {GoText.KindOf(node)} into Go value of type {(strict ? "[]" + type : "jsonpatch.Patch")}", 400);
        for (var at = 0; at < operations.Count; at++)
        {
            if (operations[at] is not JsonObject operation)
                throw new PatchException($"{prefix}json: cannot unmarshal {GoText.KindOf(operations[at])} into Go value of type {type}", 400);
            if (!strict)
                continue;
            foreach (var (name, value) in operation)
            {
                if (!_operationMembers.Contains(name))
                    problems.Add($"json patch unknown field \"[{at}].{name}\"");
                else if (name != "value" && value is not null && value.Text() is null)
                    throw new PatchException($"{prefix}json: cannot unmarshal {GoText.KindOf(value)} into Go struct field jsonPatchOp.{name} of type string", 400);
            }
        }

        if (strict)
            problems.AddRange(duplicates.Select(path => $"json patch duplicate field \"{path}\""));
        return operations;
    }

    private JsonNode? Parse(string prefix, List<string> duplicates)
    {
        try
        {
            return JsonTree.Parse(body.Span, duplicates);
        }
        catch (JsonException broken)
        {
            throw new PatchException(mediaType == Merge && !strict ? "Invalid JSON Patch" : prefix + GoErrors.Json(broken, body.Span), 400);
        }
    }
}
