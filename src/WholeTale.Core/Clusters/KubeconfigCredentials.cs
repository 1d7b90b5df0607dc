using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Clusters;

/// <summary>Turns a kubeconfig's cluster and user into a connection.</summary>
internal static class KubeconfigCredentials
{
    /// <summary>The connection; null where the cluster has no address.</summary>
    internal static ApiConnection? Connect(string name, KubeconfigEntry cluster, KubeconfigEntry? user)
    {
        if (!Uri.TryCreate(cluster["server"], UriKind.Absolute, out var endpoint))
            return null;
        var plugin = user?.Plugin();
        return new ApiConnection
        {
            Name = name,
            Endpoint = endpoint,
            CertificateAuthorities = Authorities(cluster.Text("certificate-authority")),
            SkipTlsVerification = cluster.IsTrue("insecure-skip-tls-verify"),
            TlsServerName = cluster["tls-server-name"],
            ClientCertificate = user is null ? null : ClientCertificate(user.Text("client-certificate"), user.Text("client-key")),
            Token = user is null ? null : TokenSource(name, cluster, user, plugin),
            ExecPlugin = plugin,
        };
    }

    internal static X509Certificate2Collection? Authorities(string? pem)
    {
        if (pem is null)
            return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem);
        return authorities;
    }

    private static X509Certificate2? ClientCertificate(string? certificate, string? key)
    {
        if (certificate is null || key is null)
            return null;
        var withKey = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows())
            return withKey;

        // Windows' TLS takes no key that lives in memory alone: it goes through PFX, from which it may be exported again into a kubeconfig.
        using (withKey)
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    // kubectl's order: a token, then a token's file, then a plugin.
    private static Func<CancellationToken, ValueTask<string?>>? TokenSource(string name, KubeconfigEntry cluster, KubeconfigEntry user, ExecPlugin? plugin)
    {
        if (user.FilePath("tokenFile") is { } file)
            return new TokenFile(file, TimeProvider.System).GetTokenAsync;
        if (user["token"] is { } token)
            return _ => ValueTask.FromResult<string?>(token);
        return plugin is null ? null : new ExecCredential(plugin, ClusterInfo(cluster), name, TimeProvider.System).GetTokenAsync;
    }

    private static JsonObject ClusterInfo(KubeconfigEntry cluster)
    {
        var info = new JsonObject { ["server"] = cluster["server"] };
        if (cluster.Text("certificate-authority") is { } authorities)
            info["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authorities));
        if (cluster["tls-server-name"] is { } server)
            info["tls-server-name"] = server;
        if (cluster.IsTrue("insecure-skip-tls-verify"))
            info["insecure-skip-tls-verify"] = true;
        return info;
    }
}
