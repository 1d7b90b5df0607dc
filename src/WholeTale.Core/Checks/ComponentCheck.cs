using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Checks;

/// <summary>A component is there, whole and ready.</summary>
/// <param name="component">The component's name.</param>
internal sealed class ComponentCheck(string component) : ICheck
{
    public string Name => $"Component {component}";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var deployment = await context.DeploymentAsync(cancellationToken);
        if (deployment.Revision == 0)
            return CheckOutcome.Fail($"{component} is not deployed", "Deploy the platform with Deploy-WholeTale.");
        var state = deployment.Components.FirstOrDefault(found => found.Name == component);
        return state switch
        {
            null => CheckOutcome.Skip($"{component} is no part of the revision {deployment.Revision}"),
            { Status: ComponentStatus.Ready } => CheckOutcome.Pass(state.Ready.Length == 0 ? "all is there" : $"{state.Ready} pods are ready"),
            { Status: ComponentStatus.Progressing or ComponentStatus.Pending } => CheckOutcome.Fail(
                state.Message, "Wait a moment and look again; when it stays so, look at 'Get-WholeTale' for the reason."),
            { Status: ComponentStatus.Missing } => CheckOutcome.Fail(state.Message, "Run Deploy-WholeTale: it makes what is missing."),
            _ => CheckOutcome.Fail(
                state.Message, await HasLogAsync(context, cancellationToken) ? $"Look at its log ({context.LogOf(component)}), correct the cause and run Deploy-WholeTale." : "Correct the cause and run Deploy-WholeTale."),
        };
    }

    // A container whose image cannot be pulled, or whose pod has no node, has written nothing.
    private async Task<bool> HasLogAsync(CheckContext context, CancellationToken cancellationToken) =>
        (await context.Api.ListAsync(ResourceTypes.Pod, context.Namespace, $"{Labels.Ours},{Labels.Component}={component}", cancellationToken)).Items
            .Where(pod => pod.Condition("Ready").Text("status") != "True")
            .SelectMany(pod => pod.Items("status", "containerStatuses"))
            .Any(container => container.At("state", "waiting") is null || container.At("lastState", "terminated") is not null);
}
