using System.Text.Json.Nodes;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>What keeps an Ingress from working: no such class, no such backend, or what its controller complains of.</summary>
internal static class IngressFindings
{
    internal static IEnumerable<Finding> Find(JsonObject ingress, LiveObjects live)
    {
        var name = ingress.Text("spec", "ingressClassName");
        var known = live.All(ResourceTypes.IngressClass).Select(item => item.Name()).Order(StringComparer.Ordinal).ToList();

        // GKE's controller knows its classes without objects.
        if (live.IsComplete(ResourceTypes.IngressClass) && name.Length > 0 && !known.Contains(name) && !name.StartsWith("gce", StringComparison.Ordinal) && !ingress.Items("status", "loadBalancer", "ingress").Any())
        {
            yield return new Finding(
                ingress, "", "IngressClassMissing",
                $"Ingress {ingress.Name()} asks for the class {name}, which does not exist; the cluster has {(known.Count == 0 ? "none" : string.Join(", ", known))}.",
                "Set Ingress.Class to one of them, or install the controller.");
        }

        foreach (var service in IngressReadiness.Services(ingress))
        {
            if (live.Find(new ObjectReference(ResourceTypes.Service, ingress.Namespace(), service)) is null)
            {
                yield return new Finding(
                    ingress, "", "BackendMissing", $"Ingress {ingress.Name()} leads to the Service {service}, which does not exist.", "Deploy the component that it belongs to, or correct the template.");
            }
        }

        if (IngressReadiness.States(ingress).Count == 0 && !ingress.Items("status", "loadBalancer", "ingress").Any()
            && EventLog.Newest(ingress, live, "Translate", "Sync", "Failed", "Rejected") is { } found && found.Text("type") == "Warning")
        {
            yield return new Finding(ingress, "", "IngressRefused", $"The controller of Ingress {ingress.Name()} refuses it: {found.Text("message").TrimEnd('.')}.", "Correct what it names.");
        }
    }
}
