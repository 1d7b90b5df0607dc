using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Access;

/// <summary>Finds on the cluster what the settings leave open of the outer door: its class, and what serves it.</summary>
internal static class IngressChoice
{
    private const string DefaultClass = "ingressclass.kubernetes.io/is-default-class";

    /// <summary>The settings, completed.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="provider">What made the cluster.</param>
    /// <param name="live">What the cluster has. Who may not look at its classes names one, or has the default one.</param>
    /// <param name="api">The API server.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">The server cannot be reached.</exception>
    public static async Task<IngressSettings> CompleteAsync(IngressSettings settings, string provider, LiveObjects live, ApiClient api, CancellationToken cancellationToken)
    {
        var completed = IsComplete(settings) || !live.IsComplete(ResourceTypes.IngressClass) ? settings : Complete(settings, provider, live.All(ResourceTypes.IngressClass));
        // https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration
        return PlatformVariables.IngressController(completed) == "gce"
            && await api.IsServedAsync("cloud.google.com/v1", "BackendConfig", cancellationToken) && await api.IsServedAsync("networking.gke.io/v1beta1", "FrontendConfig", cancellationToken)
                ? completed with { TakesGoogleConfigs = true }
                : completed;
    }

    /// <summary>The settings, completed for a tale: it goes through the platform's own door, or where there is none, through the one that a deploy would choose.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="provider">What made the cluster.</param>
    /// <param name="api">The API server.</param>
    /// <param name="namespace">The platform's namespace.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">The server cannot be reached.</exception>
    public static async Task<IngressSettings> FindAsync(IngressSettings settings, string provider, ApiClient api, string @namespace, CancellationToken cancellationToken)
    {
        if (IsComplete(settings))
            return settings;
        var door = await AllowedAsync(IngressStatus.ReadAsync(api, @namespace, _ => null, cancellationToken));
        if (door is { Controller.Length: > 0 } && (settings.Class.Length == 0 || settings.Class == door.Class))
        {
            return door.Controller == "gateway"
                ? settings with { GatewayClass = door.Class }
                : settings with { Class = door.Class, Controller = settings.Controller.Length > 0 ? settings.Controller : door.Controller };
        }

        // Classes belong to the cluster: who works in one namespace may not look at them.
        var classes = await AllowedAsync(api.ListAsync(ResourceTypes.IngressClass, null, null, cancellationToken));
        return classes is null ? settings : Complete(settings, provider, classes.Items);
    }

    private static bool IsComplete(IngressSettings settings) => settings.GatewayClass.Length > 0 || (settings.Class.Length > 0 && settings.Controller.Length > 0);

    private static IngressSettings Complete(IngressSettings settings, string provider, IReadOnlyList<JsonObject> classes)
    {
        if (settings.Class.Length > 0)
            return With(settings, classes.FirstOrDefault(item => item.Name() == settings.Class));
        if (classes.FirstOrDefault(item => item.Annotation(DefaultClass) == "true") is { } standard)
            return With(settings, standard);
        if (classes.Count == 1)
            return With(settings, classes[0]) with { Class = classes[0].Name() };

        // GKE's own controller serves a class that has no object.
        return classes.Count == 0 && provider == "Gke" ? settings with { Class = "gce", Controller = "gce" } : settings;
    }

    private static async Task<T?> AllowedAsync<T>(Task<T> reading)
        where T : class?
    {
        try
        {
            return await reading;
        }
        catch (ApiException exception) when (exception.Kind == FailureKind.Forbidden)
        {
            return null;
        }
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
