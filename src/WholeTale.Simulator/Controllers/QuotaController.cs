using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Scheduling;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Keeps what is used of each quota (pkg/controller/resourcequota); what exceeds one is refused at admission.</summary>
internal sealed class QuotaController(World world) : IController
{
    private static readonly string[] _computed = ["cpu", "memory", "ephemeral-storage"];

    public IReadOnlyList<Kind> Watched { get; } =
    [
        world.ResourceQuota, world.Pod, world.Service, world.Claim, world.ConfigMap, world.Secret,
        world.Deployment, world.ReplicaSet, world.StatefulSet, world.DaemonSet, world.Job, world.CronJob, world.Ingress,
    ];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.ResourceQuota)
            return change.Deleted ? [] : [change.New.Key];
        // Changes of a pod's or claim's state free what it held; of others only coming and going counts.
        if (change.Old is not null && !change.Deleted && change.New.Kind != world.Pod)
            return [];
        return world.Store.List(world.ResourceQuota, change.New.Namespace).Items.Select(quota => quota.Key);
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.ResourceQuota, key.Namespace, key.Name) is not { IsDeleting: false } quota)
            return null;
        var hard = quota.Read()["spec"]?["hard"] as JsonObject ?? [];
        var used = new JsonObject();
        foreach (var (resource, _) in hard)
            used[resource] = Show(resource, Used(key.Namespace, resource));
        world.Manager.UpdateStatus(world.ResourceQuota, key.Namespace, key.Name, content =>
        {
            content.Status()["hard"] = hard.DeepClone();
            content.Status()["used"] = used.DeepClone();
        });
        return null;
    }

    private decimal Used(string ns, string resource)
    {
        if (resource is "pods" or "count/pods")
            return Pods(ns).Count();
        var request = resource.StartsWith("requests.", StringComparison.Ordinal) ? resource["requests.".Length..] : resource;
        if (resource.StartsWith("limits.", StringComparison.Ordinal))
            return Sum(ns, resource["limits.".Length..], "limits");
        if (_computed.Contains(request))
            return Sum(ns, request, "requests");
        if (resource == "requests.storage")
            return world.Store.List(world.Claim, ns).Items.Sum(claim => Amount.Of(claim.Read()["spec"]?["resources"]?["requests"]?["storage"]));
        if (resource is "services.nodeports" or "services.loadbalancers")
        {
            var type = resource == "services.loadbalancers" ? "LoadBalancer" : "NodePort";
            return world.Store.List(world.Service, ns).Items.Count(service => service.Read()["spec"]?["type"].Text() == type);
        }

        var name = resource.StartsWith("count/", StringComparison.Ordinal) ? resource["count/".Length..] : resource;
        return Watched.FirstOrDefault(kind => kind.GroupResource == name || (kind.Group.Length == 0 && kind.Plural == name)) is { } counted
            ? world.Store.List(counted, ns).Items.Count
            : 0;
    }

    private IEnumerable<PodFacts> Pods(string ns) => world.Store.List(world.Pod, ns).Items.Select(PodFacts.Of).Where(pod => !pod.HasEnded);

    private decimal Sum(string ns, string resource, string which) => Pods(ns).SelectMany(pod => pod.Content["spec"].Items("containers"))
        .Sum(container => Amount.Of(container["resources"]?[which]?[resource]));

    // Whole numbers stay so; what is less than one is told in thousandths; bytes in the largest binary unit that fits.
    private static string Show(string resource, decimal amount)
    {
        if (amount != decimal.Truncate(amount))
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(amount * 1000):0}m");
        if (resource.EndsWith("memory", StringComparison.Ordinal) || resource.EndsWith("storage", StringComparison.Ordinal))
        {
            foreach (var (unit, size) in new (string, decimal)[] { ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10) })
            {
                if (amount > 0 && amount % size == 0)
                    return string.Create(CultureInfo.InvariantCulture, $"{amount / size:0}{unit}");
            }
        }

        return amount.ToString("0", CultureInfo.InvariantCulture);
    }
}
