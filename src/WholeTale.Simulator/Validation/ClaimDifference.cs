using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>The difference of two claims' specs as go-cmp prints it.</summary>
internal static class ClaimDifference
{
    private static readonly string[] _fields =
        ["accessModes", "selector", "resources", "volumeName", "storageClassName", "volumeMode", "dataSource", "dataSourceRef"];

    public static string Of(JsonObject next, JsonObject old)
    {
        var text = new StringBuilder("\u00a0\u00a0core.PersistentVolumeClaimSpec{\n");
        var differs = _fields.Select(field => !JsonTree.AreEqual(next[field], old[field])).ToArray();
        var hidden = 0;
        var lines = new List<(string Sign, string Name, string Value, bool Block)>();
        for (var at = 0; at < _fields.Length; at++)
        {
            if (!Enumerable.Range(Math.Max(0, at - 2), Math.Min(_fields.Length - 1, at + 2) - Math.Max(0, at - 2) + 1).Any(near => differs[near]))
            {
                hidden++;
                continue;
            }

            var name = char.ToUpperInvariant(_fields[at][0]) + _fields[at][1..];
            if (!differs[at])
                lines.Add(("\u00a0\u00a0", name, Equal(_fields[at], next[_fields[at]]), false));
            else if (_fields[at] == "resources")
                lines.Add(("\u00a0\u00a0", name, Resources(next, old), true));
            else
            {
                lines.Add(("-\u00a0", name, Changed(_fields[at], old[_fields[at]]), false));
                lines.Add(("+\u00a0", name, Changed(_fields[at], next[_fields[at]]), false));
            }
        }

        Write(text, lines);
        if (hidden > 0)
            text.Append("\u00a0\u00a0\t... // ").Append(hidden).Append(" identical field").Append(hidden == 1 ? "" : "s").Append('\n');
        return text.Append("\u00a0\u00a0}\n").ToString();
    }

    // Names are padded within a run of one-line values (text/tabwriter).
    private static void Write(StringBuilder text, List<(string Sign, string Name, string Value, bool Block)> lines)
    {
        for (var at = 0; at < lines.Count; at++)
        {
            var start = at;
            while (start > 0 && !lines[start - 1].Block)
                start--;
            var end = at;
            while (end + 1 < lines.Count && !lines[end + 1].Block)
                end++;
            var width = lines[at].Block ? 0 : lines.Skip(start).Take(end - start + 1).Where(line => !line.Block).Max(line => line.Name.Length + 1);
            text.Append(lines[at].Sign).Append('\t').Append((lines[at].Name + ":").PadRight(width)).Append(' ').Append(lines[at].Value).Append(",\n");
        }
    }

    private static string Resources(JsonObject next, JsonObject old)
    {
        var text = new StringBuilder("core.ResourceRequirements{\n\u00a0\u00a0\t\tLimits: nil,\n");
        foreach (var (sign, spec) in new[] { ("-\u00a0", old), ("+\u00a0", next) })
        {
            text.Append(sign).Append("\t\tRequests: core.ResourceList{\n");
            foreach (var (name, value) in spec["resources"]?["requests"] as JsonObject ?? [])
                text.Append(sign).Append("\t\t\ts").Append(GoSyntax.Quote(name)).Append(": ").Append(Amount(value)).Append(",\n");
            text.Append(sign).Append("\t\t},\n");
        }

        return text.Append("\u00a0\u00a0\t\tClaims: nil,\n\u00a0\u00a0\t}").ToString();
    }

    private static string Amount(JsonNode? value)
    {
        _ = Quantity.TryParse(value.Text() ?? "0", out var amount);
        var whole = (amount.Units / 1_000_000_000).ToString(CultureInfo.InvariantCulture);
        return $"{{i: resource.int64Amount{{value: {whole}}}, s: {GoSyntax.Quote(amount.ToString())}, Format: \"{Family(amount)}\"}}";
    }

    private static string Family(Quantity amount) => amount.Format == QuantityFormat.Binary ? "BinarySI" : "DecimalSI";

    private static string Equal(string field, JsonNode? value) => (field, value) switch
    {
        (_, null) => field is "volumeName" ? "\"\"" : "nil",
        ("accessModes", JsonArray modes) => "{" + string.Join(", ", modes.Select(mode => GoSyntax.Quote(mode.Text() ?? ""))) + "}",
        ("resources", JsonObject resources) => "{" + string.Join(", ", resources.Select(member =>
            char.ToUpperInvariant(member.Key[0]) + member.Key[1..] + ": {" + string.Join(", ", (member.Value as JsonObject ?? []).Select(amount =>
            {
                _ = Quantity.TryParse(amount.Value.Text() ?? "0", out var parsed);
                return $"s{GoSyntax.Quote(amount.Key)}: {{i: {{...}}, s: {GoSyntax.Quote(parsed.ToString())}, Format: \"{Family(parsed)}\"}}";
            })) + "}")) + "}",
        ("storageClassName" or "volumeMode", _) => "&" + GoSyntax.Quote(value.Text() ?? ""),
        (_, JsonValue) => GoSyntax.Value(value),
        _ => "{...}",
    };

    private static string Changed(string field, JsonNode? value) => (field, value) switch
    {
        ("accessModes", JsonArray modes) => "[]core.PersistentVolumeAccessMode{" + string.Join(", ", modes.Select(mode => GoSyntax.Quote(mode.Text() ?? ""))) + "}",
        ("accessModes", _) => "nil",
        _ => Equal(field, value),
    };
}
