using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WholeTale.Core.Tests.Certificates;

/// <summary>A root, an intermediate, and leaves signed by it.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 root;
    private readonly X509Certificate2 intermediate;

    public TestAuthority()
    {
        var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Test Root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root = rootRequest.CreateSelfSigned(Begin.AddYears(-1), Begin.AddYears(20));
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Intermediate", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var bare = request.Create(root, Begin.AddYears(-1), Begin.AddYears(10), [1, 2, 3]);
        intermediate = bare.CopyWithPrivateKey(key);
    }

    public string RootPem => root.ExportCertificatePem() + "\n";

    public string IntermediatePem => intermediate.ExportCertificatePem() + "\n";

    public X509Certificate2 Root => root;

    public X509Certificate2 Intermediate => intermediate;

    /// <summary>A leaf with its key.</summary>
    public X509Certificate2 Issue(string[] names, AsymmetricAlgorithm key, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        var request = key is RSA rsa
            ? new CertificateRequest("CN=leaf", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=leaf", (ECDsa)key, HashAlgorithmName.SHA256);
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (var name in names)
                alternatives.AddDnsName(name);
            request.CertificateExtensions.Add(alternatives.Build());
        }
        using var bare = request.Create(
            intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(intermediate.GetECDsaPrivateKey()!), from ?? Begin, until ?? Begin.AddYears(2), RandomNumberGenerator.GetBytes(8));
        return key is RSA own ? bare.CopyWithPrivateKey(own) : bare.CopyWithPrivateKey((ECDsa)key);
    }

    public void Dispose()
    {
        root.Dispose();
        intermediate.Dispose();
    }
}
