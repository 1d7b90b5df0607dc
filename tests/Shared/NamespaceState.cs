using System.Text.Json.Nodes;

namespace WholeTale.Tests;

/// <summary>
/// What is in a namespace, as text that is equal for equal states: every object that somebody wrote, with all that was written, and of what controllers
/// derive the counts. What the server or chance assigns (addresses, uids, generated passwords) is left out.
/// </summary>
internal static class NamespaceState
{
    private static readonly string[] _collections =
    [
        "api/v1/{0}configmaps", "api/v1/{0}secrets", "api/v1/{0}services", "api/v1/{0}serviceaccounts", "api/v1/{0}persistentvolumeclaims", "api/v1/{0}resourcequotas",
        "apis/apps/v1/{0}deployments", "apis/apps/v1/{0}statefulsets", "apis/apps/v1/{0}daemonsets", "apis/batch/v1/{0}jobs", "apis/networking.k8s.io/v1/{0}ingresses",
        "apis/networking.k8s.io/v1/{0}networkpolicies", "apis/rbac.authorization.k8s.io/v1/{0}roles", "apis/rbac.authorization.k8s.io/v1/{0}rolebindings",
        "apis/policy/v1/{0}poddisruptionbudgets", "apis/coordination.k8s.io/v1/{0}leases",
    ];

    private static readonly string[] _assigned = ["clusterIP", "clusterIPs", "volumeName", "nodePort", "healthCheckNodePort"];

    /// <summary>A line an object.</summary>
    public static async Task<string> ReadAsync(HttpClient http, string @namespace)
    {
        using var space = await http.GetAsync($"api/v1/namespaces/{@namespace}");
        if (!space.IsSuccessStatusCode)
            return "no namespace";
        var lines = new List<string>();
        foreach (var collection in _collections)
        {
            foreach (var item in await ListAsync(http, collection, @namespace))
                lines.Add($"{collection[(collection.IndexOf('}', StringComparison.Ordinal) + 1)..]} {Written(item)}");
        }

        // One that is ending counts no more: a kubelet takes its time.
        foreach (var pods in (await ListAsync(http, "api/v1/{0}pods", @namespace)).Where(pod => pod["metadata"]!["deletionTimestamp"] is null).GroupBy(pod => $"{Label(pod, "app.kubernetes.io/component")} {pod["status"]?["phase"]}"))
            lines.Add($"{pods.Count()} pods of {pods.Key}");
        return string.Join('\n', lines.Order(StringComparer.Ordinal)).Replace(@namespace, "NAMESPACE", StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<JsonObject>> ListAsync(HttpClient http, string collection, string @namespace)
    {
        var path = string.Format(System.Globalization.CultureInfo.InvariantCulture, collection, $"namespaces/{@namespace}/");
        return JsonNode.Parse(await http.GetStringAsync(path))!["items"]!.AsArray().Select(item => item!.AsObject());
    }

    private static string Written(JsonObject item)
    {
        var copy = (JsonObject)item.DeepClone();
        var metadata = copy["metadata"]!.AsObject();
        foreach (var field in metadata.Select(field => field.Key).Where(key => key is not ("name" or "labels" or "annotations" or "finalizers" or "deletionTimestamp")).ToList())
            metadata.Remove(field);
        copy.Remove("status");
        if (copy["spec"] is JsonObject spec)
        {
            foreach (var field in _assigned)
                spec.Remove(field);
        }

        if (copy["data"] is JsonObject data && copy.ContainsKey("type"))
            copy["data"] = string.Join(',', data.Select(entry => entry.Key));
        if (metadata["annotations"] is JsonObject annotations)
        {
            annotations.Remove("wholetale.org/digest");
            if (annotations.ContainsKey("wholetale.org/finished"))
                annotations["wholetale.org/finished"] = "at some time";
            if (annotations.Count == 0)
                metadata.Remove("annotations");
        }

        // It covers generated passwords.
        (copy["spec"]?["template"]?["metadata"]?["annotations"] as JsonObject)?.Remove("wholetale.org/configuration-checksum");
        return copy.ToJsonString();
    }

    private static string Label(JsonObject item, string name) => (string?)item["metadata"]?["labels"]?[name] ?? "";
}
