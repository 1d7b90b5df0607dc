using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Warnings;

/// <summary>What the API server of 1.26 warns of where it takes an object (WarningsOnCreate and WarningsOnUpdate of its strategies).</summary>
internal static class WriteWarnings
{
    private const string _ingressClass = "kubernetes.io/ingress.class";
    private const string _storageClass = "volume.beta.kubernetes.io/storage-class";

    /// <summary>The warnings about an object that passed validation.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="next">What is to be stored.</param>
    /// <param name="old">What was; null for a new object.</param>
    public static IEnumerable<string> Of(Kind kind, JsonObject next, JsonObject? old)
    {
        switch (kind.Group, kind.Name)
        {
            // A pod's update is a machine's, seldom a person's: nothing is said of it.
            case ("", "Pod"):
                return old is null ? new PodWarnings("", next["spec"] as JsonObject, next["metadata"]).All() : [];
            case ("apps", "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet") or ("batch", "Job"):
                return Changed(next, old) ? Template(next["spec"]?["template"], "spec.template") : [];
            case ("batch", "CronJob"):
                var template = Changed(next, old) ? Template(next["spec"]?["jobTemplate"]?["spec"]?["template"], "spec.jobTemplate.spec.template") : [];
                return next["spec"]?["schedule"].Text()?.Contains("TZ", StringComparison.Ordinal) == true ? template.Append(TimeZone) : template;
            case ("networking.k8s.io", "Ingress"):
                return old is null && next["metadata"]?["annotations"]?[_ingressClass] is not null
                    ? [$"annotation {GoSyntax.Quote(_ingressClass)} is deprecated, please use 'spec.ingressClassName' instead"]
                    : [];
            case ("", "PersistentVolumeClaim"):
                return Class(next).Concat(Storage(next["spec"]?["resources"]?["requests"], "spec.resources.requests"));
            case ("", "PersistentVolume"):
                return Class(next).Concat(Storage(next["spec"]?["capacity"], "spec.capacity"));
            default:
                return [];
        }
    }

    /// <summary>Warns of an amount of storage that is no whole number of bytes.</summary>
    public static IEnumerable<string> Storage(JsonNode? amounts, string path) => Fractions(amounts, path, "storage");

    /// <summary>Warns of amounts that are no whole numbers of bytes.</summary>
    public static IEnumerable<string> Fractions(JsonNode? amounts, string path, params string[] names)
    {
        foreach (var name in names)
        {
            // MilliValue: what is finer than a thousandth is rounded up.
            if (Quantity.TryParse(amounts?[name].Text() ?? "", out var amount) && !(amount.Units % 1_000_000_000).IsZero)
                yield return $"{path}[{name}]: fractional byte value {GoSyntax.Quote(amount.ToString())} is invalid, must be an integer";
        }
    }

    // The path is the server's own slip (cronjob/strategy.go).
    private const string TimeZone =
        "CRON_TZ or TZ used in spec.spec.schedule is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details";

    private static bool Changed(JsonObject next, JsonObject? old) =>
        old is null || next["metadata"]?["generation"].Number() != old["metadata"]?["generation"].Number();

    private static IEnumerable<string> Template(JsonNode? template, string path) =>
        new PodWarnings(path + ".", template?["spec"] as JsonObject, template?["metadata"]).All();

    private static IEnumerable<string> Class(JsonObject content)
    {
        if (content["metadata"]?["annotations"]?[_storageClass] is not null)
            yield return $"metadata.annotations[{_storageClass}]: deprecated since v1.8; use \"storageClassName\" attribute instead";
    }
}
