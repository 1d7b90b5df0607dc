using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Manifests;

/// <summary>What every object of the platform gets beside what its template says: namespace, labels, and checksums that restart pods.</summary>
internal sealed class ManifestFinish(Settings settings, string instance)
{
    /// <summary>The annotation on pods that changes with the Secrets and ConfigMaps they use.</summary>
    public const string ChecksumAnnotation = "wholetale.org/configuration-checksum";

    /// <summary>The annotation on the platform's Ingress that says what serves it: gce, nginx, traefik or other.</summary>
    public const string ControllerAnnotation = "wholetale.org/ingress-controller";

    // The kinds without a namespace that a template, or one that replaces it, may reasonably hold.
    private static readonly HashSet<string> ClusterScoped =
    [
        "Namespace", "PersistentVolume", "StorageClass", "ClusterRole", "ClusterRoleBinding", "IngressClass", "PriorityClass", "RuntimeClass", "GatewayClass",
        "CustomResourceDefinition", "ClusterIssuer",
    ];

    private static readonly string Version = typeof(ManifestFinish).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Puts namespace and labels on an object, and its text values of a Secret into the form that the server keeps.</summary>
    public void Complete(Manifest manifest, Component component)
    {
        var document = manifest.Object;
        var metadata = document["metadata"]!.AsObject();
        var kind = (string)document["kind"]!;
        if (!ClusterScoped.Contains(kind))
        {
            if (metadata["namespace"] is { } found && (string?)found != settings.Namespace)
            {
                throw new ManifestException(
                    manifest.Template, manifest.Line, "metadata.namespace",
                    $"The template {manifest.Template}, line {manifest.Line}, puts {kind} {(string?)metadata["name"]} into the namespace {(string?)found}, while the platform goes to {settings.Namespace}.",
                    "Leave metadata.namespace out; it is filled in.");
            }
            metadata["namespace"] = settings.Namespace;
        }

        // The version is left off pods: a new version of the product that changes nothing about them must not restart them.
        Label(metadata, component.Name, withVersion: true);
        if (PodTemplateOf(document) is { } template)
            Label(Table(template, "metadata"), component.Name, withVersion: false);
        if (kind == "Secret")
            EncodeData(document);
        if (kind == "Ingress")
        {
            // Tales' own Ingresses are made for the same controller, also by who may not look at the cluster's classes.
            Annotate(metadata, new Dictionary<string, string> { [ControllerAnnotation] = PlatformVariables.IngressController(settings.Ingress) });
            Annotate(metadata, settings.Ingress.Annotations);
        }
    }

    /// <summary>Marks each workload with a checksum of the Secrets and ConfigMaps that it names, so that it restarts when they change.</summary>
    public static void AddChecksums(IReadOnlyList<Manifest> manifests)
    {
        var contents = manifests
            .Where(manifest => (string?)manifest.Object["kind"] is "Secret" or "ConfigMap")
            .ToDictionary(manifest => ((string)manifest.Object["kind"]!, NameOf(manifest.Object)), Content);
        foreach (var manifest in manifests)
        {
            if (PodTemplateOf(manifest.Object) is not { } template)
                continue;
            var used = References(template["spec"]).Distinct().Where(contents.ContainsKey).Order().ToList();
            if (used.Count == 0)
                continue;
            var text = string.Concat(used.Select(reference => $"{reference.Kind}/{reference.Name}\n{contents[reference]}\n"));
            Table(Table(template, "metadata"), "annotations")[ChecksumAnnotation] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
    }

    /// <summary>The pod template of a workload; null for other objects.</summary>
    public static JsonObject? PodTemplateOf(JsonObject document) => (string?)document["kind"] switch
    {
        "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet" or "Job" => document["spec"]?["template"] as JsonObject,
        "CronJob" => document["spec"]?["jobTemplate"]?["spec"]?["template"] as JsonObject,
        _ => null,
    };

    private static string NameOf(JsonObject document) => (string)document["metadata"]!["name"]!;

    private static string Content(Manifest manifest) => $"{manifest.Object["data"]?.ToJsonString()}{manifest.Object["binaryData"]?.ToJsonString()}";

    private void Label(JsonObject metadata, string component, bool withVersion)
    {
        var labels = Table(metadata, "labels");
        labels["app.kubernetes.io/name"] = Platform.Name;
        labels["app.kubernetes.io/instance"] = instance;
        labels["app.kubernetes.io/component"] = component;
        labels["app.kubernetes.io/part-of"] = Platform.Name;
        labels["app.kubernetes.io/managed-by"] = Platform.Name;
        if (withVersion)
            labels["app.kubernetes.io/version"] = Version;
    }

    private static void Annotate(JsonObject metadata, IReadOnlyDictionary<string, string> annotations)
    {
        foreach (var (name, value) in annotations)
            Table(metadata, "annotations")[name] = value;
    }

    // The server keeps data only; an object that says stringData would differ from it at every look (and own a field that is never there).
    private static void EncodeData(JsonObject secret)
    {
        if (secret["stringData"] is not JsonObject texts)
            return;
        var data = Table(secret, "data");
        foreach (var (name, value) in texts)
            data[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes((string?)value ?? ""));
        secret.Remove("stringData");
    }

    // Wherever a pod names a Secret or a ConfigMap: volumes, projected volumes, environment.
    private static IEnumerable<(string Kind, string Name)> References(JsonNode? node)
    {
        if (node is JsonArray list)
            return list.SelectMany(References);
        if (node is not JsonObject table)
            return [];
        return table.SelectMany(pair => (pair.Key, pair.Value) switch
        {
            ("secret", JsonObject inner) when (string?)(inner["secretName"] ?? inner["name"]) is { } name => [("Secret", name)],
            ("secretKeyRef" or "secretRef", JsonObject inner) when (string?)inner["name"] is { } name => [("Secret", name)],
            ("configMap" or "configMapKeyRef" or "configMapRef", JsonObject inner) when (string?)inner["name"] is { } name => [("ConfigMap", name)],
            var (_, inner) => References(inner),
        });
    }

    private static JsonObject Table(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject table)
            return table;
        var made = new JsonObject();
        parent[name] = made;
        return made;
    }
}
