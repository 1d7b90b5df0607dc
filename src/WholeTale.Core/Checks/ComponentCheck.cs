using WholeTale.Core.Deployment;

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
                state.Message, "Wait a moment and look again; when it stays so, look at 'Get-WholeTale' and 'Get-WTLog' for the reason."),
            { Status: ComponentStatus.Missing } => CheckOutcome.Fail(state.Message, "Run Deploy-WholeTale: it makes what is missing."),
            _ => CheckOutcome.Fail(state.Message, $"Look at its log (Get-WTLog -Component {component}), correct the cause and run Deploy-WholeTale."),
        };
    }
}
