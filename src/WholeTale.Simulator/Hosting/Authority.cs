using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WholeTale.Simulator.Hosting;

/// <summary>A certificate authority of a simulated cluster's own, and the server certificate it signs.</summary>
internal sealed class Authority : IDisposable
{
    private readonly X509Certificate2 _authority;

    /// <param name="name">Whose authority it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="hosts">Names of the server, beside those of every API server on loopback.</param>
    public Authority(string name, TimeProvider time, params IEnumerable<string> hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={Plain(name)}-ca"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        _authority = request.CreateSelfSigned(now.AddHours(-1), now.AddYears(10));
        Pem = _authority.ExportCertificatePem();
        Server = Issue(Plain(name), now, hosts);
    }

    /// <summary>The authority's own certificate, with its key.</summary>
    public X509Certificate2 Certificate => _authority;

    /// <summary>The authority's certificate as clients trust it.</summary>
    public string Pem { get; }

    /// <summary>The server's certificate with its key.</summary>
    public X509Certificate2 Server { get; }

    public void Dispose()
    {
        Server.Dispose();
        _authority.Dispose();
    }

    private X509Certificate2 Issue(string name, DateTimeOffset now, IEnumerable<string> hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var dns in hosts.Concat(["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"]))
            names.AddDnsName(dns);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var signed = request.Create(_authority, now.AddHours(-1), now.AddYears(2), serial);
        return ServerCertificate.From(signed.CopyWithPrivateKey(key));
    }

    private static string Plain(string name) => new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '-')]);
}
