using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>What LimitRanges fill in and hold pods and claims to (plugin/pkg/admission/limitranger).</summary>
internal sealed class LimitRanger(KubernetesApi api)
{
    private const string _annotation = "kubernetes.io/limit-ranger";

    /// <summary>Gives containers the requests and limits that they leave out, and notes it on the pod.</summary>
    public void Fill(WriteRequest request, JsonObject pod)
    {
        foreach (var range in Ranges(request))
        {
            var limits = (range.Tree["spec"]?["limits"]).Objects().Where(limit => limit["type"].Text() == "Container").ToList();
            var notes = new List<string>();
            foreach (var (member, prefix) in new[] { ("containers", "container"), ("initContainers", "init container") })
            {
                foreach (var container in (pod["spec"]?[member]).Objects())
                {
                    Note(notes, Fill(container, "requests", limits, "defaultRequest"), "request", prefix, container);
                    Note(notes, Fill(container, "limits", limits, "default"), "limit", prefix, container);
                }
            }

            if (notes.Count == 0)
                continue;
            var metadata = pod["metadata"]!.AsObject();
            if (metadata["annotations"] is not JsonObject annotations)
                metadata["annotations"] = annotations = [];
            annotations[_annotation] = "LimitRanger plugin set: " + string.Join("; ", notes);
        }
    }

    /// <exception cref="ApiStatusException">A pod or claim is outside a range (403).</exception>
    public void Check(WriteRequest request, JsonObject content)
    {
        foreach (var range in Ranges(request))
        {
            var problems = (range.Tree["spec"]?["limits"]).Objects().SelectMany(limit => Problems(request.Kind, limit, content)).ToList();
            if (problems.Count == 0)
                continue;
            var name = content["metadata"]?["name"].Text() ?? "";
            var told = problems.Count == 1 ? problems[0] : "[" + string.Join(", ", problems.Distinct(StringComparer.Ordinal)) + "]";
            throw new ApiStatusException(
                403, "Forbidden", $"{request.Kind.GroupResource} \"{name}\" is forbidden: {told}", ApiStatusException.DetailsOf(request.Kind, name));
        }
    }

    private IReadOnlyList<StoredObject> Ranges(WriteRequest request) => api.Store.List(api.Kinds.Get("v1", "LimitRange"), request.Namespace).Items;

    private static List<string> Fill(JsonObject container, string member, List<JsonObject> limits, string source)
    {
        var set = new List<string>();
        foreach (var (name, value) in limits.SelectMany(limit => limit[source] as JsonObject ?? []))
        {
            if (container["resources"] is not JsonObject resources)
                container["resources"] = resources = [];
            if (resources[member] is not JsonObject amounts)
                resources[member] = amounts = [];
            if (amounts.TryAdd(name, value?.DeepClone()))
                set.Add(name);
        }

        return set;
    }

    private static void Note(List<string> notes, List<string> set, string what, string prefix, JsonObject container)
    {
        if (set.Count > 0)
            notes.Add($"{string.Join(", ", set.Order(StringComparer.Ordinal))} {what} for {prefix} {container["name"].Text()}");
    }

    private static IEnumerable<string> Problems(Kind kind, JsonObject limit, JsonObject content)
    {
        var spec = content["spec"];
        switch (limit["type"].Text(), kind.Name)
        {
            case ("Container", "Pod"):
                return (spec?["containers"]).Objects().Concat((spec?["initContainers"]).Objects())
                    .SelectMany(container => Problems(limit, Amounts(container["resources"]?["requests"]), Amounts(container["resources"]?["limits"])));
            case ("Pod", "Pod"):
                return Problems(limit, Sum(spec, "requests"), Sum(spec, "limits"));
            case ("PersistentVolumeClaim", "PersistentVolumeClaim"):
                var requests = Amounts(spec?["resources"]?["requests"]);
                return Each(limit, "min", (name, enforced) => Minimum(limit, name, enforced, requests, []))
                    .Concat(Each(limit, "max", (name, enforced) => Maximum(limit, name, enforced, requests, "request", "request")));
            default:
                return [];
        }
    }

    private static IEnumerable<string> Problems(JsonObject limit, Dictionary<string, Quantity> requests, Dictionary<string, Quantity> limits) =>
    [
        .. Each(limit, "min", (name, enforced) => Minimum(limit, name, enforced, requests, limits)),
        .. Each(limit, "max", (name, enforced) => Maximum(limit, name, enforced, limits, "limit", "limit") ?? (requests.TryGetValue(name, out var request) && request.CompareTo(enforced) > 0
            ? $"maximum {name} usage per {limit["type"].Text()} is {enforced}, but request is {request}"
            : null)),
        .. Each(limit, "maxLimitRequestRatio", (name, enforced) => Ratio(limit, name, enforced, requests, limits)),
    ];

    private static IEnumerable<string> Each(JsonObject limit, string member, Func<string, Quantity, string?> check) =>
        Amounts(limit[member]).Select(pair => check(pair.Key, pair.Value)).OfType<string>();

    private static string? Minimum(JsonObject limit, string name, Quantity enforced, Dictionary<string, Quantity> requests, Dictionary<string, Quantity> limits)
    {
        var start = $"minimum {name} usage per {limit["type"].Text()} is {enforced}";
        if (!requests.TryGetValue(name, out var request))
            return start + ".  No request is specified";
        if (request.CompareTo(enforced) < 0)
            return $"{start}, but request is {request}";
        return limits.TryGetValue(name, out var most) && most.CompareTo(enforced) < 0 ? $"{start}, but limit is {most}" : null;
    }

    private static string? Maximum(JsonObject limit, string name, Quantity enforced, Dictionary<string, Quantity> amounts, string missing, string what)
    {
        var start = $"maximum {name} usage per {limit["type"].Text()} is {enforced}";
        if (!amounts.TryGetValue(name, out var amount))
            return $"{start}.  No {missing} is specified";
        return amount.CompareTo(enforced) > 0 ? $"{start}, but {what} is {amount}" : null;
    }

    private static string? Ratio(JsonObject limit, string name, Quantity enforced, Dictionary<string, Quantity> requests, Dictionary<string, Quantity> limits)
    {
        var start = $"{name} max limit to request ratio per {limit["type"].Text()} is {enforced}";
        if (!requests.TryGetValue(name, out var request) || request.Units.IsZero)
            return start + ", but no request is specified or request is 0";
        if (!limits.TryGetValue(name, out var most) || most.Units.IsZero)
            return start + ", but no limit is specified or limit is 0";
        var ratio = (double)most.Units / (double)request.Units;
        return ratio > (double)enforced.Units / 1e9 ? string.Create(CultureInfo.InvariantCulture, $"{start}, but provided ratio is {ratio:F6}") : null;
    }

    // The sum of the containers, or what the greatest init container wants.
    private static Dictionary<string, Quantity> Sum(JsonNode? spec, string member)
    {
        var sum = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var (name, amount) in (spec?["containers"]).Objects().SelectMany(container => Amounts(container["resources"]?[member])))
            sum[name] = sum.TryGetValue(name, out var before) ? before + amount : amount;
        foreach (var (name, amount) in (spec?["initContainers"]).Objects().SelectMany(container => Amounts(container["resources"]?[member])))
        {
            if (!sum.TryGetValue(name, out var before) || amount.CompareTo(before) > 0)
                sum[name] = amount;
        }

        return sum;
    }

    private static Dictionary<string, Quantity> Amounts(JsonNode? amounts)
    {
        var parsed = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var (name, value) in amounts as JsonObject ?? [])
        {
            if (Quantity.TryParse(value.Text() ?? "", out var amount))
                parsed[name] = amount;
        }

        return parsed;
    }
}
