using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>A Job is ready when it has done its work. kstatus is content once it runs; what follows here relies on the result.</summary>
internal sealed class JobReadiness : IReadinessRule
{
    public ResourceType Type => ResourceTypes.Job;

    public ReadinessState Evaluate(JsonObject item, LiveObjects live)
    {
        if (item.Condition("Failed") is { } failed && failed.Text("status") == "True")
            return ReadinessState.Failed($"it failed ({failed.Text("reason")}): {failed.Text("message")}");
        if (item.Condition("Complete")?.Text("status") == "True" || item.Flag("spec", "suspend"))
            return ReadinessState.Ready;
        return ReadinessState.Waiting($"{item.Number("status", "succeeded") ?? 0} of {item.Number("spec", "completions") ?? 1} runs are done");
    }
}
