using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Keeps the Endpoints of Services (pkg/controller/endpoint).</summary>
internal sealed class EndpointsController(World world) : IController
{
    private const string Headless = "service.kubernetes.io/headless";
    private const string Trigger = "endpoints.kubernetes.io/last-change-trigger-time";

    public IReadOnlyList<Kind> Watched { get; } = [world.Service, world.Pod, world.Endpoints];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.Pod)
            return EndpointFacts.ServicesOf(world, change);
        return change.New.Kind == world.Service || change.Deleted ? [change.New.Key] : [];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Service, key.Namespace, key.Name) is not { IsDeleting: false } service)
        {
            world.Manager.Delete(world.Endpoints, key.Namespace, key.Name);
            return null;
        }

        var content = service.Tree;
        if (content["spec"]?["selector"] is not JsonObject { Count: > 0 } || content["spec"]?["type"].Text() == "ExternalName")
            return null;
        var subsets = Subsets(service, content);
        var labels = content["metadata"]?["labels"]?.DeepClone() as JsonObject ?? [];
        if (content["spec"]?["clusterIP"].Text() == "None")
            labels[Headless] = "";
        if (world.Store.Get(world.Endpoints, key.Namespace, key.Name) is null)
        {
            var metadata = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace };
            if (labels.Count > 0)
                metadata["labels"] = labels;
            if (subsets.Count > 0)
                metadata["annotations"] = new JsonObject { [Trigger] = world.Now };
            var created = new JsonObject { ["metadata"] = metadata };
            if (subsets.Count > 0)
                created["subsets"] = subsets;
            world.Manager.Create(world.Endpoints, created);
            return null;
        }

        world.Manager.Update(world.Endpoints, key.Namespace, key.Name, endpoints =>
        {
            if (JsonNode.DeepEquals(endpoints["subsets"] ?? new JsonArray(), subsets)
                && JsonNode.DeepEquals(endpoints["metadata"]?["labels"] ?? new JsonObject(), labels))
            {
                return;
            }

            endpoints.SetOrRemove("subsets", subsets.Count == 0 ? null : subsets.DeepClone());
            endpoints.Metadata().SetOrRemove("labels", labels.Count == 0 ? null : labels.DeepClone());
            endpoints.Annotate(Trigger, world.Now);
        });
        return null;
    }

    // Addresses that share the same ports share a subset (endpoints.RepackSubsets).
    private JsonArray Subsets(StoredObject service, JsonObject content)
    {
        var groups = new SortedDictionary<string, (JsonArray Ports, JsonArray Ready, JsonArray Unready)>(StringComparer.Ordinal);
        var publishAll = content["spec"]?["publishNotReadyAddresses"].Flag() == true;
        foreach (var pod in EndpointFacts.Pods(world, service, content).Where(pod => !pod.IsDeleting || publishAll)
            .OrderBy(pod => EndpointFacts.Address(pod), StringComparer.Ordinal))
        {
            var ports = Ports(content, pod);
            var text = ports.ToJsonString();
            if (!groups.TryGetValue(text, out var group))
                groups[text] = group = (ports, [], []);
            (pod.IsReady || publishAll ? group.Ready : group.Unready).Add((JsonNode)Address(service, pod));
        }

        var subsets = new JsonArray();
        foreach (var (ports, ready, unready) in groups.Values)
        {
            var subset = new JsonObject();
            if (ready.Count > 0)
                subset["addresses"] = ready;
            if (unready.Count > 0)
                subset["notReadyAddresses"] = unready;
            if (ports.Count > 0)
                subset["ports"] = ports;
            subsets.Add((JsonNode)subset);
        }

        return subsets;
    }

    private static JsonArray Ports(JsonObject content, PodFacts pod)
    {
        var ports = new JsonArray();
        foreach (var port in content["spec"].Items("ports"))
        {
            if (EndpointFacts.TargetPort(port, pod.Content) is not { } number)
                continue;
            var item = new JsonObject();
            if (port["name"].Text() is { Length: > 0 } name)
                item["name"] = name;
            item["port"] = number;
            item["protocol"] = port["protocol"].Text() ?? "TCP";
            if (port["appProtocol"].Text() is { } application)
                item["appProtocol"] = application;
            ports.Add((JsonNode)item);
        }

        return ports;
    }

    private static JsonObject Address(StoredObject service, PodFacts pod)
    {
        var address = new JsonObject { ["ip"] = EndpointFacts.Address(pod) };
        if (pod.Content["spec"]?["hostname"].Text() is { Length: > 0 } host && pod.Content["spec"]?["subdomain"].Text() == service.Name)
            address["hostname"] = host;
        if (pod.Node is { } node)
            address["nodeName"] = node;
        address["targetRef"] = EndpointFacts.Reference(pod);
        return address;
    }
}
