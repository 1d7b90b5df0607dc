using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Hosting;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Backends;

/// <summary>
/// Stands in for the ingress controller of the class <c>simulator</c>: TLS on a loopback port with the certificates that Ingresses name, and their rules by host and path. The port is no
/// well-known one; the Ingress's status tells it.
/// </summary>
internal sealed class IngressFront(World world, ContainerBackends backends)
{
    /// <summary>Marks connections that came to this door.</summary>
    public static readonly object Mark = new();

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Version, SslStreamCertificateContext Certificate)> _certificates = [];

    /// <summary>The certificate to show for a host, with those between it and its authority; null where no Ingress has one.</summary>
    public SslStreamCertificateContext? CertificateFor(string? host)
    {
        if (string.IsNullOrEmpty(host))
            return null;
        foreach (var ingress in ByAge())
        {
            var entry = ingress.Tree["spec"].Items("tls").FirstOrDefault(tls => (tls["hosts"] as JsonArray ?? []).Any(name => Covers(name.Text() ?? "", host)));
            if (entry?["secretName"].Text() is { } secret && Load(ingress.Namespace, secret) is { } certificate)
                return certificate;
        }

        return null;
    }

    /// <summary>Answers requests that came to this door; all others go on.</summary>
    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionItemsFeature>()?.Items.ContainsKey(Mark) != true)
        {
            await next(context);
            return;
        }

        var path = context.Request.Path.Value ?? "/";
        var (ns, backend) = Route(context.Request.Host.Host, path);
        if (backend?["service"] is not JsonObject service)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("simulated ingress: no rule leads on from here\n", context.RequestAborted);
            return;
        }

        var port = service["port"]?["number"]?.ToString() ?? service["port"]?["name"].Text() ?? "";
        if (!await backends.TryAnswerServiceAsync(context, ns, service["name"].Text() ?? "", port, path))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("simulated ingress: no pod is ready behind this rule\n", context.RequestAborted);
        }
    }

    // networking.k8s.io/v1: the longest matching path wins.
    private (string Namespace, JsonNode? Backend) Route(string host, string path)
    {
        var found = ByAge()
            .SelectMany(ingress => ingress.Tree["spec"].Items("rules").Where(rule => rule["host"].Text() is not { } named || Covers(named, host))
                .SelectMany(rule => rule["http"].Items("paths")).Select(entry => (ingress.Namespace, Path: entry["path"].Text() ?? "/", Backend: entry["backend"])))
            .Where(rule => rule.Path == "/" || path == rule.Path.TrimEnd('/') || path.StartsWith(rule.Path.TrimEnd('/') + "/", StringComparison.Ordinal))
            .OrderByDescending(rule => rule.Path.Length)
            .FirstOrDefault();
        return (found.Namespace ?? "", found.Backend);
    }

    // Of two that claim a host, the one that was made first has it, as with ingress-nginx.
    private IEnumerable<StoredObject> ByAge() =>
        world.Store.List(world.Ingress).Items.OrderBy(ingress => ingress.Tree["metadata"]?["creationTimestamp"].Text(), StringComparer.Ordinal);

    private SslStreamCertificateContext? Load(string ns, string name)
    {
        if (world.Store.Get(world.Secret, ns, name) is not { } secret)
            return null;
        lock (_gate)
        {
            var key = $"{ns}/{name}";
            if (_certificates.TryGetValue(key, out var kept) && kept.Version == secret.ResourceVersion)
                return kept.Certificate;
            try
            {
                var data = secret.Read()["data"];
                var certificate = ServerCertificate.ChainFromPem(Text(data?["tls.crt"]), Text(data?["tls.key"]));
                _certificates[key] = (secret.ResourceVersion, certificate);
                return certificate;
            }
            catch (Exception exception) when (exception is CryptographicException or FormatException)
            {
                return null;
            }
        }
    }

    private static string Text(JsonNode? data) => Encoding.UTF8.GetString(Convert.FromBase64String(data.Text() ?? ""));

    private static bool Covers(string name, string host) =>
        name.StartsWith("*.", StringComparison.Ordinal) && host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            ? string.Equals(name[1..], host[dot..], StringComparison.OrdinalIgnoreCase)
            : string.Equals(name, host, StringComparison.OrdinalIgnoreCase);
}
