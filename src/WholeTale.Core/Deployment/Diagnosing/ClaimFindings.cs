using System.Text.Json.Nodes;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>What keeps a claim from being bound.</summary>
internal static class ClaimFindings
{
    internal static IEnumerable<Finding> Find(JsonObject claim, LiveObjects live)
    {
        if (claim.Text("status", "phase") == "Bound" || claim.IsDeleting())
            yield break;
        var name = claim.Text("spec", "storageClassName");
        var known = live.All(ResourceTypes.StorageClass).Select(item => item.Name()).Order(StringComparer.Ordinal).ToList();
        var existing = known.Count == 0 ? "the cluster has none" : $"the cluster has {string.Join(", ", known)}";
        if (live.IsComplete(ResourceTypes.StorageClass) && claim.At("spec", "volumeName") is null && ClaimReadiness.ClassOf(claim, live) is null)
        {
            if (name.Length > 0)
            {
                yield return new Finding(
                    claim, "", "StorageClassMissing", $"Claim {claim.Name()} asks for the storage class {name}, which does not exist; {existing}.",
                    "Set Volumes.StorageClass to one of them, or make the class.");
                yield break;
            }

            if (claim.At("spec", "storageClassName") is null)
            {
                yield return new Finding(
                    claim, "", "StorageClassMissing", $"Claim {claim.Name()} names no storage class and the cluster has no default one; {existing}.",
                    "Set Volumes.StorageClass to one of them, or make one the default.");
                yield break;
            }
        }

        if (EventLog.Newest(claim, live, "ProvisioningFailed") is not { } failed || Last("ProvisioningSucceeded") >= EventLog.Last(failed))
            yield break;

        // The attempt that has begun since may succeed. (ExternalProvisioning says nothing: it comes every 15 s, whatever the provisioner does.)
        var grace = Last("Provisioning") > EventLog.Last(failed) ? Retries.Patience : Retries.Grace(failed.Text("message"));
        yield return new Finding(
            claim, "", "ProvisioningFailed", $"The volume of claim {claim.Name()} (class {(name.Length > 0 ? name : "default")}) cannot be made: {failed.Text("message").TrimEnd('.')}.",
            "Correct what it names (size, quota of disks, class), or use another storage class.", Grace: grace);

        DateTimeOffset? Last(string reason) => EventLog.Newest(claim, live, reason) is { } found ? EventLog.Last(found) : null;
    }
}
