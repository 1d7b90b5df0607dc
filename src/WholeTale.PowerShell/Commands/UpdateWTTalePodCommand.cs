using System.Management.Automation;
using WholeTale.Core.Clusters;
using WholeTale.Core.Tales;
using WholeTale.PowerShell.Pipelines;
using WholeTale.PowerShell.Tales;

namespace WholeTale.PowerShell.Commands;

/// <summary>Gives running tales another image or other limits; their workspaces stay.</summary>
/// <remarks>The tale's pod is replaced, and the command waits until the new one is ready. What is not given stays as it is.</remarks>
/// <example>
///   <code>Get-WTTalePod wholetale -User ada | Update-WTTalePod -Memory 4Gi</code>
///   <para>Gives the tales of a user more memory.</para>
/// </example>
[Cmdlet(VerbsData.Update, "WTTalePod", SupportsShouldProcess = true, DefaultParameterSetName = "InstanceId")]
[OutputType(typeof(TalePod))]
public sealed class UpdateWTTalePodCommand : TaleCommand
{
    /// <summary>Another image.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Image { get; set; } = "";

    /// <summary>Another memory limit, in docker's form (2048m, 2g) or Kubernetes' (2Gi).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Memory { get; set; } = "";

    /// <summary>Another processor limit, a Kubernetes quantity.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Cpu { get; set; } = "";

    private protected override async Task ProcessTaleAsync(TalePod tale, Cluster cluster, TalePods tales, Pipeline pipeline, CancellationToken cancellationToken)
    {
        var change = new TaleChange { Image = Image, Memory = Memory, Cpu = Cpu };
        if (!pipeline.ShouldProcess(tale.ToString(), "Replace the pod of the tale"))
            return;
        await Work.StartAsync(async () => pipeline.WriteObject(TaleOutput.Of(await tales.UpdateAsync(tale, change, cancellationToken), cluster)), pipeline, cancellationToken);
    }
}
