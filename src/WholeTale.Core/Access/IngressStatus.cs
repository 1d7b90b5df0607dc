using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Access;

/// <summary>The platform's outer door as its controller shows it.</summary>
/// <param name="Class">The class; empty where none is named.</param>
/// <param name="Controller">What serves it: gateway, gce, nginx, traefik or other; empty where it does not say.</param>
/// <param name="Hosts">The hosts that it has rules for.</param>
/// <param name="Addresses">Where it listens; none while its controller has given no address.</param>
/// <param name="SecretName">The Secret with the certificate.</param>
/// <param name="Unhealthy">Backends that the controller calls unhealthy; known for gce only.</param>
internal sealed record IngressStatus(
    string Class, string Controller, IReadOnlyList<string> Hosts, IReadOnlyList<IngressAddress> Addresses, string SecretName, IReadOnlyList<string> Unhealthy)
{
    /// <summary>The name of the platform's Ingress.</summary>
    public const string Name = "ingress";

    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    /// <summary>Reads it; null where there is none.</summary>
    /// <param name="api">The API server.</param>
    /// <param name="namespace">The platform's namespace.</param>
    /// <param name="known">Gives an object that need not be asked for, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public static async Task<IngressStatus?> ReadAsync(ApiClient api, string @namespace, Func<ObjectReference, JsonObject?> known, CancellationToken cancellationToken)
    {
        if (await FindAsync(api, known, new ObjectReference(ResourceTypes.Ingress, @namespace, Name), cancellationToken) is not { } ingress)
            return await ReadGatewayAsync(api, @namespace, cancellationToken);
        return new IngressStatus(
            ingress.Text("spec", "ingressClassName") is { Length: > 0 } named ? named : ingress.Annotation(ClassAnnotation),
            ingress.Annotation(ManifestFinish.ControllerAnnotation),
            [.. ingress.Items("spec", "rules").Select(rule => rule.Text("host"))],
            [.. ingress.Items("status", "loadBalancer", "ingress").Select(ReadAddress).OfType<IngressAddress>()],
            ingress.Items("spec", "tls").Select(tls => tls.Text("secretName")).FirstOrDefault() ?? "",
            [.. IngressReadiness.States(ingress).Where(backend => backend.Value != "HEALTHY").Select(backend => backend.Key)]);
    }

    private static async Task<IngressStatus?> ReadGatewayAsync(ApiClient api, string @namespace, CancellationToken cancellationToken)
    {
        if (await FindGatewayAsync(api, @namespace, cancellationToken) is not { } gateway)
            return null;
        var routes = (await api.ListAsync(new RouteReadiness().Type, @namespace, Labels.Ours, cancellationToken)).Items;
        return new IngressStatus(
            gateway.Text("spec", "gatewayClassName"),
            "gateway",
            [.. routes.SelectMany(route => route.At("spec", "hostnames") as JsonArray ?? []).Select(host => (string?)host ?? "").Distinct(StringComparer.Ordinal)],
            [.. gateway.Items("status", "addresses").Select(address => new IngressAddress(address.Text("value"), 443))],
            gateway.Items("spec", "listeners").SelectMany(listener => listener.Items("tls", "certificateRefs")).Select(reference => reference.Text("name")).FirstOrDefault() ?? "",
            []);
    }

    private static async Task<JsonObject?> FindGatewayAsync(ApiClient api, string @namespace, CancellationToken cancellationToken)
    {
        try
        {
            return await api.FindAsync(new ObjectReference(new GatewayReadiness().Type, @namespace, "gateway"), cancellationToken);
        }
        catch (ApiException exception) when (exception.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // A cluster without the Gateway API has no such path.
            return null;
        }
    }

    /// <summary>The fingerprint of the certificate that is configured; null where it cannot be read.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public async Task<string?> FindFingerprintAsync(ApiClient api, string @namespace, Func<ObjectReference, JsonObject?> known, CancellationToken cancellationToken)
    {
        if (SecretName.Length == 0)
            return null;
        var secret = await FindAsync(api, known, new ObjectReference(ResourceTypes.Secret, @namespace, SecretName), cancellationToken);
        return secret.Text("data", "tls.crt") is { Length: > 0 } data ? PresentedCertificate.FingerprintOf(Encoding.UTF8.GetString(Convert.FromBase64String(data))) : null;
    }

    private static async Task<JsonObject?> FindAsync(ApiClient api, Func<ObjectReference, JsonObject?> known, ObjectReference reference, CancellationToken cancellationToken) =>
        known(reference) ?? await api.FindAsync(reference, cancellationToken);

    private static IngressAddress? ReadAddress(JsonObject entry)
    {
        var target = entry.Text("ip") is { Length: > 0 } ip ? ip : entry.Text("hostname");
        var ports = entry.Items("ports").Select(port => (int?)port.Number("port")).OfType<int>().ToList();
        return target.Length == 0 ? null : new IngressAddress(target, ports.Count == 0 || ports.Contains(443) ? 443 : ports[0]);
    }
}
