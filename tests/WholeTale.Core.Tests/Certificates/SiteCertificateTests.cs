using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WholeTale.Core.Certificates;

namespace WholeTale.Core.Tests.Certificates;

public sealed class SiteCertificateTests : IDisposable
{
    private readonly CertificateWorkshop workshop = new();

    public void Dispose() => workshop.Dispose();

    [Theory]
    [InlineData("acme-v1.json")]
    [InlineData("acme-v2.json")]
    public async Task Both_forms_of_Traefiks_file_give_certificate_and_key(string file)
    {
        var path = Path.Combine(CommonFolders.TestData, file);

        var material = await AcmeFile.ReadAsync(path, "local.wholetale.org", new FixedTime(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)), TestContext.Current.CancellationToken);

        Assert.Equal(["*.local.wholetale.org", "local.wholetale.org"], material.Names.Order());
        using var certificate = X509Certificate2.CreateFromPem(material.CertificatePem, material.KeyPem.Reveal());
        Assert.True(certificate.HasPrivateKey);
    }

    [Theory]
    [InlineData("Pem")]
    [InlineData("PemTwoFiles")]
    [InlineData("Encrypted")]
    [InlineData("Sec1")]
    [InlineData("Pkcs1")]
    [InlineData("Pfx")]
    [InlineData("Acme")]
    public async Task Every_form_round_trips_with_its_chain_in_order(string form)
    {
        using var leaf = form == "Pkcs1" ? workshop.Authority.Issue(CertificateWorkshop.Names, workshop.RsaKey) : workshop.Leaf();
        var leafPem = leaf.ExportCertificatePem() + "\n";

        // Out of order and with the root: it must be mended.
        var chain = workshop.Authority.RootPem + workshop.Authority.IntermediatePem + leafPem;
        var parameters = form switch
        {
            "Pem" => Pem(chain + workshop.KeyPem),
            "PemTwoFiles" => [.. Pem(chain), ("Certificate.KeyFile", workshop.Write("key.pem", workshop.KeyPem))],
            "Encrypted" =>
            [
                .. Pem(chain), ("Certificate.KeyFile", workshop.Write("key.pem", workshop.Key.ExportEncryptedPkcs8PrivateKeyPem("pass phrase", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)))),
                ("Secrets.CertificatePassphrase", "pass phrase"),
            ],
            "Sec1" => Pem(chain + workshop.Key.ExportECPrivateKeyPem()),
            "Pkcs1" => Pem(chain + workshop.RsaKey.ExportRSAPrivateKeyPem()),
            "Pfx" => [("Certificate.CertificateFile", workshop.Write("site.pfx", Pfx(leaf, "p"))), ("Certificate.Source", "Pfx"), ("Secrets.CertificatePassphrase", "p")],
            _ => new (string, object?)[] { ("Certificate.AcmeFile", workshop.Write("acme.json", CertificateWorkshop.Acme(("*." + CertificateWorkshop.Domain, [], chain, workshop.KeyPem)))) },
        };

        var material = await workshop.LoadAsync(parameters);

        Assert.Equal(leafPem + workshop.Authority.IntermediatePem, material!.CertificatePem);
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", material.KeyPem.Reveal(), StringComparison.Ordinal);
        Assert.Equal(CertificateWorkshop.Names, material.Names);
        using var pair = X509Certificate2.CreateFromPem(material.CertificatePem, material.KeyPem.Reveal());
        Assert.Equal(leaf.Thumbprint, pair.Thumbprint);
        Assert.Empty(workshop.Warnings);
    }

    [Fact]
    public async Task The_longest_lasting_of_two_usable_ones_is_taken()
    {
        using var sooner = workshop.Authority.Issue(CertificateWorkshop.Names, workshop.Key, until: CertificateWorkshop.Now.AddDays(40));
        using var later = workshop.Authority.Issue(CertificateWorkshop.Names, workshop.Key, until: CertificateWorkshop.Now.AddDays(80));
        var main = "*." + CertificateWorkshop.Domain;
        workshop.Write("certs/acme.json", CertificateWorkshop.Acme(
            (main, [], sooner.ExportCertificatePem(), workshop.KeyPem), (main, [], later.ExportCertificatePem(), workshop.KeyPem), (main, [], "broken", "broken")));

        var material = await workshop.LoadAsync();

        Assert.Equal(CertificateWorkshop.Now.AddDays(80), material!.NotAfter);
    }

    [Fact]
    public async Task Names_may_stand_one_by_one_and_tales_are_then_warned_of()
    {
        using var leaf = workshop.Leaf($"girder.{CertificateWorkshop.Domain}", $"dashboard.{CertificateWorkshop.Domain}");

        var material = await workshop.LoadAsync(Pem(leaf.ExportCertificatePem() + "\n" + workshop.KeyPem));

        Assert.NotNull(material);
        Assert.Equal(2, workshop.Warnings.Count);
        Assert.Contains("browsers will refuse tales", workshop.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("registry.", workshop.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expiry_within_thirty_days_is_warned_of()
    {
        using var leaf = workshop.Authority.Issue(CertificateWorkshop.Names, workshop.Key, until: CertificateWorkshop.Now.AddDays(29.5));

        await workshop.LoadAsync(Pem(leaf.ExportCertificatePem() + "\n" + workshop.KeyPem));

        Assert.Contains("in 29 days", Assert.Single(workshop.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_at_all_gives_a_self_signed_one_with_a_warning()
    {
        var material = await workshop.LoadAsync();

        Assert.Equal(CertificateWorkshop.Names, material!.Names);
        Assert.Contains("acme.json", Assert.Single(workshop.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_existing_Secret_is_left_to_the_cluster()
    {
        Assert.Null(await workshop.LoadAsync(("Certificate.Source", "Secret"), ("Certificate.SecretName", "mine")));
        Assert.Empty(workshop.Warnings);
    }

    private byte[] Pfx(X509Certificate2 leaf, string passphrase) =>
        new X509Certificate2Collection { leaf, workshop.Authority.Root, workshop.Authority.Intermediate }.Export(X509ContentType.Pfx, passphrase)!;

    private (string, object?)[] Pem(string text) => [("Certificate.CertificateFile", workshop.Write("site.pem", text)), ("Certificate.Source", "Pem")];
}
