using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tales;

/// <summary>What is to run. Names follow Girder's image configuration.</summary>
public sealed record TaleRequest
{
    /// <summary>The port where none is given.</summary>
    public const int DefaultPort = 8888;

    /// <summary>The mount point where none is given.</summary>
    public const string DefaultMountPoint = "/home/jovyan/work";

    /// <summary>The instance's id; made up (24 hexadecimal digits) where none is given.</summary>
    public string InstanceId { get; init; } = "";

    /// <summary>The tale's id.</summary>
    public string TaleId { get; init; } = "";

    /// <summary>The tale's name; any text.</summary>
    public string Name { get; init; } = "";

    /// <summary>The login of the user it runs for.</summary>
    public string User { get; init; } = "";

    /// <summary>The user's id in Girder; only the mounter needs it.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The image's reference.</summary>
    public required string Image { get; init; }

    /// <summary>The command as sh would split it, with <c>{port}</c>, <c>{token}</c>, <c>{base_path}</c>, <c>{ip}</c>; empty for the image's own.</summary>
    public string Command { get; init; } = "";

    /// <summary>The port it listens on, 1 to 65535; null for <see cref="DefaultPort"/>.</summary>
    public int? Port { get; init; }

    /// <summary>Environment, each <c>NAME=value</c>; of equal names the last counts.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Memory in docker's form (<c>2048m</c>, <c>2g</c>) or Kubernetes' (<c>2Gi</c>); empty for the setting's.</summary>
    public string Memory { get; init; } = "";

    /// <summary>Processors as a Kubernetes quantity; empty for no limit.</summary>
    public string Cpu { get; init; } = "";

    /// <summary>Docker's CPU shares (1024 for one processor), a weight and no limit; 0 for none.</summary>
    public int CpuShares { get; init; }

    /// <summary>Graphics processors; 0 for none.</summary>
    public int Gpus { get; init; }

    /// <summary>Labels that a node must have.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the workspace is mounted; empty for <see cref="DefaultMountPoint"/>.</summary>
    public string MountPoint { get; init; } = "";

    /// <summary>Path of the URL, with <c>{token}</c>.</summary>
    public string UrlPath { get; init; } = "";

    /// <summary>An existing claim to have the workspace on, e.g. one that a removal kept; empty for a new one.</summary>
    public string Workspace { get; init; } = "";

    /// <summary>The data session's id; only the mounter needs it.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>After how long without use it may be culled; null for the setting's.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>The user's Girder API key; null where the mounter is not used.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>This request where it says something, else another.</summary>
    public TaleRequest Over(TaleRequest other)
    {
        ArgumentNullException.ThrowIfNull(other);
        static string Either(string mine, string theirs) => mine.Length > 0 ? mine : theirs;
        return other with
        {
            InstanceId = Either(InstanceId, other.InstanceId),
            TaleId = Either(TaleId, other.TaleId),
            Name = Either(Name, other.Name),
            User = Either(User, other.User),
            UserId = Either(UserId, other.UserId),
            Image = Either(Image, other.Image),
            Command = Either(Command, other.Command),
            Port = Port ?? other.Port,
            Environment = [.. other.Environment, .. Environment],
            Memory = Either(Memory, other.Memory),
            Cpu = Either(Cpu, other.Cpu),
            CpuShares = CpuShares > 0 ? CpuShares : other.CpuShares,
            Gpus = Gpus > 0 ? Gpus : other.Gpus,
            NodeSelector = NodeSelector.Count > 0 ? NodeSelector : other.NodeSelector,
            MountPoint = Either(MountPoint, other.MountPoint),
            UrlPath = Either(UrlPath, other.UrlPath),
            Workspace = Either(Workspace, other.Workspace),
            SessionId = Either(SessionId, other.SessionId),
            IdleTimeout = IdleTimeout ?? other.IdleTimeout,
            ApiKey = ApiKey ?? other.ApiKey,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Name.Length > 0 ? Name : Image;
}
