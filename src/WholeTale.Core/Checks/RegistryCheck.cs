using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Checks;

/// <summary>The registry takes the generated login over TLS with the generated certificate, and gives back what was pushed.</summary>
internal sealed class RegistryCheck : ICheck
{
    private const string Repository = "wholetale-check/layer";
    private const int Port = 5000;

    // Always the same, so that nothing piles up: an empty tar archive.
    private static readonly byte[] Layer = new byte[1024];

    public string Name => "Registry";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var secret = await FindSecretAsync(context, "registry-secret", cancellationToken);
        var certificate = await FindSecretAsync(context, "registry-cert-secret", cancellationToken);
        if (secret is null || certificate is null)
            return CheckOutcome.Fail("there is no Secret with the registry's login or certificate", "Run Deploy-WholeTale: it makes what is missing.");
        var pods = (await context.Api.ListAsync(ResourceTypes.Pod, context.Namespace, $"{Labels.Ours},{Labels.Component}=registry", cancellationToken)).Items;
        if (pods.FirstOrDefault(pod => !pod.IsDeleting() && pod.Condition("Ready").Text("status") == "True") is not { } ready)
            return CheckOutcome.Fail("no pod of the registry is ready", "Look at its pod (Get-WholeTale) for the reason.");

        using var http = Connect(context, ready.Name(), certificate.GetValueOrDefault("ca.crt", ""));
        var registry = new RegistryClient(http, secret.GetValueOrDefault("username", ""), new Secret(secret.GetValueOrDefault("password", "")));
        try
        {
            return await TryAsync(registry, $"Look at its pod (Get-WholeTale) and its log ({context.LogOf("registry")}).", secret.GetValueOrDefault("username", ""), cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException)
        {
            return CheckOutcome.Fail("the registry does not show the certificate of the Secret registry-cert-secret", "Restart its pod, so that it reads the certificate anew; it is deleted by 'kubectl delete pod'.");
        }
    }

    private static async Task<CheckOutcome> TryAsync(RegistryClient registry, string look, string user, CancellationToken cancellationToken)
    {
        var status = await registry.LogInAsync(cancellationToken);
        if (status == HttpStatusCode.Unauthorized)
            return CheckOutcome.Fail($"the registry refuses the user {user}", "Run Deploy-WholeTale: it renews what the registry knows of its user.");
        if (status != HttpStatusCode.OK)
            return CheckOutcome.Fail($"the registry answers a login with {(int)status}", look);
        string digest;
        try
        {
            digest = await registry.PushAsync(Repository, "check", Layer, cancellationToken);
            await registry.PullAsync(Repository, "check", cancellationToken);
        }
        catch (IOException exception)
        {
            return CheckOutcome.Fail($"{user} can log in, and not push and pull: {exception.Message}", look);
        }

        try
        {
            await registry.DeleteAsync(Repository, digest, cancellationToken);
        }
        catch (IOException exception)
        {
            return CheckOutcome.Warn($"{user} can push and pull, and not delete: {exception.Message}", "Set REGISTRY_STORAGE_DELETE_ENABLED, as the shipped template does: images of tales that are gone stay otherwise.");
        }

        return CheckOutcome.Pass($"{user} can log in, push and pull");
    }

    // Through a forwarded port: the service proxy keeps the login to itself.
    private static HttpClient Connect(CheckContext context, string pod, string authority)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, token) => await context.Api.OpenPortAsync(context.Namespace, pod, Port, token),
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
            },
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPem(authority);
        return new HttpClient(handler) { BaseAddress = new Uri("https://registry/") };
    }

    private static async Task<Dictionary<string, string>?> FindSecretAsync(CheckContext context, string name, CancellationToken cancellationToken)
    {
        var found = await context.Api.FindAsync(new ObjectReference(ResourceTypes.Secret, context.Namespace, name), cancellationToken);
        return (found?["data"] as JsonObject)?.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(Convert.FromBase64String((string?)pair.Value ?? "")), StringComparer.Ordinal);
    }
}
