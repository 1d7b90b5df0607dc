namespace WholeTale.Core.Clusters;

/// <summary>A program that gives credentials for a cluster, as a kubeconfig names it (<see href="https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#ExecConfig"/>).</summary>
public sealed record ExecPlugin
{
    /// <summary>The program.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it gets beside its caller's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The version of client.authentication.k8s.io that it speaks.</summary>
    public string ApiVersion { get; init; } = "client.authentication.k8s.io/v1";

    /// <summary>What to tell somebody who does not have it.</summary>
    public string InstallHint { get; init; } = "";

    /// <summary>Whether it wants to be told of the cluster.</summary>
    public bool ProvideClusterInfo { get; init; }
}
