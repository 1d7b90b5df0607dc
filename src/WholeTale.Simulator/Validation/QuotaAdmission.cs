using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>Refuses what would exceed a ResourceQuota of the namespace.</summary>
internal sealed class QuotaAdmission(KubernetesApi api)
{
    public void Check(WriteRequest request, JsonObject content)
    {
        if (!request.Kind.Namespaced)
            return;
        var quotas = api.Store.List(api.Kinds.Get("v1", "ResourceQuota"), request.Namespace).Items;
        if (quotas.Count == 0)
            return;
        var delta = UsageOf(request.Kind, content);
        if (delta.Count == 0)
            return;
        foreach (var quota in quotas)
            Check(request, content, quota, delta);
    }

    private void Check(WriteRequest request, JsonObject content, StoredObject quota, Dictionary<string, Quantity> delta)
    {
        var hard = quota.Read()["spec"]?["hard"] as JsonObject ?? [];
        var exceeded = new List<(string Name, string Requested, string Used, string Limited)>();
        var missing = new List<string>();
        foreach (var (name, value) in hard.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!delta.TryGetValue(name, out var wanted))
            {
                if (request.Kind.Name == "Pod" && name is "cpu" or "memory" or "requests.cpu" or "requests.memory" or "limits.cpu" or "limits.memory" && request.Kind.Name == "Pod")
                    missing.Add(name);
                continue;
            }

            var used = Used(request, name);
            if (Quantity.TryParse(value.Text() ?? "", out var most) && (used + wanted).CompareTo(most) > 0)
                exceeded.Add((name, wanted.ToString(), used.ToString(), most.ToString()));
        }

        if (missing.Count > 0)
            throw Forbidden(request, content, $"failed quota: {quota.Name}: must specify {string.Join(",", missing.Select(name => name + " for: " + string.Join(",", Containers(content))))}");
        if (exceeded.Count > 0)
        {
            throw Forbidden(request, content, string.Create(
                CultureInfo.InvariantCulture,
                $"exceeded quota: {quota.Name}, requested: {string.Join(",", exceeded.Select(item => item.Name + "=" + item.Requested))}, used: {string.Join(",", exceeded.Select(item => item.Name + "=" + item.Used))}, limited: {string.Join(",", exceeded.Select(item => item.Name + "=" + item.Limited))}"));
        }
    }

    private Quantity Used(WriteRequest request, string name)
    {
        var total = new Quantity(0, QuantityFormat.Decimal);
        foreach (var stored in api.Store.List(request.Kind, request.Namespace).Items)
        {
            var content = stored.Read();
            if (request.Kind.Name == "Pod" && content["status"]?["phase"].Text() is "Succeeded" or "Failed")
                continue;
            if (UsageOf(request.Kind, content).TryGetValue(name, out var amount))
                total = amount + total;
        }

        return total;
    }

    /// <summary>What an object counts for in quotas.</summary>
    public static Dictionary<string, Quantity> UsageOf(Kind kind, JsonObject content)
    {
        var usage = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        var one = new Quantity(1_000_000_000, QuantityFormat.Decimal);
        usage["count/" + kind.GroupResource] = one;
        switch (kind)
        {
            case { Group: "", Name: "Pod" }:
                usage["pods"] = one;
                foreach (var container in (content["spec"]?["containers"] as JsonArray ?? []).OfType<JsonObject>())
                {
                    Sum(usage, container["resources"]?["requests"] as JsonObject, "requests.");
                    Sum(usage, container["resources"]?["limits"] as JsonObject, "limits.");
                }

                foreach (var name in new[] { "cpu", "memory", "ephemeral-storage" })
                {
                    if (usage.TryGetValue("requests." + name, out var amount))
                        usage[name] = amount;
                }

                break;
            case { Group: "", Name: "PersistentVolumeClaim" }:
                usage["persistentvolumeclaims"] = one;
                if (Quantity.TryParse(content["spec"]?["resources"]?["requests"]?["storage"].Text() ?? "", out var storage))
                {
                    usage["requests.storage"] = storage;
                    if (content["spec"]?["storageClassName"].Text() is { Length: > 0 } storageClass)
                    {
                        usage[storageClass + ".storageclass.storage.k8s.io/requests.storage"] = storage;
                        usage[storageClass + ".storageclass.storage.k8s.io/persistentvolumeclaims"] = one;
                    }
                }

                break;
            case { Group: "", Name: "Service" }:
                usage["services"] = one;
                if (content["spec"]?["type"].Text() == "LoadBalancer")
                    usage["services.loadbalancers"] = one;
                if (content["spec"]?["type"].Text() is "NodePort" or "LoadBalancer")
                    usage["services.nodeports"] = new Quantity(1_000_000_000L * (content["spec"]?["ports"] as JsonArray ?? []).Count, QuantityFormat.Decimal);
                break;
            case { Group: "", Name: "ConfigMap" or "Secret" or "ReplicationController" or "ResourceQuota" }:
                usage[kind.Plural] = one;
                break;
            default:
                break;
        }

        return usage;
    }

    private static void Sum(Dictionary<string, Quantity> usage, JsonObject? amounts, string prefix)
    {
        foreach (var (name, value) in amounts ?? [])
        {
            if (Quantity.TryParse(value.Text() ?? "", out var amount))
                usage[prefix + name] = usage.TryGetValue(prefix + name, out var before) ? before + amount : amount;
        }
    }

    private static IEnumerable<string> Containers(JsonObject content) =>
        (content["spec"]?["containers"] as JsonArray ?? []).Select(container => container?["name"].Text() ?? "");

    private static ApiStatusException Forbidden(WriteRequest request, JsonObject content, string problem)
    {
        var name = content["metadata"]?["name"].Text() ?? "";
        return new ApiStatusException(
            403,
            "Forbidden",
            $"{request.Kind.GroupResource} \"{name}\" is forbidden: {problem}",
            ApiStatusException.DetailsOf(request.Kind, name));
    }
}
