using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Makes and deletes a StatefulSet's pods and their claims, each under its ordinal (stateful_pod_control.go).</summary>
internal sealed class StatefulPods(World world)
{
    private const string Component = "statefulset-controller";

    /// <summary>The ordinal in a pod's name; -1 for a name of another form.</summary>
    public static int Ordinal(string set, string pod) =>
        pod.Length > set.Length + 1 && pod.StartsWith(set + "-", StringComparison.Ordinal)
        && int.TryParse(pod.AsSpan(set.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : -1;

    public void Create(StoredObject set, JsonObject content, JsonNode? template, string revision, int ordinal)
    {
        var name = $"{set.Name}-{ordinal}";
        try
        {
            CreateClaims(set, content, name);
            world.Manager.Create(world.Pod, Pod(set, content, template, revision, name));
        }
        catch (ApiStatusException exception) when (exception.Reason != "AlreadyExists")
        {
            world.Tell(set, Component, "Warning", "FailedCreate", $"create Pod {name} in StatefulSet {set.Name} failed error: {exception.Message}");
            throw;
        }

        world.Tell(set, Component, "Normal", "SuccessfulCreate", $"create Pod {name} in StatefulSet {set.Name} successful");
    }

    public void Delete(StoredObject set, string name)
    {
        world.Manager.Delete(world.Pod, set.Namespace, name);
        world.Tell(set, Component, "Normal", "SuccessfulDelete", $"delete Pod {name} in StatefulSet {set.Name} successful");
    }

    private static JsonObject Pod(StoredObject set, JsonObject content, JsonNode? template, string revision, string name)
    {
        var pod = PodTemplate.Instantiate(template, set, name, set.Name + "-");
        var labels = pod.Metadata().Child("labels");
        labels["controller-revision-hash"] = revision;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        var spec = pod.Spec();
        spec["hostname"] = name;
        if (content["spec"]?["serviceName"].Text() is { Length: > 0 } service)
            spec["subdomain"] = service;
        var claims = content["spec"].Items("volumeClaimTemplates").Select(claim => claim["metadata"]?["name"].Text() ?? "").ToList();
        if (claims.Count == 0)
            return pod;
        var volumes = new JsonArray();
        foreach (var claim in claims)
        {
            volumes.Add((JsonNode)new JsonObject
            {
                ["name"] = claim,
                ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = $"{claim}-{name}" },
            });
        }

        foreach (var volume in spec.Items("volumes").Where(volume => !claims.Contains(volume["name"].Text() ?? "")))
            volumes.Add(volume.DeepClone());
        spec["volumes"] = volumes;
        return pod;
    }

    private void CreateClaims(StoredObject set, JsonObject content, string pod)
    {
        foreach (var template in content["spec"].Items("volumeClaimTemplates"))
        {
            var name = $"{template["metadata"]?["name"].Text()}-{pod}";
            if (world.Store.Get(world.Claim, set.Namespace, name) is not null)
                continue;
            var metadata = new JsonObject { ["name"] = name, ["namespace"] = set.Namespace };
            var labels = template["metadata"]?["labels"]?.DeepClone() as JsonObject ?? [];
            foreach (var (key, value) in content["spec"]?["selector"]?["matchLabels"] as JsonObject ?? [])
                labels[key] = value?.DeepClone();
            metadata["labels"] = labels;
            if (template["metadata"]?["annotations"] is { } annotations)
                metadata["annotations"] = annotations.DeepClone();
            world.Manager.Create(world.Claim, new JsonObject { ["metadata"] = metadata, ["spec"] = template["spec"]?.DeepClone() });
            world.Tell(set, Component, "Normal", "SuccessfulCreate", $"create Claim {name} Pod {pod} in StatefulSet {set.Name} success");
        }
    }
}
