using Google.Cloud.Container.V1;

namespace WholeTale.Gke.Operations;

/// <summary>Names operations for people.</summary>
internal static class OperationWords
{
    /// <summary>What an operation does, as the beginning of a sentence.</summary>
    internal static string Describe(Operation operation, ClusterPath path) => operation.OperationType switch
    {
        Operation.Types.Type.CreateCluster => $"Creating the cluster {path.Name}",
        Operation.Types.Type.DeleteCluster => $"Deleting the cluster {path.Name}",
        Operation.Types.Type.SetNodePoolSize or Operation.Types.Type.ResizeCluster => $"Resizing the cluster {path.Name}",
        Operation.Types.Type.UpgradeMaster or Operation.Types.Type.UpgradeNodes => $"Upgrading the cluster {path.Name}",
        Operation.Types.Type.RepairCluster => $"Repairing the cluster {path.Name}",
        _ => $"Changing the cluster {path.Name}",
    };
}
