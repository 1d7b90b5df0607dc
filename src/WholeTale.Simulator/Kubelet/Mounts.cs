using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Kubelet;

/// <summary>What a pod's volumes and environment take from other objects.</summary>
internal static class Mounts
{
    /// <summary>Why a volume cannot be mounted, as the kubelet's FailedMount event says; null when all can.</summary>
    public static string? Problem(World world, JsonObject pod)
    {
        var ns = pod["metadata"]?["namespace"].Text();
        foreach (var volume in pod["spec"].Items("volumes"))
        {
            var name = volume["name"].Text();
            foreach (var source in Sources(volume))
            {
                var (kind, word, target) = source["secretName"].Text() is { } secret ? (world.Secret, "secret", secret)
                    : source["secret"] is JsonObject projected ? (world.Secret, "secret", projected["name"].Text())
                    : source["configMap"] is JsonObject inner ? (world.ConfigMap, "configmap", inner["name"].Text())
                    : (world.ConfigMap, "configmap", source["name"].Text());
                var optional = (source["optional"] ?? source["secret"]?["optional"] ?? source["configMap"]?["optional"]).Flag() == true;
                if (target is not null && !optional && world.Store.Get(kind, ns, target) is null)
                    return $"MountVolume.SetUp failed for volume \"{name}\" : {word} \"{target}\" not found";
            }

            if (volume["persistentVolumeClaim"]?["claimName"].Text() is { } claim
                && world.Store.Get(world.Claim, ns, claim)?.Tree["status"]?["phase"].Text() != "Bound")
            {
                return $"MountVolume.SetUp failed for volume \"{name}\" : error getting PVC {ns}/{claim}: could not find it or it is not bound";
            }
        }

        return null;
    }

    /// <summary>Why a container's environment cannot be made; null when it can.</summary>
    public static string? EnvironmentProblem(World world, string ns, JsonObject container)
    {
        foreach (var from in container.Items("env").Select(variable => variable["valueFrom"]).OfType<JsonObject>())
        {
            if (Missing(world, ns, from["secretKeyRef"], world.Secret, "secret") is { } secret)
                return secret;
            if (Missing(world, ns, from["configMapKeyRef"], world.ConfigMap, "configmap") is { } map)
                return map;
        }

        foreach (var from in container.Items("envFrom"))
        {
            if (Missing(world, ns, from["secretRef"], world.Secret, "secret") is { } secret)
                return secret;
            if (Missing(world, ns, from["configMapRef"], world.ConfigMap, "configmap") is { } map)
                return map;
        }

        return null;
    }

    /// <summary>The environment of a container, as far as it is said in the pod.</summary>
    public static Dictionary<string, string> Environment(World world, JsonObject pod, JsonObject container)
    {
        var ns = pod["metadata"]?["namespace"].Text() ?? "";
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOSTNAME"] = pod["metadata"]?["name"].Text() ?? "",
        };
        foreach (var from in container.Items("envFrom"))
        {
            var prefix = from["prefix"].Text() ?? "";
            var (kind, name) = from["secretRef"] is { } secret ? (world.Secret, secret["name"].Text()) : (world.ConfigMap, from["configMapRef"]?["name"].Text());
            foreach (var (key, _) in world.Store.Get(kind, ns, name ?? "")?.Tree["data"] as JsonObject ?? [])
                environment[prefix + key] = Value(world, ns, kind, name, key) ?? "";
        }

        foreach (var variable in container.Items("env"))
        {
            var from = variable["valueFrom"];
            environment[variable["name"].Text() ?? ""] = variable["value"].Text()
                ?? Value(world, ns, world.Secret, from?["secretKeyRef"]?["name"].Text(), from?["secretKeyRef"]?["key"].Text())
                ?? Value(world, ns, world.ConfigMap, from?["configMapKeyRef"]?["name"].Text(), from?["configMapKeyRef"]?["key"].Text())
                ?? Field(pod, from?["fieldRef"]?["fieldPath"].Text());
        }

        environment["KUBERNETES_SERVICE_HOST"] = "10.96.0.1";
        environment["KUBERNETES_SERVICE_PORT"] = "443";
        environment["HOME"] = "/root";
        return environment;
    }

    /// <summary>A file that a ConfigMap, a Secret or the account's token puts into a container; null when there is none.</summary>
    public static byte[]? File(World world, JsonObject pod, JsonObject container, string path)
    {
        var ns = pod["metadata"]?["namespace"].Text() ?? "";
        if (path.StartsWith("/var/run/secrets/kubernetes.io/serviceaccount/", StringComparison.Ordinal))
        {
            return path.EndsWith("/namespace", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(ns)
                : path.EndsWith("/ca.crt", StringComparison.Ordinal) ? Bytes(Value(world, ns, world.ConfigMap, "kube-root-ca.crt", "ca.crt"))
                : null;
        }

        foreach (var mount in container.Items("volumeMounts"))
        {
            var at = (mount["mountPath"].Text() ?? "").TrimEnd('/');
            if (path != at && !path.StartsWith(at + "/", StringComparison.Ordinal))
                continue;
            var key = mount["subPath"].Text() ?? (path.Length > at.Length ? path[(at.Length + 1)..] : null);
            var volume = pod["spec"].Items("volumes").FirstOrDefault(item => item["name"].Text() == mount["name"].Text());
            if (key is null || volume is null)
                continue;
            var (kind, name) = volume["secret"] is { } secret ? (world.Secret, secret["secretName"].Text()) : (world.ConfigMap, volume["configMap"]?["name"].Text());
            var items = (volume["secret"] ?? volume["configMap"]).Items("items").ToList();
            if (items.Count > 0)
                key = items.FirstOrDefault(item => item["path"].Text() == key)?["key"].Text();
            if (key is not null && Value(world, ns, kind, name, key) is { } found)
                return Encoding.UTF8.GetBytes(found);
        }

        return null;
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static IEnumerable<JsonObject> Sources(JsonObject volume)
    {
        if (volume["secret"] is JsonObject secret)
            yield return secret;
        if (volume["configMap"] is JsonObject map)
            yield return map;
        foreach (var source in volume["projected"].Items("sources").Where(source => source["secret"] is not null || source["configMap"] is not null))
            yield return source;
    }

    private static string? Missing(World world, string ns, JsonNode? reference, Schema.Kind kind, string word)
    {
        if (reference?["name"].Text() is not { } name || reference["optional"].Flag() == true)
            return null;
        if (world.Store.Get(kind, ns, name) is not { } found)
            return $"{word} \"{name}\" not found";
        return reference["key"].Text() is { } key && found.Tree["data"]?[key] is null
            ? $"couldn't find key {key} in {(word == "secret" ? "Secret" : "ConfigMap")} {ns}/{name}"
            : null;
    }

    private static string? Value(World world, string ns, Schema.Kind kind, string? name, string? key)
    {
        if (name is null || key is null || world.Store.Get(kind, ns, name)?.Tree is not { } content)
            return null;
        var text = content["data"]?[key].Text();
        if (kind != world.Secret || text is null)
            return text;
        return Encoding.UTF8.GetString(Convert.FromBase64String(text));
    }

    private static string Field(JsonObject pod, string? path) => path switch
    {
        "metadata.name" => pod["metadata"]?["name"].Text() ?? "",
        "metadata.namespace" => pod["metadata"]?["namespace"].Text() ?? "",
        "metadata.uid" => pod["metadata"]?["uid"].Text() ?? "",
        "spec.nodeName" => pod["spec"]?["nodeName"].Text() ?? "",
        "spec.serviceAccountName" => pod["spec"]?["serviceAccountName"].Text() ?? "",
        "status.podIP" => pod["status"]?["podIP"].Text() ?? "",
        "status.hostIP" => pod["status"]?["hostIP"].Text() ?? "",
        _ => "",
    };
}
