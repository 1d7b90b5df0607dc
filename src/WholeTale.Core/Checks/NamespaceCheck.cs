using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Checks;

/// <summary>The namespace is there and stays, and a deploy into it has ended well.</summary>
internal sealed class NamespaceCheck : ICheck
{
    public string Name => "Namespace";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var name = context.Namespace;
        var found = await context.Api.FindAsync(new ObjectReference(ResourceTypes.Namespace, null, name), cancellationToken);
        if (found is null)
            return CheckOutcome.Fail($"there is no namespace {name}", "Deploy the platform with Deploy-WholeTale.");
        if (found.IsDeleting())
            return CheckOutcome.Fail($"the namespace {name} is being deleted", "Wait until it is gone, then deploy the platform with Deploy-WholeTale.");
        var deployment = await context.DeploymentAsync(cancellationToken);
        return deployment switch
        {
            { Revision: 0 } => CheckOutcome.Fail($"no deploy is recorded in the namespace {name}", "Deploy the platform with Deploy-WholeTale."),
            { Warnings: [var warning, ..] } when warning.EndsWith(DeploymentStatus.Finish, StringComparison.Ordinal) => CheckOutcome.Warn(warning[..^DeploymentStatus.Finish.Length], DeploymentStatus.Finish),
            { Warnings: [var warning, ..] } => CheckOutcome.Warn(warning, "Correct what it names and run Deploy-WholeTale."),
            _ => CheckOutcome.Pass($"revision {deployment.Revision} is deployed in the namespace {name}"),
        };
    }
}
