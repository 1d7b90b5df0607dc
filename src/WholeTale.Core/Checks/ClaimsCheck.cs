using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Checks;

/// <summary>The platform's claims are bound to volumes.</summary>
internal sealed class ClaimsCheck : ICheck
{
    public string Name => "Claims";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var claims = (await context.Api.ListAsync(ResourceTypes.PersistentVolumeClaim, context.Namespace, $"{Labels.Ours},{Labels.NotTales}", cancellationToken)).Items;
        if (claims.Count == 0)
            return CheckOutcome.Fail("the platform has no claim for its data", "Run Deploy-WholeTale: it makes what is missing.");
        var unbound = claims.Where(claim => claim.Text("status", "phase") != "Bound").Select(claim => $"{claim.Name()} is {claim.Text("status", "phase")}").ToList();
        return unbound.Count == 0
            ? CheckOutcome.Pass($"{Counted.Of(claims.Count, "claim")} {(claims.Count == 1 ? "is" : "are")} bound")
            : CheckOutcome.Fail(string.Join(", ", unbound), "Look at the claims' events (kubectl describe pvc), and at the setting Volumes.StorageClass.");
    }
}
