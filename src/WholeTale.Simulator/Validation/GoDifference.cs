using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>The difference of two specs as go-cmp prints it into messages of immutable fields.</summary>
internal static class GoDifference
{
    // The fields of core.PodSpec in the order of the internal type, by their names in JSON.
    private static readonly string[] _podSpec =
    [
        "volumes", "initContainers", "containers", "ephemeralContainers", "restartPolicy", "terminationGracePeriodSeconds", "activeDeadlineSeconds",
        "dnsPolicy", "nodeSelector", "serviceAccountName", "automountServiceAccountToken", "nodeName", "securityContext", "imagePullSecrets",
        "hostname", "subdomain", "setHostnameAsFQDN", "affinity", "schedulerName", "tolerations", "hostAliases", "priorityClassName", "priority",
        "preemptionPolicy", "dnsConfig", "readinessGates", "runtimeClassName", "overhead", "enableServiceLinks", "topologySpreadConstraints", "os",
        "schedulingGates", "resourceClaims",
    ];

    /// <summary>The difference of two pod specs.</summary>
    public static string PodSpec(JsonObject next, JsonObject old) => Struct("core.PodSpec", _podSpec, next, old);

    private static string Struct(string type, string[] fields, JsonObject next, JsonObject old)
    {
        var text = new StringBuilder("\u00a0\u00a0").Append(type).Append("{\n");
        var differs = fields.Select(field => !JsonTree.AreEqual(next[field], old[field])).ToArray();
        var shown = fields.Select((_, at) => Near(differs, at)).ToArray();
        var width = fields.Where((_, at) => shown[at]).Select(field => GoName(field).Length + 1).DefaultIfEmpty().Max();
        var hidden = 0;
        for (var at = 0; at < fields.Length; at++)
        {
            if (!shown[at])
            {
                hidden++;
                continue;
            }

            Hidden(text, ref hidden);
            var name = (GoName(fields[at]) + ":").PadRight(width);
            if (differs[at])
            {
                text.Append("-\u00a0\t").Append(name).Append(' ').Append(Value(old[fields[at]], whole: true)).Append(",\n");
                text.Append("+\u00a0\t").Append(name).Append(' ').Append(Value(next[fields[at]], whole: true)).Append(",\n");
            }
            else
            {
                text.Append("\u00a0\u00a0\t").Append(name).Append(' ').Append(Value(next[fields[at]], whole: false)).Append(",\n");
            }
        }

        Hidden(text, ref hidden);
        return text.Append("\u00a0\u00a0}\n").ToString();
    }

    // Two equal fields are shown on either side of a difference; fewer than a handful of equal ones are not hidden.
    private static bool Near(bool[] differs, int at)
    {
        for (var other = Math.Max(0, at - 2); other <= Math.Min(differs.Length - 1, at + 2); other++)
        {
            if (differs[other])
                return true;
        }

        return false;
    }

    private static void Hidden(StringBuilder text, ref int hidden)
    {
        if (hidden > 0)
            text.Append("\u00a0\u00a0\t... // ").Append(hidden).Append(" identical field").Append(hidden == 1 ? "" : "s").Append('\n');
        hidden = 0;
    }

    private static string GoName(string field) => field switch
    {
        "dnsPolicy" => "DNSPolicy",
        "dnsConfig" => "DNSConfig",
        "setHostnameAsFQDN" => "SetHostnameAsFQDN",
        "os" => "OS",
        _ => char.ToUpperInvariant(field[0]) + field[1..],
    };

    private static string Value(JsonNode? value, bool whole) => value switch
    {
        null => "nil",
        JsonObject map when map.All(member => member.Value is JsonValue) => (whole ? "map[string]string" : "") + "{" + string.Join(", ", map.Select(member => GoSyntax.Quote(member.Key) + ": " + GoSyntax.Value(member.Value))) + "}",
        JsonObject => "{...}",
        JsonArray => "{...}",
        JsonValue scalar when scalar.Flag() is { } flag => "&" + (flag ? "true" : "false"),
        JsonValue scalar when scalar.Number() is not null => "&" + scalar.ToJsonString(),
        _ => GoSyntax.Value(value),
    };
}
