using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>
/// A container that runs and does not pass its readiness probe. Many do not at first, so it counts only from the number of failures on at which the cluster itself
/// takes the container for unready, and is given some multiples of that time. (A liveness or startup probe that fails ends the container: that is a crash loop.)
/// </summary>
internal static class ProbeFindings
{
    private const int Patience = 5;

    internal static Finding? Find(JsonObject pod, JsonObject container, LiveObjects live)
    {
        var name = container.Text("name");
        if (container.At("state", "running") is null || container.Flag("ready") || pod.Items("spec", "containers").FirstOrDefault(item => item.Text("name") == name)?["readinessProbe"] is not JsonObject probe)
            return null;
        if (EventLog.Of(pod, name, live).LastOrDefault(IsFailedProbe) is not { } failed)
            return null;

        // Defaults of a probe: every 10 s, unready after 3 failures.
        var threshold = probe.Number("failureThreshold") ?? 3;
        if ((failed.Number("count") ?? failed.Number("series", "count") ?? 1) < threshold)
            return null;
        return new Finding(
            pod, name, "ProbeFailing", $"Container {name} of pod {pod.Name()} runs and does not become ready: {failed.Text("message").TrimEnd('.')}.",
            "See in its log why the container does not answer its probe, or correct the probe.", HasLog: true,
            Grace: TimeSpan.FromSeconds(Patience * threshold * (probe.Number("periodSeconds") ?? 10)));
    }

    private static bool IsFailedProbe(JsonObject found) => found.Text("reason") == "Unhealthy" && found.Text("message").StartsWith("Readiness", StringComparison.Ordinal);
}
