using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Access;

/// <summary>Finds on the cluster what the settings leave open of the outer door: its class, and what serves it.</summary>
internal static class IngressChoice
{
    private const string DefaultClass = "ingressclass.kubernetes.io/is-default-class";

    /// <summary>The settings, completed.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="provider">What made the cluster.</param>
    /// <param name="live">What the cluster has. Who may not look at its classes names one, or has the default one.</param>
    public static IngressSettings Complete(IngressSettings settings, string provider, LiveObjects live)
    {
        if (settings.GatewayClass.Length > 0 || (settings.Class.Length > 0 && settings.Controller.Length > 0) || !live.IsComplete(ResourceTypes.IngressClass))
            return settings;
        var classes = live.All(ResourceTypes.IngressClass);
        if (settings.Class.Length > 0)
            return With(settings, classes.FirstOrDefault(item => item.Name() == settings.Class));
        if (classes.FirstOrDefault(item => item.Annotation(DefaultClass) == "true") is { } standard)
            return With(settings, standard);
        if (classes.Count == 1)
            return With(settings, classes[0]) with { Class = classes[0].Name() };

        // GKE's own controller serves a class that has no object.
        return classes.Count == 0 && provider == "Gke" ? settings with { Class = "gce", Controller = "gce" } : settings;
    }

    // The controllers' own names for themselves (spec.controller). NGINX Inc.'s (nginx.org) has other annotations than the Kubernetes project's.
    private static IngressSettings With(IngressSettings settings, JsonObject? found)
    {
        var controller = found.Text("spec", "controller");
        var known = controller.StartsWith("k8s.io/ingress-nginx", StringComparison.Ordinal) ? "nginx"
            : controller.StartsWith("traefik.io/", StringComparison.Ordinal) ? "traefik"
            : controller is "k8s.io/ingress-gce" or "networking.gke.io/ingress" ? "gce"
            : controller.Length > 0 ? "other" : "";
        return settings.Controller.Length > 0 ? settings : settings with { Controller = known };
    }
}
