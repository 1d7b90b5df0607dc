using System.Security.Cryptography.X509Certificates;
using WholeTale.Core.Clusters;

namespace WholeTale.Core.Kubernetes;

/// <summary>How to reach and to be known by one API server. Credentials are sources, not values, so that nothing secret is held in the clear.</summary>
public sealed record ApiConnection
{
    /// <summary>A name for messages, e.g. the cluster's.</summary>
    public required string Name { get; init; }

    /// <summary>The API server's base address.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The authorities that the server's certificate must lead to; null for the system's.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>A client certificate with its key, or null.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Gives a bearer token, fresh at each call; null where none is used. Called for each request: it caches for itself.</summary>
    public Func<CancellationToken, ValueTask<string?>>? Token { get; init; }

    /// <summary>Whether to trust any certificate (a kubeconfig's <c>insecure-skip-tls-verify</c>).</summary>
    public bool SkipTlsVerification { get; init; }

    /// <summary>The server name to expect in the certificate where it is not the endpoint's (<c>tls-server-name</c>).</summary>
    public string? TlsServerName { get; init; }

    /// <summary>The program that gives other clients the token; null where they get the token itself. What is exported names it.</summary>
    public ExecPlugin? ExecPlugin { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Endpoint})";
}
