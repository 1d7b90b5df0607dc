using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WholeTale.Core.Certificates;

namespace WholeTale.Core.Tests.Certificates;

/// <summary>Every way in which a certificate can be wrong, and what is said.</summary>
public sealed class BadCertificateTests : IDisposable
{
    private const string D = CertificateWorkshop.Domain;

    private static readonly Dictionary<string, (Func<CertificateWorkshop, (string, object?)[]> Given, string Id, string Said)> Cases = new()
    {
        ["acme: missing file"] = (_ => [("Certificate.AcmeFile", "nowhere/acme.json")], "CertificateMissing", "acme.json does not exist. Put it there"),
        ["acme: a folder"] = (shop => [("Certificate.AcmeFile", shop.Folder)], "CertificateUnreadable", "cannot be read"),
        ["acme: empty file"] = (shop => Acme(shop, ""), "CertificateMalformed", "no whole JSON (line 1)"),
        ["acme: cut short"] = (shop => Acme(shop, Good(shop)[..^20]), "CertificateMalformed", "no whole JSON"),
        ["acme: no JSON"] = (shop => Acme(shop, "-----BEGIN CERTIFICATE-----"), "CertificateMalformed", "no whole JSON (line 1)"),
        ["acme: other JSON"] = (shop => Acme(shop, "{\"a\": {\"b\": 1}}"), "CertificateMalformed", "no list 'Certificates'"),
        ["acme: a list"] = (shop => Acme(shop, "[1]"), "CertificateMalformed", "no list 'Certificates'"),
        ["acme: no certificates yet"] = (shop => Acme(shop, "{\"r\": {\"Certificates\": []}}"), "CertificateWrongDomain", "it has none at all"),
        ["acme: certificates null"] = (shop => Acme(shop, "{\"r\": {\"Certificates\": null}}"), "CertificateMalformed", "no list 'Certificates'"),
        ["acme: wrong domain"] = (shop => Acme(shop, CertificateWorkshop.Acme(("*.other.org", ["other.org"], Leaf(shop), shop.KeyPem))), "CertificateWrongDomain", $"no certificate for *.{D}; it has *.other.org, other.org. Correct the setting Domain"),
        ["acme: bare domain only"] = (shop => Acme(shop, CertificateWorkshop.Acme((D, [], Leaf(shop), shop.KeyPem))), "CertificateWrongDomain", $"it has {D}"),
        ["acme: wildcard a level too high"] = (shop => Acme(shop, CertificateWorkshop.Acme(("*.example.org", [], Leaf(shop), shop.KeyPem))), "CertificateWrongDomain", "it has *.example.org"),
        ["acme: certificate is for another domain than said"] = (shop => Acme(shop, CertificateWorkshop.Acme(("*." + D, [], Leaf(shop, "*.other.org"), shop.KeyPem))), "CertificateWrongDomain", $"not valid for girder.{D}, dashboard.{D}; it is for *.other.org"),
        ["acme: garbage base64"] = (shop => Acme(shop, Good(shop).Replace("\"certificate\":\"", "\"certificate\":\"#", StringComparison.Ordinal)), "CertificateMalformed", "The certificate in"),
        ["acme: garbage base64 in the key"] = (shop => Acme(shop, Good(shop).Replace("\"key\":\"", "\"key\":\"#", StringComparison.Ordinal)), "CertificateMalformed", "The key in"),
        ["acme: base64 of bytes that are no text"] = (shop => Acme(shop, Good(shop).Replace("\"key\":\"", "\"key\":\"////", StringComparison.Ordinal)), "CertificateMalformed", "no base64 of PEM text"),
        ["acme: base64 of something else"] = (shop => Acme(shop, CertificateWorkshop.Acme(("*." + D, [], "hello", shop.KeyPem))), "CertificateMalformed", "holds no certificate"),
        ["acme: wrong key"] = (shop => Acme(shop, CertificateWorkshop.Acme(("*." + D, [], Leaf(shop), shop.RsaKey.ExportPkcs8PrivateKeyPem()))), "CertificateKeyMismatch", "does not belong to its certificate"),
        ["acme: no key"] = (shop => Acme(shop, CertificateWorkshop.Acme(("*." + D, [], Leaf(shop), ""))), "CertificateKeyMissing", "holds no private key"),
        ["acme: two candidates, both broken"] = (shop => Acme(shop, CertificateWorkshop.Acme(("*." + D, [], "one", shop.KeyPem), ("*." + D, [], "two", shop.KeyPem))), "CertificateMalformed", "holds no certificate"),
        ["expired"] = (shop => Pem(shop, Dated(shop, until: CertificateWorkshop.Now.AddHours(-1))), "CertificateExpired", "expired on 2026-06-01 11:00 UTC. Renew it"),
        ["expires this second"] = (shop => Pem(shop, Dated(shop, until: CertificateWorkshop.Now)), "CertificateExpired", "expired on 2026-06-01 12:00 UTC"),
        ["not yet valid"] = (shop => Pem(shop, Dated(shop, from: CertificateWorkshop.Now.AddDays(1))), "CertificateNotYetValid", "valid only from 2026-06-02 12:00 UTC on"),
        ["pem: missing file"] = (_ => [("Certificate.Source", "Pem"), ("Certificate.CertificateFile", "nowhere.pem")], "CertificateMissing", "nowhere.pem does not exist"),
        ["pem: missing key file"] = (shop => [.. Pem(shop, Leaf(shop)), ("Certificate.KeyFile", "nowhere.key")], "CertificateMissing", "nowhere.key does not exist"),
        ["pem: empty"] = (shop => Pem(shop, ""), "CertificateMalformed", "holds no certificate"),
        ["pem: key only"] = (shop => Pem(shop, shop.KeyPem), "CertificateMalformed", "holds no certificate"),
        ["pem: certificate only"] = (shop => Pem(shop, Leaf(shop)), "CertificateKeyMissing", "holds no private key"),
        ["pem: garbage between the lines"] = (shop => Pem(shop, "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n" + shop.KeyPem), "CertificateMalformed", "a certificate that cannot be read"),
        ["pem: garbage key"] = (shop => Pem(shop, Leaf(shop) + "-----BEGIN PRIVATE KEY-----\naGVsbG8=\n-----END PRIVATE KEY-----\n"), "CertificateMalformed", "The key in"),
        ["pem: encrypted key, no pass-phrase"] = (shop => Pem(shop, Leaf(shop) + Encrypted(shop)), "CertificatePassphrase", "is encrypted. Put its pass-phrase into secrets.psd1"),
        ["pem: encrypted key, wrong pass-phrase"] = (shop => [.. Pem(shop, Leaf(shop) + Encrypted(shop)), ("Secrets.CertificatePassphrase", "wrong")], "CertificatePassphrase", "cannot be decrypted"),
        ["pem: chain without the leaf"] = (shop => Pem(shop, shop.Authority.IntermediatePem + shop.KeyPem), "CertificateKeyMismatch", "does not belong"),
        ["pem: no names"] = (shop => Pem(shop, Issue(shop, []) + shop.KeyPem), "CertificateWithoutNames", "no DNS names"),
        ["pem: for Girder only"] = (shop => Pem(shop, Leaf(shop, "girder." + D) + shop.KeyPem), "CertificateWrongDomain", $"not valid for dashboard.{D}; it is for girder.{D}"),
        ["pem: wildcard in the middle"] = (shop => Pem(shop, Leaf(shop, "girder.*.org", "d*." + D) + shop.KeyPem), "CertificateWrongDomain", "not valid for girder."),
        ["pfx: wrong pass-phrase"] = (shop => [.. Pfx(shop, "right"), ("Secrets.CertificatePassphrase", "wrong")], "CertificatePassphrase", "cannot be opened with this pass-phrase"),
        ["pfx: no pass-phrase"] = (shop => Pfx(shop, "right"), "CertificatePassphrase", "cannot be opened with this pass-phrase"),
        ["pfx: no PFX"] = (shop => [("Certificate.Source", "Pfx"), ("Certificate.CertificateFile", shop.Write("site.pfx", "hello"))], "CertificateMalformed", "no whole PFX"),
        ["pfx: cut short"] = (shop => [("Certificate.Source", "Pfx"), ("Certificate.CertificateFile", shop.Write("site.pfx", PfxBytes(shop, "")[..^40]))], "CertificateMalformed", "no whole PFX"),
        ["pfx: without the key"] = (shop => [("Certificate.Source", "Pfx"), ("Certificate.CertificateFile", shop.Write("site.pfx", Keyless(shop)))], "CertificateKeyMissing", "holds no private key"),
    };

    private readonly CertificateWorkshop workshop = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    public void Dispose() => workshop.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_certificate_is_told_in_words(string name)
    {
        var (given, id, said) = Cases[name];

        var error = await Assert.ThrowsAsync<CertificateException>(() => workshop.LoadAsync(given(workshop)));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Equal(id, error.ErrorId);
        Assert.NotNull(error.Advice);

        // No piece of a key in any message, nor in a cause.
        var key = string.Concat(workshop.KeyPem.Split('\n')[1..^1])[..40];
        Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(CertificateWorkshop.Base64(workshop.KeyPem)[..60], error.ToString(), StringComparison.Ordinal);
    }

    private static (string, object?)[] Acme(CertificateWorkshop shop, string text) => [("Certificate.AcmeFile", shop.Write("acme.json", text))];

    private static (string, object?)[] Pem(CertificateWorkshop shop, string text) => [("Certificate.CertificateFile", shop.Write("site.pem", text)), ("Certificate.Source", "Pem")];

    private static (string, object?)[] Pfx(CertificateWorkshop shop, string passphrase) => [("Certificate.CertificateFile", shop.Write("site.pfx", PfxBytes(shop, passphrase)))];

    private static byte[] PfxBytes(CertificateWorkshop shop, string passphrase)
    {
        using var leaf = shop.Leaf();
        return leaf.Export(X509ContentType.Pfx, passphrase);
    }

    private static byte[] Keyless(CertificateWorkshop shop)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(shop.Leaf().RawData);
        return leaf.Export(X509ContentType.Pfx, "");
    }

    private static string Good(CertificateWorkshop shop) => CertificateWorkshop.Acme(("*." + D, [], Leaf(shop), shop.KeyPem));

    private static string Leaf(CertificateWorkshop shop, params string[] names) => Issue(shop, names.Length > 0 ? names : CertificateWorkshop.Names);

    private static string Issue(CertificateWorkshop shop, string[] names)
    {
        using var leaf = shop.Authority.Issue(names, shop.Key);
        return leaf.ExportCertificatePem() + "\n";
    }

    private static string Dated(CertificateWorkshop shop, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        using var leaf = shop.Authority.Issue(CertificateWorkshop.Names, shop.Key, from, until);
        return leaf.ExportCertificatePem() + "\n" + shop.KeyPem;
    }

    private static string Encrypted(CertificateWorkshop shop) =>
        shop.Key.ExportEncryptedPkcs8PrivateKeyPem("right", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
}
