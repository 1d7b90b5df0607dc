using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>A Job tries again what has failed, as often as its backoffLimit allows: its condition Failed is the end, not what became of one attempt.</summary>
internal static class JobAttempts
{
    /// <summary>The grace of what ended a pod: unlimited while its Job may try again; null where no Job does.</summary>
    internal static TimeSpan? Grace(JsonObject pod, LiveObjects live) =>
        live.All(ResourceTypes.Job).FirstOrDefault(job => pod.IsOwnedBy(job.Uid())) is { } job && job.Condition("Failed").Text("status") != "True" ? Finding.Unlimited : null;
}
