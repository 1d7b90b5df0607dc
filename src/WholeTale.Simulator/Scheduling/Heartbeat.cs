using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Scheduling;

/// <summary>
/// The sign of life of each node's kubelet: it renews its Lease in kube-node-lease, and posts the node's conditions anew now and then
/// (kubelet's nodeLeaseDurationSeconds, of which it renews at a quarter, and nodeStatusReportFrequency).
/// </summary>
internal sealed class Heartbeat(World world) : IController
{
    private const string Namespace = "kube-node-lease";
    private const int LeaseSeconds = 40;
    private static readonly TimeSpan _renewal = TimeSpan.FromSeconds(LeaseSeconds / 4);
    private static readonly TimeSpan _report = TimeSpan.FromMinutes(5);

    public IReadOnlyList<Kind> Watched { get; } = [world.Node];

    // The kubelet follows its own clock, not what changes on its node: it begins when the node comes, or is looked at anew.
    public IEnumerable<ObjectKey> Concerns(Change change) => change.Old is null && !change.Deleted ? [change.New.Key] : [];

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Node, null, key.Name) is not { } node)
            return null;
        if (!world.LostNodes.Contains(key.Name))
        {
            Renew(node);
            Report(node);
        }

        return _renewal;
    }

    private void Renew(StoredObject node)
    {
        var now = world.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        if (world.Kubelet.Update(world.Lease, Namespace, node.Name, lease => lease.Spec()["renewTime"] = now) is not null)
            return;
        world.Kubelet.Create(world.Lease, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = node.Name,
                ["namespace"] = Namespace,
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "Node",
                    ["name"] = node.Name,
                    ["uid"] = node.Uid,
                }),
            },
            ["spec"] = new JsonObject { ["holderIdentity"] = node.Name, ["leaseDurationSeconds"] = LeaseSeconds, ["renewTime"] = now },
        });
    }

    private void Report(StoredObject node)
    {
        var conditions = node.Tree["status"].Items("conditions").ToList();
        var newest = conditions.Select(condition => condition["lastHeartbeatTime"].Time()).Max();
        if (newest is null || world.Time.GetUtcNow() - newest < _report)
            return;
        world.Kubelet.UpdateStatus(world.Node, null, node.Name, content =>
        {
            foreach (var condition in content["status"].Items("conditions"))
                condition["lastHeartbeatTime"] = world.Now;
        });
    }
}
