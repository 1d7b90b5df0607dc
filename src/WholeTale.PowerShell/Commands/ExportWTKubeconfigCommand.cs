using System.Management.Automation;
using WholeTale.Core.Clusters;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Writes a cluster into a kubeconfig, for kubectl and other clients.</summary>
/// <remarks>What else stands in the file stays. The cluster's context becomes the current one. Only the file's owner can read it.</remarks>
/// <example>
///   <code>Get-WTCluster wholetale | Export-WTKubeconfig -Path ./wholetale.kubeconfig</code>
///   <para>Afterwards 'kubectl --kubeconfig wholetale.kubeconfig get pods' works.</para>
/// </example>
[Cmdlet(VerbsData.Export, "WTKubeconfig", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportWTKubeconfigCommand : ClusterCommand
{
    /// <summary>The file. By default the first file of KUBECONFIG, else the user's own kubeconfig (~/.kube/config).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Writes the access token of this moment, which ends within an hour, in place of the program that gives fresh ones (gke-gcloud-auth-plugin). For machines that lack the program.</summary>
    [Parameter]
    public SwitchParameter WithToken { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        var path = Path is null ? DefaultPath() : pipeline.ResolvePath(Path);
        if (!pipeline.ShouldProcess(path, $"Write the cluster {cluster.Name}"))
            return;
        await KubeconfigFile.WriteAsync(cluster, path, WithToken, cancellationToken);
        pipeline.WriteObject(new FileInfo(path));
    }

    // As kubectl: what is changed goes into the first file of the list.
    private static string DefaultPath() =>
        Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()
        ?? System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".kube", "config");
}
