namespace WholeTale.Core.Certificates;

/// <summary>Makes certificates of our own.</summary>
public static class SelfSigned
{
    /// <summary>Makes a certificate for the given names, signed by itself and usable as its own authority.</summary>
    /// <param name="names">DNS names; the first becomes the common name.</param>
    /// <param name="keyAlgorithm">Ecdsa (P-256) or Rsa (2048).</param>
    /// <param name="days">Days of validity.</param>
    /// <param name="time">The clock.</param>
    public static TlsMaterial Create(IReadOnlyList<string> names, string keyAlgorithm, int days, TimeProvider time) => throw new NotImplementedException();

    /// <summary>The names by which the registry is reached: registry, with namespace, with cluster domain, and at the site's domain.</summary>
    public static IReadOnlyList<string> RegistryNames(string @namespace, string domain) =>
        ["registry", $"registry.{@namespace}", $"registry.{@namespace}.svc", $"registry.{@namespace}.svc.cluster.local", $"registry.{domain}"];
}
