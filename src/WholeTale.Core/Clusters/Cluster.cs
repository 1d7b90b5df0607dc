using System.Text.Json.Serialization;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Clusters;

/// <summary>A Kubernetes cluster and all that a deploy needs of it. Holds no secret in the clear.</summary>
public sealed record Cluster
{
    /// <summary>The cluster's name at its provider.</summary>
    public required string Name { get; init; }

    /// <summary>The provider's name: <c>Simulator</c>, <c>Gke</c>, <c>Minikube</c> or <c>Existing</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>Where it runs: a zone or region, a host, a kubeconfig context.</summary>
    public string Location { get; init; } = "";

    /// <summary>Whether it can be worked with.</summary>
    public ClusterStatus Status { get; init; } = ClusterStatus.Running;

    /// <summary>The API server's version, e.g. <c>v1.33.1</c>.</summary>
    public string KubernetesVersion { get; init; } = "";

    /// <summary>How many nodes it has.</summary>
    public int NodeCount { get; init; }

    /// <summary>Whether it adds nodes of its own accord where pods lack room; null where the provider does not tell.</summary>
    public bool? AddsNodes { get; init; }

    /// <summary>The API server's address.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The namespace that Whole Tale is deployed to.</summary>
    public string Namespace { get; init; } = "wholetale";

    /// <summary>How to reach it; null while there is nothing to reach.</summary>
    [JsonIgnore]
    public ApiConnection? Connection { get; init; }

    /// <summary>The settings it was made or found with; null when it was found without any.</summary>
    [JsonIgnore]
    public ResolvedSettings? Settings { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The states of a cluster, alike for every provider.</summary>
public enum ClusterStatus
{
    /// <summary>The provider does not tell.</summary>
    Unknown,

    /// <summary>Being made.</summary>
    Provisioning,

    /// <summary>Ready for work.</summary>
    Running,

    /// <summary>Working, while the provider changes it.</summary>
    Reconciling,

    /// <summary>There, but switched off.</summary>
    Stopped,

    /// <summary>Being deleted.</summary>
    Deleting,

    /// <summary>Broken; the provider says why.</summary>
    Error,

    /// <summary>Its API server does not answer.</summary>
    Unreachable,
}
