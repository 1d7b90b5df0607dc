using System.Text.Json.Nodes;
using WholeTale.Core.Deployment;

namespace WholeTale.Core.Tales;

/// <summary>What a tale's pod is doing.</summary>
/// <param name="IsReady">Whether it can be used.</param>
/// <param name="Status">A few words for people.</param>
/// <param name="Trouble">Why it looks hopeless; null where it does not.</param>
internal sealed record TalePodState(bool IsReady, string Status, Diagnosis? Trouble)
{
    /// <summary>Judges a pod.</summary>
    public static TalePodState Of(JsonObject pod)
    {
        var name = (string?)pod["metadata"]?["name"] ?? "";
        if (Condition(pod, "Ready") is { } ready && (string?)ready["status"] == "True")
            return new(true, "ready", null);
        var phase = (string?)pod["status"]?["phase"] ?? "Pending";
        if (phase is "Failed")
            return new(false, phase, Tell(name, "", (string?)pod["status"]?["reason"] ?? "Failed", (string?)pod["status"]?["message"] ?? "its containers ended", "See its log and events (Get-WTLog)."));

        foreach (var list in (string[])["initContainerStatuses", "containerStatuses"])
        {
            foreach (var status in (pod["status"]?[list] as JsonArray ?? []).OfType<JsonObject>())
            {
                if (status["state"]?["waiting"] is JsonObject waiting && Judge(name, (string?)status["name"] ?? "", waiting, status) is { } judged)
                    return judged;
            }
        }

        if (Condition(pod, "PodScheduled") is { } scheduled && (string?)scheduled["status"] == "False" && (string?)scheduled["reason"] == "Unschedulable")
        {
            var message = (string?)scheduled["message"] ?? "";
            // The claim is made just after the Deployment; until it is bound the scheduler says the same word.
            return message.Contains("persistentvolumeclaim", StringComparison.OrdinalIgnoreCase)
                ? new(false, "waiting for its volume", null)
                : new(false, "Unschedulable", Tell(name, "", "Unschedulable", message, "Add nodes, or ask for less memory or fewer processors."));
        }
        return new(false, phase == "Running" ? "waiting for its port" : "starting", null);
    }

    /// <summary>Why a Deployment cannot even make its pod; null where it can.</summary>
    public static Diagnosis? Refusal(JsonObject deployment) =>
        Condition(deployment, "ReplicaFailure") is { } failure && (string?)failure["status"] == "True"
            ? new Diagnosis
            {
                Component = "tale",
                Object = $"Deployment {(string?)deployment["metadata"]?["name"]}",
                Reason = (string?)failure["reason"] ?? "FailedCreate",
                Message = $"The cluster refused the tale's pod: {Sentence((string?)failure["message"] ?? "")}",
                Advice = "Change the quota or the rule that it names, or ask for less.",
            }
            : null;

    private static TalePodState? Judge(string pod, string container, JsonObject waiting, JsonObject status)
    {
        var reason = (string?)waiting["reason"] ?? "";
        var message = (string?)waiting["message"] ?? "";
        return reason switch
        {
            "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" or "ErrImageNeverPull" => new(
                false, reason, Tell(pod, container, reason, $"the image {(string?)status["image"]} cannot be pulled: {message}", "Check the image's name, and the Secret registry-credentials.")),
            "CrashLoopBackOff" => new(
                false, reason, Tell(pod, container, reason, $"the container ends again and again (exit code {ExitCode(status)})", "See its log (Get-WTLog), and the tale's command.")),
            "CreateContainerError" or "RunContainerError" => new(false, reason, Tell(pod, container, reason, message, "See the tale's command, mount point and image.")),
            "CreateContainerConfigError" => new(false, reason, Tell(pod, container, reason, message, "See that the Secrets that the pod names are there.")),
            _ => null,
        };
    }

    private static string ExitCode(JsonObject status) => (status["lastState"]?["terminated"]?["exitCode"] ?? status["state"]?["terminated"]?["exitCode"])?.ToJsonString() ?? "unknown";

    private static Diagnosis Tell(string pod, string container, string reason, string message, string advice) => new()
    {
        Component = "tale",
        Object = $"Pod {pod}",
        Container = container,
        Reason = reason,
        Message = $"The tale's pod {pod} cannot run ({reason}): {Sentence(message)}",
        Advice = advice,
    };

    private static JsonObject? Condition(JsonObject item, string type) =>
        (item["status"]?["conditions"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(condition => (string?)condition["type"] == type);

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
