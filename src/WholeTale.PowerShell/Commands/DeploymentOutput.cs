using WholeTale.Core;
using WholeTale.Core.Deployment;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>What a command gives of a run that deploys, forth or back.</summary>
internal static class DeploymentOutput
{
    /// <summary>Writes the deployment that a run ends with; of one that fails, what has come of it, before the error.</summary>
    /// <param name="pipeline">Where to.</param>
    /// <param name="run">The run.</param>
    /// <param name="unfinished">What has come of a run that failed; null where that is not wanted, or nothing has.</param>
    internal static async Task WriteAsync(Pipeline pipeline, Func<Task<Deployment>> run, Func<Deployment?> unfinished)
    {
        try
        {
            pipeline.WriteObject(Credentials.AddTo(await run()));
        }
        catch (WholeTaleException) when (unfinished() is { } deployment)
        {
            pipeline.WriteObject(deployment);
            throw;
        }
    }
}
