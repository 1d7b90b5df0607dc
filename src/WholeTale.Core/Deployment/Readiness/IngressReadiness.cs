using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>
/// An Ingress is ready when what it leads to is there and its controller has given it an address; one of GCE's when all its backends are healthy too. kstatus takes every Ingress for
/// ready at once. Where no controller can be meant (no class, no default class) nobody will ever give it an address: it is ready as it is.
/// </summary>
internal sealed class IngressReadiness : IReadinessRule
{
    private const string DefaultClass = "ingressclass.kubernetes.io/is-default-class";
    private const string ClassAnnotation = "kubernetes.io/ingress.class";
    private const string Backends = "ingress.kubernetes.io/backends";

    public ResourceType Type => ResourceTypes.Ingress;

    public IReadOnlyList<ResourceType> Needs => [ResourceTypes.IngressClass, ResourceTypes.Service];

    public ReadinessState Evaluate(JsonObject item, LiveObjects live)
    {
        if (live.IsComplete(ResourceTypes.Service) && Services(item).FirstOrDefault(service => live.Find(new ObjectReference(ResourceTypes.Service, item.Namespace(), service)) is null) is { } missing)
            return ReadinessState.Waiting($"it leads to the Service {missing}, which does not exist");
        if (!item.Items("status", "loadBalancer", "ingress").Any())
            return IsServed(item, live) ? ReadinessState.Waiting("its controller has not given it an address") : ReadinessState.Ready;
        var unhealthy = States(item).Where(state => state.Value != "HEALTHY").Select(state => $"{state.Key} is {state.Value}").ToList();
        return unhealthy.Count == 0 ? ReadinessState.Ready : ReadinessState.Waiting($"backend {string.Join(", ", unhealthy)}");
    }

    /// <summary>The Services that it leads to.</summary>
    internal static IEnumerable<string> Services(JsonObject item) =>
        item.Items("spec", "rules").SelectMany(rule => rule.Items("http", "paths")).Select(path => path.Text("backend", "service", "name"))
            .Append(item.Text("spec", "defaultBackend", "service", "name"))
            .Where(name => name.Length > 0)
            .Distinct(StringComparer.Ordinal);

    /// <summary>Whether some controller may feel responsible: a class is named (GKE's own have no IngressClass object), or there is a default one.</summary>
    internal static bool IsServed(JsonObject item, LiveObjects live) =>
        item.Text("spec", "ingressClassName").Length > 0
        || item.Annotation(ClassAnnotation).Length > 0
        || live.All(ResourceTypes.IngressClass).Any(found => found.Annotation(DefaultClass) == "true");

    /// <summary>Whether its controller looks at the pods behind its Services when it is made: GCE's derives health checks from them.</summary>
    internal static bool LooksAtPods(JsonObject item) => item.Annotation(ManifestFinish.ControllerAnnotation) == "gce";

    /// <summary>What GCE's controller says of the backends: name to state, as JSON in an annotation.</summary>
    internal static IReadOnlyDictionary<string, string> States(JsonObject item)
    {
        if (item.Annotation(Backends) is not { Length: > 0 } text)
            return new Dictionary<string, string>();
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [];
        }
        catch (JsonException)
        {
            return new Dictionary<string, string>();
        }
    }
}
