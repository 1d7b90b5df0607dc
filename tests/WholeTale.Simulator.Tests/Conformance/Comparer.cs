using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Tests.Conformance;

/// <summary>Compares what was seen with what was recorded, by the rules of the recordings' README.</summary>
internal sealed partial class Comparer(Bindings bindings, IReadOnlySet<string> ignored)
{
    private readonly List<string> _differences = [];

    public IReadOnlyList<string> Differences => _differences;

    public void Compare(JsonNode? recorded, JsonNode? seen, string path)
    {
        if (ignored.Contains(path))
            return;
        switch (recorded, seen)
        {
            case (JsonObject wanted, JsonObject found):
                CompareObjects(wanted, found, path);
                break;
            case (JsonArray wanted, JsonArray found):
                CompareArrays(wanted, found, path);
                break;
            default:
                if (!Same(recorded, seen) && !AreAges(path, recorded, seen))
                    _differences.Add($"{path}: recorded {Show(recorded)}, seen {Show(seen)}");
                break;
        }
    }

    private void CompareObjects(JsonObject wanted, JsonObject found, string path)
    {
        var met = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in wanted)
        {
            var seenName = found.ContainsKey(name) ? name : found.Select(member => member.Key).FirstOrDefault(candidate => name.Contains('<', StringComparison.Ordinal) && bindings.Matches(name, candidate));
            if (seenName is null)
            {
                if (!ignored.Contains($"{path}.{name}"))
                    _differences.Add($"{path}.{name}: missing, recorded {Show(value)}");
                continue;
            }

            met.Add(seenName);
            Compare(value, found[seenName], $"{path}.{name}");
        }

        foreach (var (name, value) in found)
        {
            if (!met.Contains(name) && !ignored.Contains($"{path}.{name}"))
                _differences.Add($"{path}.{name}: not recorded, seen {Show(value)}");
        }
    }

    private void CompareArrays(JsonArray wanted, JsonArray found, string path)
    {
        var wants = wanted.ToList();
        var finds = found.ToList();
        if (path.EndsWith("managedFields", StringComparison.Ordinal))
        {
            wants = [.. wants.OrderBy(Rank, StringComparer.Ordinal)];
            finds = [.. finds.OrderBy(Rank, StringComparer.Ordinal)];
        }

        for (var at = 0; at < Math.Max(wants.Count, finds.Count); at++)
        {
            var item = $"{path}[{at}]";
            if (at >= wants.Count)
            {
                if (!ignored.Contains(item))
                    _differences.Add($"{item}: not recorded, seen {Show(finds[at])}");
            }
            else if (at >= finds.Count)
            {
                if (!ignored.Contains(item))
                    _differences.Add($"{item}: missing, recorded {Show(wants[at])}");
            }
            else
            {
                Compare(wants[at], finds[at], item);
            }
        }
    }

    // A cell of a table that tells an age says how long the replay took.
    private static bool AreAges(string path, JsonNode? recorded, JsonNode? seen) =>
        path.Contains(".cells[", StringComparison.Ordinal) && recorded is JsonValue && seen is JsonValue
        && Age().IsMatch(recorded.ToString()) && Age().IsMatch(seen.ToString());

    [System.Text.RegularExpressions.GeneratedRegex(@"^\d{1,2}s$")]
    private static partial System.Text.RegularExpressions.Regex Age();

    private static string Rank(JsonNode? entry) => $"{entry?["manager"]}\0{entry?["operation"]}\0{entry?["subresource"]}";

    private bool Same(JsonNode? recorded, JsonNode? seen)
    {
        if (recorded is JsonValue text && text.GetValueKind() == JsonValueKind.String)
        {
            var wanted = text.GetValue<string>();
            if (wanted == "<any>")
                return seen is not null;
            if (seen is not JsonValue value)
                return false;
            if (value.GetValueKind() == JsonValueKind.String)
                return bindings.Matches(wanted, value.GetValue<string>());
            // A node port is a number that a placeholder stands for.
            return value.GetValueKind() == JsonValueKind.Number && wanted.StartsWith("<nodeport-", StringComparison.Ordinal) && bindings.Matches(wanted, value.ToJsonString());
        }

        return JsonNode.DeepEquals(recorded, seen);
    }

    private static string Show(JsonNode? node)
    {
        var text = node?.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "null";
        return text.Length > 400 ? text[..400] + "..." : text;
    }
}
