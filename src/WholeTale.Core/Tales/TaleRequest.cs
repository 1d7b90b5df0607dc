namespace WholeTale.Core.Tales;

/// <summary>What is to run. Names follow Girder's image configuration.</summary>
public sealed record TaleRequest
{
    /// <summary>The instance's id; made up (24 hexadecimal digits) where none is given.</summary>
    public string InstanceId { get; init; } = "";

    /// <summary>The tale's id.</summary>
    public string TaleId { get; init; } = "";

    /// <summary>The tale's name; any text.</summary>
    public string Name { get; init; } = "";

    /// <summary>The login of the user it runs for.</summary>
    public string User { get; init; } = "";

    /// <summary>The image's reference.</summary>
    public required string Image { get; init; }

    /// <summary>The command as sh would split it, with <c>{port}</c>, <c>{token}</c>, <c>{base_path}</c>, <c>{ip}</c>; empty for the image's own.</summary>
    public string Command { get; init; } = "";

    /// <summary>The port it listens on.</summary>
    public int Port { get; init; } = 8888;

    /// <summary>Environment, each <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Memory in docker's form (<c>2048m</c>, <c>2g</c>) or Kubernetes' (<c>2Gi</c>); empty for the setting's.</summary>
    public string Memory { get; init; } = "";

    /// <summary>Processors as a Kubernetes quantity; empty for no limit.</summary>
    public string Cpu { get; init; } = "";

    /// <summary>Where the workspace is mounted.</summary>
    public string MountPoint { get; init; } = "/home/jovyan/work";

    /// <summary>Path of the URL, with <c>{token}</c>.</summary>
    public string UrlPath { get; init; } = "";

    /// <summary>The user's Girder API key; null where the mounter is not used.</summary>
    public Configuration.Secret? ApiKey { get; init; }
}
