using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using WholeTale.Core.Configuration;
using WholeTale.Core.Tales;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;
using WholeTale.PowerShell.Tales;

namespace WholeTale.PowerShell.Commands;

/// <summary>Runs tales in pods, and returns each when it is ready.</summary>
/// <remarks>
/// Requests may come by pipeline, with the names of Girder's image configuration; they are started side by side, and each is written when it runs. What a failed launch made is removed.
/// -InstanceId alone is enough for an instance that Girder knows: tale, image, configuration and user are looked up there, and what is given beside it wins.
/// An instance that runs already is returned as it is. The address with the token is the property TokenUrl, a secret.
/// </remarks>
/// <example>
///   <code>New-WTTalePod -Cluster wholetale -Image jupyter/base-notebook -Name 'My tale'</code>
///   <para>Runs a notebook.</para>
/// </example>
/// <example>
///   <code>Import-Csv tales.csv | New-WTTalePod -Cluster wholetale</code>
///   <para>Runs a tale for each line; the columns are named as the parameters.</para>
/// </example>
/// <example>
///   <code>New-WTTalePod wholetale -Path tales.psd1, more/*.json</code>
///   <para>Runs the tales of files: psd1 (a table with a list Tales), JSON or CSV.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "WTTalePod", SupportsShouldProcess = true, DefaultParameterSetName = ByTale)]
[OutputType(typeof(TalePod))]
public sealed class NewWTTalePodCommand : ClusterCommand
{
    private const string ByTale = "Tale";
    private const string ByPath = "Path";

    private TaleWork? work;
    private bool isNameFromCluster;

    /// <summary>The image's reference. Where there is none, the instance is looked up in Girder.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [Alias("ImageDigest")]
    [AllowEmptyString]
    public string Image { get; set; } = "";

    /// <summary>Files that list tales: psd1, JSON or CSV. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The tale's name; any text.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [Alias("Tale", "Title")]
    [AllowEmptyString]
    public string Name { get; set; } = "";

    /// <summary>The login of the user it runs for.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [Alias("Login")]
    [AllowEmptyString]
    public string User { get; set; } = "";

    /// <summary>The user's id in Girder; only the mounter needs it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [AllowEmptyString]
    public string UserId { get; set; } = "";

    /// <summary>The instance's id. By default one is made up (24 hexadecimal digits).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [AllowEmptyString]
    public string InstanceId { get; set; } = "";

    /// <summary>The tale's id in Girder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [AllowEmptyString]
    public string TaleId { get; set; } = "";

    /// <summary>The command as sh would split it, with {port}, {token}, {base_path}, {ip}. By default the image's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [AllowEmptyString]
    public string Command { get; set; } = "";

    /// <summary>The port that it listens on. By default what Girder knows of the instance, else 8888.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>Environment variables, each NAME=value.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [AllowEmptyCollection]
    public string[] Environment { get; set; } = [];

    /// <summary>Memory in docker's form (2048m, 2g) or Kubernetes' (2Gi). By default the setting Tales.DefaultMemory.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [Alias("MemLimit")]
    [AllowEmptyString]
    public string Memory { get; set; } = "";

    /// <summary>Processors as a Kubernetes quantity, e.g. 500m or 2. By default no limit.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [AllowEmptyString]
    public string Cpu { get; set; } = "";

    /// <summary>Docker's CPU shares (1024 for one processor), a weight and no limit.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [ValidateRange(0, 262144)]
    public int CpuShares { get; set; }

    /// <summary>Graphics processors.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [ValidateRange(0, 64)]
    public int Gpus { get; set; }

    /// <summary>Where the workspace is mounted. By default what Girder knows of the instance, else /home/jovyan/work.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [Alias("TargetMount")]
    [ValidateNotNullOrEmpty]
    public string MountPoint { get; set; } = "";

    /// <summary>Path of the URL, with {token}.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [AllowEmptyString]
    public string UrlPath { get; set; } = "";

    /// <summary>An existing claim to have the workspace on, e.g. one that Remove-WTTalePod -KeepVolume kept. By default a new one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [AllowEmptyString]
    public string Workspace { get; set; } = "";

    /// <summary>The data session's id; only the mounter needs it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [AllowEmptyString]
    public string SessionId { get; set; } = "";

    /// <summary>The user's Girder API key; only the mounter needs it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    public SecureString? ApiKey { get; set; }

    /// <summary>After how long without use the tale may be culled, as a time span or in seconds. By default the setting Tales.IdleTimeout.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [Duration]
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>Labels that the tale's node must have, as a table.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByTale)]
    [ValidateNotNull]
    public IDictionary NodeSelector { get; set; } = new Hashtable();

    /// <summary>Writes each tale's address with its token, for all to see who see the output. By default the token is a secret.</summary>
    [Parameter]
    public SwitchParameter ShowToken { get; set; }

    /// <summary>How many tales are started at once.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = 32;

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        work = new TaleWork(ThrottleLimit);
        // A cluster that comes by pipeline has a name too, and it is not the tale's.
        isNameFromCluster = !MyInvocation.BoundParameters.ContainsKey(nameof(Cluster)) && !MyInvocation.BoundParameters.ContainsKey(nameof(Name));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        var tales = work!.On(cluster, pipeline);
        var requests = ParameterSetName == ByPath ? TaleFiles.Read(Path, pipeline) : [Request()];
        foreach (var request in requests)
        {
            var target = request.Image.Length > 0 ? request.ToString() : request.InstanceId;
            if (pipeline.ShouldProcess(cluster.Name, $"Run the tale {target}"))
            {
                await work.StartAsync(
                    async () => pipeline.WriteObject(TaleOutput.Of(await LaunchAsync(request, tales, cancellationToken), cluster, ShowToken)), pipeline, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken) => work!.FinishAsync();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            work?.Dispose();
        base.Dispose(disposing);
    }

    // What Girder does not say, or not as wanted, the parameters say.
    private static async Task<TalePod> LaunchAsync(TaleRequest request, TalePods tales, CancellationToken cancellationToken)
    {
        if (request.Image.Length == 0 && request.InstanceId.Length > 0)
            request = await tales.LookUpAsync(request, cancellationToken);
        return await tales.LaunchAsync(request, cancellationToken);
    }

    private TaleRequest Request() => new()
    {
        Image = Image,
        Name = isNameFromCluster && Name == Cluster.Name ? "" : Name,
        User = User,
        UserId = UserId,
        InstanceId = InstanceId,
        TaleId = TaleId,
        Command = Command,
        Port = Port,
        Environment = Environment,
        Memory = Memory,
        Cpu = Cpu,
        CpuShares = CpuShares,
        Gpus = Gpus,
        NodeSelector = NodeSelector.Cast<DictionaryEntry>().ToDictionary(entry => $"{entry.Key}", entry => $"{entry.Value}", StringComparer.Ordinal),
        MountPoint = MountPoint,
        UrlPath = UrlPath,
        Workspace = Workspace,
        SessionId = SessionId,
        ApiKey = ApiKey is null ? null : new Secret(new NetworkCredential("", ApiKey).Password),
        IdleTimeout = IdleTimeout,
    };
}
