using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace WholeTale.Core.Tests.Tales;

/// <summary>What holds of every tale's objects: they are what Kubernetes' client reads strictly, names and labels are within the limits, and selectors select.</summary>
internal static partial class TaleValidity
{
    public static void Holds(IReadOnlyList<JsonObject> objects)
    {
        foreach (var item in objects)
        {
            var json = item.ToJsonString();
            _ = (string)item["kind"]! switch
            {
                "Deployment" => (object)KubernetesYaml.Deserialize<V1Deployment>(json, strict: true),
                "Secret" => KubernetesYaml.Deserialize<V1Secret>(json, strict: true),
                "Service" => KubernetesYaml.Deserialize<V1Service>(json, strict: true),
                "Ingress" => KubernetesYaml.Deserialize<V1Ingress>(json, strict: true),
                "PersistentVolumeClaim" => KubernetesYaml.Deserialize<V1PersistentVolumeClaim>(json, strict: true),
                var kind => throw new InvalidOperationException($"a tale has no {kind}"),
            };
            Assert.Matches(Name(), (string)item["metadata"]!["name"]!);
            foreach (var (_, value) in item["metadata"]!["labels"]!.AsObject())
                Assert.Matches(Label(), (string)value!);
        }
        var labels = objects[0]["spec"]!["template"]!["metadata"]!["labels"]!.AsObject();
        foreach (var selector in (JsonNode[])[objects[0]["spec"]!["selector"]!["matchLabels"]!, objects.Single(item => (string?)item["kind"] == "Service")["spec"]!["selector"]!])
        {
            foreach (var (label, value) in selector.AsObject())
                Assert.Equal((string?)value, (string?)labels[label]);
        }
        foreach (var mount in TaleSamples.MainOf(objects)["volumeMounts"]!.AsArray())
        {
            if ((string?)mount!["subPath"] is { } path)
                Assert.Matches(SubPath(), path);
        }
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"\A(workspaces|homes)/[A-Za-z0-9]/[A-Za-z0-9][-A-Za-z0-9_.]*\z")]
    private static partial Regex SubPath();
}
