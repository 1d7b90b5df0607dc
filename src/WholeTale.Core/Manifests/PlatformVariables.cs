using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Manifests;

/// <summary>The variables of the platform's templates: every setting by its path (<c>{{Volumes.MongoData}}</c>), and what follows from them.</summary>
internal static class PlatformVariables
{
    /// <summary>Makes them. Groups are tables, so a template says <c>{{Girder.Memory}}</c>.</summary>
    public static Dictionary<string, object?> From(Settings settings, PlatformSecrets secrets, ServerVersion version, TemplateSource source)
    {
        var variables = new Dictionary<string, object?>();
        foreach (var definition in SettingsSchema.All.Where(definition => !definition.IsSecret))
        {
            var value = definition.Get(settings);

            // Templates that need a time span have it in seconds; no manifest writes it as .NET does.
            Group(variables, definition)[definition.Property.Name] = value is TimeSpan span ? (long)span.TotalSeconds : value;
        }
        variables["Hosts"] = Table(("Girder", $"girder.{settings.Domain}"), ("Dashboard", $"dashboard.{settings.Domain}"), ("Registry", $"registry.{settings.Domain}"));
        variables["Secrets"] = Table(
            ("AdminPassword", secrets.AdminPassword),
            ("RegistryPassword", secrets.RegistryPassword),
            ("RegistryHtpasswd", secrets.RegistryHtpasswd),
            ("RegistryHttpSecret", secrets.RegistryHttpSecret),
            ("RegistryDockerConfig", DockerConfig(settings, secrets)),
            ("GlobusClientId", settings.Secrets.GlobusClientId),
            ("GlobusClientSecret", settings.Secrets.GlobusClientSecret));
        variables["RegistryCertificate"] = Certificate(secrets.RegistryCertificate);
        variables["SiteCertificate"] = secrets.SiteCertificate is { } site ? Certificate(site) : null;
        variables["SiteCertificateSecret"] = SiteCertificateSecret(settings, secrets.SiteCertificate is not null);
        variables["IngressIs"] = IngressIs(settings.Ingress);
        variables["CertificateIsIssued"] = settings.Certificate.Source == "CertManager";
        variables["RegistryUrl"] = settings.Registry.Exposed ? $"https://registry.{settings.Domain}" : "https://registry:443";
        variables["GirderDataIsShared"] = settings.Tales.Volume == "SubPath";
        // From 1.30 on a field, an annotation before that, of which later servers warn (KEP-24).
        variables["HasAppArmorField"] = version.IsAtLeast(new ServerVersion(1, 30));
        variables["TaleTemplates"] = source.Files
            .Where(file => file.StartsWith("tale/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(file => file["tale/".Length..].Replace('/', '_'), file => (object?)source.Read(file));
        return variables;
    }

    /// <summary>The sort of the outer door: gateway, gce, nginx, traefik or other. They differ in their annotations; a class may be named for its controller, as in nginx-internal.</summary>
    internal static string IngressController(IngressSettings ingress) =>
        ingress.GatewayClass.Length > 0 ? "gateway"
        : ingress.Controller.Length > 0 ? ingress.Controller
        : new[] { "gce", "nginx", "traefik" }.FirstOrDefault(name => ingress.Class == name || ingress.Class.StartsWith($"{name}-", StringComparison.Ordinal)) ?? "other";

    /// <summary>The sort of the outer door, as templates ask for it. A Gateway of GKE's own classes takes policies that no other knows.</summary>
    internal static Dictionary<string, object?> IngressIs(IngressSettings ingress)
    {
        var controller = IngressController(ingress);
        return Table(
            ("Gce", controller == "gce"),
            ("GceConfigured", controller == "gce" && ingress.TakesGoogleConfigs),
            ("Nginx", controller == "nginx"),
            ("Traefik", controller == "traefik"),
            ("Gateway", controller == "gateway"),
            ("GkeGateway", ingress.GatewayClass.StartsWith("gke-l7-", StringComparison.Ordinal)));
    }

    /// <summary>The Secret that the outer door's certificate lies in.</summary>
    internal static string SiteCertificateSecret(Settings settings, bool isOurs) =>
        isOurs ? "site-cert-secret" : settings.Certificate.SecretName.Length > 0 ? settings.Certificate.SecretName : "site-issued-cert";

    // What kubelets read to pull from the registry, under each name by which images of it are called.
    private static Secret DockerConfig(Settings settings, PlatformSecrets secrets)
    {
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.Registry.User}:{secrets.RegistryPassword.Reveal()}"));
        string[] hosts = ["registry:443", $"registry.{settings.Namespace}.svc.cluster.local:443", $"registry.{settings.Domain}"];
        var entries = hosts.Select(host => KeyValuePair.Create(
            host, (JsonNode?)new JsonObject { ["username"] = settings.Registry.User, ["password"] = secrets.RegistryPassword.Reveal(), ["auth"] = login }));
        return new Secret(new JsonObject { ["auths"] = new JsonObject(entries) }.ToJsonString());
    }

    private static Dictionary<string, object?> Certificate(Certificates.TlsMaterial material) =>
        Table(("Certificate", material.CertificatePem), ("Key", material.KeyPem), ("Authority", material.AuthorityPem ?? material.CertificatePem));

    private static Dictionary<string, object?> Group(Dictionary<string, object?> variables, SettingDefinition definition)
    {
        if (definition.Group is null)
            return variables;
        if (!variables.TryGetValue(definition.Group.Name, out var group))
            variables[definition.Group.Name] = group = new Dictionary<string, object?>();
        return (Dictionary<string, object?>)group!;
    }

    private static Dictionary<string, object?> Table(params (string Name, object? Value)[] entries) => entries.ToDictionary(entry => entry.Name, entry => entry.Value);
}
