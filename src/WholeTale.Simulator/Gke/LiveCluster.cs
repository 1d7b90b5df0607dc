using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Rpc;
using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Gke;

/// <summary>A cluster of the simulated GKE: what Google says of it, and the Kubernetes API behind it once it runs.</summary>
internal sealed class LiveCluster(ResourceName name, Cluster description)
{
    private int _lastNode;

    public ResourceName Name => name;

    /// <summary>What Google says of it. Changed and read under the project's lock.</summary>
    public Cluster Description => description;

    /// <summary>Its Kubernetes API; null until it runs.</summary>
    public SimulatedCluster? Kubernetes { get; set; }

    /// <summary>The nodes of each pool, in the order of their making.</summary>
    public Dictionary<string, List<(string Name, string Zone)>> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>What the nodes of each pool were made after: its version and configuration.</summary>
    public Dictionary<string, string> Templates { get; } = new(StringComparer.Ordinal);

    /// <summary>A node number that no other node of the cluster has had.</summary>
    public int NextNode() => ++_lastNode;

    /// <summary>Changes the description, as a whole or not at all.</summary>
    public void Change(Action<Cluster> change)
    {
        var changed = description.Clone();
        change(changed);
        changed.LabelFingerprint = Hash(string.Join('\n', changed.ResourceLabels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}")));
        foreach (var pool in changed.NodePools)
        {
            pool.Etag = "";
            pool.Etag = Hash(pool.ToString());
        }

        changed.Etag = "";
        changed.Etag = Hash(changed.ToString());
        // One message object stays with the cluster; its content is the changed one's.
        foreach (var field in Cluster.Descriptor.Fields.InFieldNumberOrder())
            field.Accessor.Clear(description);
        description.MergeFrom(changed);
    }

    public void SetPools(NodePool.Types.Status status)
    {
        foreach (var pool in description.NodePools)
            pool.Status = status;
    }

    /// <summary>An operation has failed on it.</summary>
    public void Break(Status error)
    {
        description.Status = Cluster.Types.Status.Error;
        description.StatusMessage = error.Message;
        description.Conditions.Add(new StatusCondition
        {
            Code = error.Code == (int)Code.ResourceExhausted ? StatusCondition.Types.Code.GceQuotaExceeded : StatusCondition.Types.Code.Unknown,
            CanonicalCode = (Code)error.Code,
            Message = error.Message,
        });
    }

    /// <summary>A short name for some content, as Google's fingerprints are.</summary>
    public static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..8];
}
