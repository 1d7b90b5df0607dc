using System.Text.Json.Nodes;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>
/// Gives Ingresses an address, standing in for the controllers of the classes <c>simulator</c>, <c>gce</c>, <c>traefik</c> and <c>nginx</c>.
/// For <c>gce</c> it writes the annotations of ingress-gce, with the health of each backend.
/// </summary>
internal sealed class IngressController(World world) : IController
{
    public const string DefaultClass = "ingressclass.kubernetes.io/is-default-class";

    private const string ClassAnnotation = "kubernetes.io/ingress.class";
    private const string Backends = "ingress.kubernetes.io/backends";

    private static readonly string[] _classes = ["simulator", "gce", "traefik", "nginx"];
    private readonly Dictionary<string, DateTimeOffset> _due = [];
    private int _addresses;

    public IReadOnlyList<Kind> Watched { get; } = [world.Ingress, world.IngressClass, world.Endpoints];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.Ingress)
            return [change.New.Key];
        if (change.New.Kind == world.IngressClass)
            return world.Store.List(world.Ingress).Items.Select(ingress => ingress.Key);
        return world.Store.FoundBy(world.Ingress, change.New.Namespace, Lookups.IngressOfService(change.New.Name)).Select(ingress => ingress.Key);
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Ingress, key.Namespace, key.Name) is not { IsDeleting: false } ingress)
            return null;
        var content = ingress.Tree;
        if (ClassOf(content) is not { } className || !_classes.Contains(className))
            return null;
        if (content["status"]?["loadBalancer"].Items("ingress").Any() != true)
        {
            if (world.Faults.Strike(new FaultEvent("ingress") { Namespace = key.Namespace, Name = key.Name }) is { } rule)
            {
                world.Tell(ingress, Component(className), "Warning", "Sync", rule.Message ?? "Error syncing to GCP: simulated fault: no address can be reserved");
                return rule.Count is null ? null : TimeSpan.FromSeconds(1);
            }

            if (Assign(ingress, className) is { } wait)
                return wait;
        }

        if (className == "gce")
            WriteBackends(ingress, content);
        return null;
    }

    /// <summary>The classes that are served; the first is the default.</summary>
    public static IEnumerable<JsonObject> Classes() => _classes.Select(name => new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["annotations"] = new JsonObject { [DefaultClass] = name == "simulator" ? "true" : "false" },
        },
        ["spec"] = new JsonObject
        {
            ["controller"] = name switch
            {
                "gce" => "k8s.io/ingress-gce",
                "traefik" => "traefik.io/ingress-controller",
                "nginx" => "k8s.io/ingress-nginx",
                _ => "wholetale.simulator/ingress",
            },
        },
    });

    private static string Component(string className) => className switch
    {
        "gce" => "loadbalancer-controller",
        "nginx" => "nginx-ingress-controller",
        "traefik" => "traefik",
        _ => "simulator-ingress-controller",
    };

    private string? ClassOf(JsonObject content) => content["spec"]?["ingressClassName"].Text() ?? content.Annotation(ClassAnnotation)
        ?? world.Store.List(world.IngressClass).Items.FirstOrDefault(item => item.Tree.Annotation(DefaultClass) == "true")?.Name;

    /// <summary>The Services that an Ingress leads to, and the port of each.</summary>
    public static IEnumerable<(string Name, string Port)> Services(JsonObject content)
    {
        var backends = content["spec"].Items("rules").SelectMany(rule => rule["http"].Items("paths")).Select(path => path["backend"]);
        return backends.Prepend(content["spec"]?["defaultBackend"]).Select(backend => backend?["service"]).OfType<JsonObject>()
            .Select(service => (service["name"].Text() ?? "", service["port"]?["number"]?.ToString() ?? service["port"]?["name"].Text() ?? "")).Distinct();
    }

    private TimeSpan? Assign(StoredObject ingress, string className)
    {
        var now = world.Time.GetUtcNow();
        if (!_due.TryGetValue(ingress.Uid, out var due))
        {
            _due[ingress.Uid] = due = now + world.Delays.Address;
            world.Tell(ingress, Component(className), "Normal", "Sync", "Scheduled for sync");
        }

        if (due > now)
            return due - now;
        _due.Remove(ingress.Uid);
        // The simulator's own class answers (with its certificate) on loopback; nobody answers at an address of TEST-NET-3.
        var address = className == "simulator" ? "127.0.0.1" : $"203.0.113.{(_addresses++ % 250) + 1}";
        world.Manager.UpdateStatus(world.Ingress, ingress.Namespace, ingress.Name, found =>
        {
            var entry = new JsonObject { ["ip"] = address };
            // Only well-known ports need not be told.
            if (className == "simulator")
                entry["ports"] = new JsonArray(new JsonObject { ["port"] = world.IngressPort, ["protocol"] = "TCP" });
            found.Status()["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray(entry) };
        });
        if (className == "gce")
            world.Tell(ingress, Component(className), "Normal", "IPChanged", $"IP is now {address}");
        return null;
    }

    private void WriteBackends(StoredObject ingress, JsonObject content)
    {
        var backends = new JsonObject();
        foreach (var (name, port) in Services(content))
        {
            var ready = world.Store.Get(world.Endpoints, ingress.Namespace, name)?.Tree.Items("subsets").Any(subset => subset.Items("addresses").Any()) == true;
            var hash = TemplateHash.OfText($"{world.Options.Name}/{ingress.Namespace}/{name}:{port}");
            backends[$"k8s1-{TemplateHash.OfText(world.Options.Name)}-{ingress.Namespace}-{name}-{port}-{hash}"] = ready ? "HEALTHY" : "UNHEALTHY";
        }

        var text = backends.ToJsonString();
        var suffix = $"{TemplateHash.OfText(world.Options.Name)}-{ingress.Namespace}-{ingress.Name}";
        world.Manager.Update(world.Ingress, ingress.Namespace, ingress.Name, found =>
        {
            found.Annotate(Backends, text);
            found.Annotate("ingress.kubernetes.io/forwarding-rule", "k8s2-fr-" + suffix);
            found.Annotate("ingress.kubernetes.io/target-proxy", "k8s2-tp-" + suffix);
            found.Annotate("ingress.kubernetes.io/url-map", "k8s2-um-" + suffix);
        });
    }
}
