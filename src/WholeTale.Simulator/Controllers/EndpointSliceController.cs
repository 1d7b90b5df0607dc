using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Keeps one EndpointSlice a Service (pkg/controller/endpointslice); the simulator has no Service with more than 100 pods in mind.</summary>
internal sealed class EndpointSliceController(World world) : IController
{
    private const string ServiceLabel = "kubernetes.io/service-name";
    private const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    private const string Manager = "endpointslice-controller.k8s.io";
    private const string Trigger = "endpoints.kubernetes.io/last-change-trigger-time";

    public IReadOnlyList<Kind> Watched { get; } = [world.Service, world.Pod, world.EndpointSlice];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.Pod)
            return EndpointFacts.ServicesOf(world, change);
        if (change.New.Kind == world.Service)
            return [change.New.Key];
        return change.Deleted && change.New.Labels.TryGetValue(ServiceLabel, out var name) ? [new ObjectKey(change.New.Namespace, name)] : [];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Service, key.Namespace, key.Name) is not { IsDeleting: false } service)
            return null;
        var content = service.Tree;
        if (content["spec"]?["selector"] is not JsonObject { Count: > 0 } || content["spec"]?["type"].Text() == "ExternalName")
            return null;
        var pods = EndpointFacts.Pods(world, service, content);
        var endpoints = new JsonArray();
        foreach (var pod in pods.OrderBy(pod => EndpointFacts.Address(pod), StringComparer.Ordinal))
            endpoints.Add((JsonNode)Endpoint(service, content, pod));
        var ports = Ports(content, pods.FirstOrDefault());
        var labels = Labels(service, content);
        var existing = world.Store.OwnedBy(world.EndpointSlice, service.Uid)
            .FirstOrDefault(slice => !slice.IsDeleting && slice.Labels.GetValueOrDefault(ManagedBy) == Manager);
        if (existing is null)
        {
            world.Manager.Create(world.EndpointSlice, new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["name"] = $"{service.Name}-{world.Suffix(5)}",
                    ["generateName"] = service.Name + "-",
                    ["namespace"] = service.Namespace,
                    ["labels"] = labels,
                    ["annotations"] = new JsonObject { [Trigger] = world.Now },
                    ["ownerReferences"] = Owners.ControlledBy(service),
                },
                ["addressType"] = "IPv4",
                ["endpoints"] = endpoints,
                ["ports"] = ports,
            });
            return null;
        }

        world.Manager.Update(world.EndpointSlice, key.Namespace, existing.Name, slice =>
        {
            if (JsonNode.DeepEquals(slice["endpoints"] ?? new JsonArray(), endpoints) && JsonNode.DeepEquals(slice["ports"] ?? new JsonArray(), ports)
                && JsonNode.DeepEquals(slice["metadata"]?["labels"], labels))
            {
                return;
            }

            slice["endpoints"] = endpoints.DeepClone();
            slice["ports"] = ports.DeepClone();
            slice.Metadata()["labels"] = labels.DeepClone();
            slice.Annotate(Trigger, world.Now);
        });
        return null;
    }

    private static JsonObject Labels(StoredObject service, JsonObject content)
    {
        var labels = content["metadata"]?["labels"]?.DeepClone() as JsonObject ?? [];
        labels[ManagedBy] = Manager;
        labels[ServiceLabel] = service.Name;
        if (content["spec"]?["clusterIP"].Text() == "None")
            labels["service.kubernetes.io/headless"] = "";
        return labels;
    }

    private static JsonObject Endpoint(StoredObject service, JsonObject content, PodFacts pod)
    {
        var publishAll = content["spec"]?["publishNotReadyAddresses"].Flag() == true;
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray(EndpointFacts.Address(pod)),
            ["conditions"] = new JsonObject
            {
                ["ready"] = publishAll || (pod.IsReady && !pod.IsDeleting),
                ["serving"] = pod.IsReady,
                ["terminating"] = pod.IsDeleting,
            },
        };
        if (pod.Content["spec"]?["hostname"].Text() is { Length: > 0 } host && pod.Content["spec"]?["subdomain"].Text() == service.Name)
            endpoint["hostname"] = host;
        endpoint["targetRef"] = EndpointFacts.Reference(pod);
        if (pod.Node is { } node)
            endpoint["nodeName"] = node;
        return endpoint;
    }

    private static JsonArray Ports(JsonObject content, PodFacts? pod)
    {
        var ports = new JsonArray();
        if (pod is null)
            return ports;
        foreach (var port in content["spec"].Items("ports"))
        {
            if (EndpointFacts.TargetPort(port, pod.Content) is not { } number)
                continue;
            var item = new JsonObject { ["name"] = port["name"].Text() ?? "", ["protocol"] = port["protocol"].Text() ?? "TCP", ["port"] = number };
            if (port["appProtocol"].Text() is { } application)
                item["appProtocol"] = application;
            ports.Add((JsonNode)item);
        }

        return ports;
    }
}
