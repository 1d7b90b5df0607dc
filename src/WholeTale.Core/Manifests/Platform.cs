using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Manifests;

/// <summary>The platform's components, and their manifests from settings.</summary>
public static class Platform
{
    /// <summary>The platform's name in labels: <c>app.kubernetes.io/part-of</c> and <c>app.kubernetes.io/managed-by</c>.</summary>
    public const string Name = "wholetale";

    // Each sort of door has a template of its own; the settings say which.
    private const string ControllerMark = "CONTROLLER";

    /// <summary>All components, each after those it depends on.</summary>
    /// <remarks>
    /// Claims belong to the component that uses them: many storage classes bind a claim only when a pod wants it, so nothing may wait for it before. The ingress is ready last; where its controller
    /// (gce) derives health checks from the pods that it finds behind its Services, it is made last too.
    /// </remarks>
    public static IReadOnlyList<Component> Components { get; } =
    [
        new("namespace", ["namespace.yaml"], []),
        new("base", ["base.yaml", "network-policies.yaml"], ["namespace"]),
        new("secrets", ["secrets.yaml"], ["namespace"]),
        new("mongo", ["volumes/mongo-data.yaml", "mongo.yaml"], ["base"]),
        new("redis", ["redis.yaml"], ["base"]),
        new("registry", ["volumes/registry-storage.yaml", "registry.yaml"], ["base", "secrets"]),
        new("dashboard", ["dashboard.yaml"], ["base"]),
        new("girder", ["volumes/girder-data.yaml", "girder.yaml"], ["secrets", "mongo", "redis"]),
        new("worker", ["volumes/builder-storage.yaml", "volumes/build-folders.yaml", "tale-templates.yaml", "worker.yaml"], ["secrets", "redis"]),
        new("ingress", [$"ingress/{ControllerMark}.yaml", "certificate.yaml"], ["registry", "dashboard", "girder"]),
    ];

    /// <summary>Renders every template.</summary>
    /// <param name="settings">The settings in force.</param>
    /// <param name="secrets">Passwords and certificates.</param>
    /// <param name="instance">The cluster's name, for the label <c>app.kubernetes.io/instance</c>.</param>
    /// <param name="version">The API server's version; null for manifests that the oldest supported server knows.</param>
    /// <exception cref="ManifestException">A template is wrong.</exception>
    public static ManifestSet Render(ResolvedSettings settings, PlatformSecrets secrets, string instance, ServerVersion? version = null) =>
        Render(settings, secrets, instance, version, TemplateSource.From(settings));

    /// <summary>Renders every template of a source.</summary>
    internal static ManifestSet Render(ResolvedSettings settings, PlatformSecrets secrets, string instance, ServerVersion? version, TemplateSource source)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(secrets);
        var variables = PlatformVariables.From(settings.Settings, secrets, version ?? ServerVersion.Oldest, source);
        var finish = new ManifestFinish(settings.Settings, instance);

        // Side by side; of several that are wrong the first is told.
        var rendering = Components.Select(component => Task.Run(() => Render(component))).ToList();
        List<ComponentManifests> components = [.. rendering.Select(task => task.GetAwaiter().GetResult())];
        List<Manifest> all = [.. components.SelectMany(component => component.Objects)];
        ManifestCheck.RequireConsistency(all);
        ManifestFinish.AddChecksums(all);
        return new ManifestSet(components);

        ComponentManifests Render(Component component)
        {
            var manifests = new List<Manifest>();
            foreach (var file in component.Templates.Select(file => file.Replace(ControllerMark, PlatformVariables.IngressController(settings.Settings.Ingress), StringComparison.Ordinal)))
            {
                foreach (var manifest in TemplateRenderer.Render(source, file, variables))
                {
                    ManifestCheck.RequireFields(manifest);
                    if (source.IsOverridden(file))
                        ModelCheck.RequireModel(manifest);
                    finish.Complete(manifest, component);
                    manifests.Add(manifest);
                }
            }

            return new ComponentManifests(component, manifests);
        }
    }
}
