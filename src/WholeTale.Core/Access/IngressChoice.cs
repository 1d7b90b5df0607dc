using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Access;

/// <summary>Finds on the cluster what the settings leave open of the outer door: its class, and what serves it.</summary>
internal static class IngressChoice
{
    private const string DefaultClass = "ingressclass.kubernetes.io/is-default-class";

    /// <summary>The settings, completed.</summary>
    /// <exception cref="ApiException">The server cannot be reached.</exception>
    public static async Task<IngressSettings> CompleteAsync(IngressSettings settings, string provider, ApiClient api, CancellationToken cancellationToken)
    {
        if (settings.GatewayClass.Length > 0 || (settings.Class.Length > 0 && settings.Controller.Length > 0))
            return settings;
        IReadOnlyList<JsonObject> classes;
        try
        {
            classes = (await api.ListAsync(ResourceTypes.IngressClass, null, null, cancellationToken)).Items;
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.Forbidden)
        {
            // Who may not look at the cluster's classes names one, or has the default one.
            return settings;
        }

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
