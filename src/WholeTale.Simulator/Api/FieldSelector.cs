using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>A field selector: <c>metadata.name=a,status.phase!=Running</c>, over the fields a kind allows.</summary>
internal sealed class FieldSelector
{
    private readonly List<(string Path, string Value, bool Negated)> _terms = [];

    public bool MatchesAll => _terms.Count == 0;

    /// <summary>The name that it demands; null when it demands none.</summary>
    public string? Name => _terms.Find(term => term is { Path: "metadata.name", Negated: false }).Value;

    /// <exception cref="ApiStatusException">It cannot be parsed, or names a field that cannot be selected (400).</exception>
    public static FieldSelector Parse(string? text, Kind kind)
    {
        var selector = new FieldSelector();
        if (string.IsNullOrEmpty(text))
            return selector;
        foreach (var term in Split(text))
        {
            if (term.Length == 0)
                continue;
            var at = term.IndexOfAny(['=', '!']);
            if (at < 0 || term[at] == '!' && (at + 1 >= term.Length || term[at + 1] != '='))
                throw ApiStatusException.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
            var negated = term[at] == '!';
            var length = negated || at + 1 < term.Length && term[at + 1] == '=' ? 2 : 1;
            var path = term[..at];
            var allowed = Allowed(kind);
            if (!allowed.Contains(path))
                throw ApiStatusException.BadRequest(Unknown(kind, path));
            selector._terms.Add((path, Unescape(term[(at + length)..]), negated));
        }

        return selector;
    }

    public bool Matches(StoredObject stored)
    {
        if (_terms.Count == 0)
            return true;
        JsonObject? content = null;
        foreach (var (path, value, negated) in _terms)
        {
            var found = path switch
            {
                "metadata.name" => stored.Name,
                "metadata.namespace" => stored.Namespace,
                _ => Find(content ??= stored.Read(), path),
            };
            if (found == value == negated)
                return false;
        }

        return true;
    }

    private static string Unknown(Kind kind, string path) => kind.GroupResource switch
    {
        "pods" or "events" or "events.events.k8s.io" or "secrets" or "namespaces" or "nodes" or "jobs.batch" or "replicasets.apps" or "replicationcontrollers" or "services" =>
            $"field label not supported: {path}",
        _ => $"\"{path}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
    };

    private static string[] Allowed(Kind kind)
    {
        string[] own = kind.GroupResource switch
        {
            "pods" => ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP", "status.nominatedNodeName"],
            "events" =>
            [
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
                "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
            ],
            "events.events.k8s.io" =>
            [
                "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion", "regarding.resourceVersion", "regarding.fieldPath",
                "reason", "reportingController", "type",
            ],
            "secrets" => ["type"],
            "namespaces" => ["status.phase", "name"],
            "nodes" => ["spec.unschedulable"],
            "jobs.batch" => ["status.successful"],
            "replicasets.apps" or "replicationcontrollers" => ["status.replicas"],
            "services" => ["spec.clusterIP", "spec.type"],
            _ => [],
        };
        return ["metadata.name", "metadata.namespace", .. own];
    }

    private static string Find(JsonObject content, string path)
    {
        switch (path)
        {
            case "source":
                return content["source"]?["component"].Text() ?? content["reportingComponent"].Text() ?? "";
            case "status.successful":
                return (content["status"]?["succeeded"].Number() ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture);
            case "spec.unschedulable":
                return content["spec"]?["unschedulable"].Flag() == true ? "true" : "false";
            case "name":
                return content["metadata"]?["name"].Text() ?? "";
            default:
                break;
        }

        JsonNode? node = content;
        foreach (var part in path.Split('.'))
            node = (node as JsonObject)?[part];
        return node.Text() ?? node?.ToJsonString() ?? (path.EndsWith("replicas", StringComparison.Ordinal) ? "0" : "");
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == ',')
            {
                yield return text[start..at];
                start = at + 1;
            }
        }

        yield return text[start..];
    }

    private static string Unescape(string value) =>
        value.Replace("\\,", ",", StringComparison.Ordinal).Replace("\\=", "=", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
}
