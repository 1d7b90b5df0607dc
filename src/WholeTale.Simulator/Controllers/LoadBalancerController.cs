using System.Text.Json.Nodes;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Gives Services of type LoadBalancer an address (cloud-provider, service controller). Addresses are of TEST-NET-3: nobody answers there.</summary>
internal sealed class LoadBalancerController(World world) : IController
{
    private const string Component = "service-controller";
    private const string Cleanup = "service.kubernetes.io/load-balancer-cleanup";

    private readonly Dictionary<string, DateTimeOffset> _due = [];
    private int _addresses;

    public IReadOnlyList<Kind> Watched { get; } = [world.Service];

    public IEnumerable<ObjectKey> Concerns(Change change) => [change.New.Key];

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Service, key.Namespace, key.Name) is not { } service)
            return null;
        var content = service.Tree;
        var wanted = content["spec"]?["type"].Text() == "LoadBalancer" && content["spec"]?["loadBalancerClass"] is null && !service.IsDeleting;
        if (!wanted)
            return Release(service, content);
        if (content["status"]?["loadBalancer"].Items("ingress").Any() == true)
            return null;
        if (!content.HasFinalizer(Cleanup))
        {
            world.Manager.Update(world.Service, key.Namespace, key.Name, found => found.AddFinalizer(Cleanup));
            world.Tell(service, Component, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer");
        }

        if (world.Faults.Strike(new FaultEvent("service") { Namespace = key.Namespace, Name = key.Name }) is { } rule)
        {
            world.Tell(service, Component, "Warning", "SyncLoadBalancerFailed", rule.Message ?? "Error syncing load balancer: failed to ensure load balancer: simulated fault");
            return rule.Count is null ? null : TimeSpan.FromSeconds(1);
        }

        var now = world.Time.GetUtcNow();
        if (!_due.TryGetValue(service.Uid, out var due))
            _due[service.Uid] = due = now + world.Delays.Address;
        if (due > now)
            return due - now;
        _due.Remove(service.Uid);
        var address = content["spec"]?["loadBalancerIP"].Text() is { Length: > 0 } asked ? asked : $"203.0.113.{(_addresses++ % 250) + 1}";
        world.Manager.UpdateStatus(world.Service, key.Namespace, key.Name, found =>
            found.Status()["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject { ["ip"] = address }) });
        world.Tell(service, Component, "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
        return null;
    }

    private TimeSpan? Release(StoredObject service, JsonObject content)
    {
        _due.Remove(service.Uid);
        if (!content.HasFinalizer(Cleanup))
            return null;
        world.Tell(service, Component, "Normal", "DeletingLoadBalancer", "Deleting load balancer");
        if (!service.IsDeleting)
            world.Manager.UpdateStatus(world.Service, service.Namespace, service.Name, found => found.Status()["loadBalancer"] = new JsonObject());
        world.Manager.Release(service, Cleanup);
        world.Tell(service, Component, "Normal", "DeletedLoadBalancer", "Deleted load balancer");
        return null;
    }
}
