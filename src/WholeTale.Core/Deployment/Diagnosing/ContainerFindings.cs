using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>What keeps one container from running.</summary>
internal static class ContainerFindings
{
    internal static Finding? Find(JsonObject pod, JsonObject container, bool isInitial, LiveObjects live)
    {
        var waiting = container.At("state", "waiting");
        return waiting.Text("reason") switch
        {
            // The kubelet alternates between the two: they are one finding.
            "ErrImagePull" or "ImagePullBackOff" or "ErrImageNeverPull" or "InvalidImageName" or "ImageInspectError" or "RegistryUnavailable" => Image(pod, container, live),
            "PostStartHookError" => Hook(pod, container, waiting.Text("message"), live),
            "CrashLoopBackOff" when HasFailedHook(pod, container, live) => Hook(pod, container, "", live),
            "CrashLoopBackOff" => Crash(pod, container, container.At("lastState", "terminated"), isInitial, live),
            "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError" => new Finding(
                pod, container.Text("name"), waiting.Text("reason"),
                $"Container {container.Text("name")} of pod {pod.Name()} cannot be created: {Sentence(waiting.Text("message"))}",
                "Make what it names, or correct the template."),
            _ when container.At("state", "terminated") is JsonObject ended && ended.Number("exitCode") is > 0 && NeverRestarts(pod) => Crash(pod, container, ended, isInitial, live),
            _ => null,
        };
    }

    // The kubelet kills a container whose postStart hook fails (API reference, Lifecycle), and then it looks like one that crashes.
    private static bool HasFailedHook(JsonObject pod, JsonObject container, LiveObjects live)
    {
        var events = EventLog.Of(pod, container.Text("name"), live).ToList();
        var started = events.LastOrDefault(found => found.Text("reason") == "Started");
        return events.LastOrDefault(found => found.Text("reason") == "FailedPostStartHook") is { } failed
            && (started is null || EventLog.Last(failed) >= EventLog.Last(started));
    }

    private static Finding Hook(JsonObject pod, JsonObject container, string said, LiveObjects live)
    {
        var name = container.Text("name");
        var hook = pod.Items("spec", "containers").FirstOrDefault(item => item.Text("name") == name).At("lifecycle", "postStart", "exec", "command") is JsonArray command
            ? $" ({string.Join(' ', command.Select(word => (string?)word))})"
            : "";
        return new Finding(
            pod, name, "PostStartHookFailed",
            $"Container {name} of pod {pod.Name()} is ended again and again, because its postStart hook{hook} fails{(said.Length == 0 ? "." : $": {Sentence(said)}")}",
            "See what the hook does, what it says and the last lines of the log, and correct what they name.", HasLog: true, Grace: JobAttempts.Grace(pod, live));
    }

    private static bool NeverRestarts(JsonObject pod) => pod.Text("spec", "restartPolicy") == "Never";

    private static Finding Image(JsonObject pod, JsonObject container, LiveObjects live)
    {
        // "Back-off pulling image" does not say why; the event of the last real attempt does.
        var said = container.Text("state", "waiting", "message");
        // (Events of the same reason "Failed" follow that say "Error: ImagePullBackOff" and no more.)
        if (said.Length == 0 || said.StartsWith("Back-off pulling image", StringComparison.Ordinal) && !said.Contains(": ", StringComparison.Ordinal))
        {
            said = EventLog.Of(pod, live).LastOrDefault(found => found.Text("reason") == "Failed" && found.Text("message").StartsWith("Failed to pull image", StringComparison.Ordinal)) is { } found
                ? found.Text("message")
                : said;
        }

        var image = container.Text("image");
        var (reason, advice) = said switch
        {
            _ when Has(said, "x509", "certificate") => ("ImageRegistryUntrusted", "Have the registry use a certificate that the nodes trust."),
            _ when Has(said, "unauthorized", "authentication required", "denied", "no basic auth credentials", "403") => (
                "ImagePullDenied", "Check the image's name, and give the credentials of its registry as an image pull secret."),
            _ when Has(said, "no such host", "connection refused", "i/o timeout", "dial tcp", "TLS handshake timeout", "network is unreachable") => (
                "ImageRegistryUnreachable", "Check that the nodes reach the registry (name, network, proxy)."),
            _ when Has(said, "not found", "manifest unknown", "InvalidImageName", "couldn't parse image", "invalid reference") => (
                "ImageNotFound", "Correct the image in the settings (Images), or push it."),
            _ => ("ImagePullFailed", "Check the image in the settings (Images) and that the nodes reach its registry."),
        };
        return new Finding(
            pod, container.Text("name"), reason, $"The image {image} of container {container.Text("name")} in pod {pod.Name()} cannot be pulled: {Sentence(said)}", advice);
    }

    private static Finding Crash(JsonObject pod, JsonObject container, JsonNode? ended, bool isInitial, LiveObjects live)
    {
        var name = container.Text("name");
        var what = isInitial ? $"Init container {name}" : $"Container {name}";
        if (ended.Text("reason") == "OOMKilled")
        {
            var limit = pod.Items("spec", isInitial ? "initContainers" : "containers").FirstOrDefault(item => item.Text("name") == name).Text("resources", "limits", "memory");
            return new Finding(
                pod, name, "OutOfMemory",
                $"{what} of pod {pod.Name()} was killed because it used more memory than its limit{(limit.Length > 0 ? $" of {limit}" : "")} (exit code {ended.Number("exitCode") ?? 137}).",
                "Raise its memory in the settings.", HasLog: true, Grace: JobAttempts.Grace(pod, live));
        }

        var code = ended.Number("exitCode");
        var signal = code is > 128 and < 160 ? $", signal {code - 128}" : "";
        var message = ended.Text("message").Trim() is { Length: > 0 } said ? $" It left the message: {Sentence(said)}" : "";
        var ends = NeverRestarts(pod) ? "has ended" : "ends again and again";
        return new Finding(
            pod, name, isInitial ? "InitContainerFailed" : NeverRestarts(pod) ? "ContainerFailed" : "CrashLoop",
            $"{what} of pod {pod.Name()} {ends}{(code is null ? "" : $" with exit code {code}{signal}")}.{message}",
            "Read the last lines of its log and correct what they name.", HasLog: true, Grace: JobAttempts.Grace(pod, live));
    }

    private static bool Has(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static string Sentence(string text) => text.Length == 0 ? "the cluster does not say why." : text.EndsWith('.') ? text : text + ".";
}
