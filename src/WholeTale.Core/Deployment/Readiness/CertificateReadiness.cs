using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>A Certificate of cert-manager is ready when it says so. A refused order fails it: cert-manager tries again only after an hour (cert-manager.io/docs/faq, "backoff").</summary>
internal sealed class CertificateReadiness : IReadinessRule
{
    public ResourceType Type { get; } = new("cert-manager.io", "v1", "Certificate", "certificates", true);

    public ReadinessState Evaluate(JsonObject item, LiveObjects live)
    {
        if (item.Condition("Ready") is { } ready && ready.Text("status") == "True")
            return ReadinessState.Ready;
        if (item.Condition("Issuing") is { } issuing && issuing.Text("status") == "False" && issuing.Text("reason") == "Failed")
            return ReadinessState.Failed($"cert-manager could not have it issued: {issuing.Text("message").TrimEnd('.')}");
        return ReadinessState.Waiting(item.Condition("Ready").Text("message") is { Length: > 0 } message ? message.TrimEnd('.') : "cert-manager has not begun to have it issued");
    }
}
