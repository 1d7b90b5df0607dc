using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Certificates;

/// <summary>Makes TLS material from certificates and a key in PEM.</summary>
internal static class PemReader
{
    /// <summary>Reads both.</summary>
    /// <param name="certificatePem">Certificates in any order; other PEM blocks are passed over.</param>
    /// <param name="keyPem">The key, perhaps among other PEM blocks.</param>
    /// <param name="passphrase">The pass-phrase of an encrypted key.</param>
    /// <param name="origin">Where they come from, for messages.</param>
    public static TlsMaterial Read(string certificatePem, Secret keyPem, Secret? passphrase, string origin)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(certificatePem);
        }
        catch (CryptographicException exception)
        {
            throw new CertificateException(
                "CertificateMalformed", FailureKind.Malformed, origin, $"{origin} holds a certificate that cannot be read.", "Replace it by a certificate in PEM form.", exception);
        }
        if (certificates.Count == 0)
        {
            throw new CertificateException(
                "CertificateMalformed", FailureKind.Malformed, origin, $"{origin} holds no certificate.", "It must have a part that begins with '-----BEGIN CERTIFICATE-----'.");
        }
        using var key = ReadKey(keyPem.Reveal(), passphrase, origin);
        return Chain.Join(certificates, key, origin);
    }

    private static AsymmetricAlgorithm ReadKey(string pem, Secret? passphrase, string origin)
    {
        if (!FindKey(pem, out var label))
        {
            throw new CertificateException(
                "CertificateKeyMissing", FailureKind.Malformed, origin, $"{origin} holds no private key.",
                "Give the key in PEM form, beginning with '-----BEGIN PRIVATE KEY-----', in the same file or in the one that Certificate.KeyFile names.");
        }
        var isEncrypted = label == "ENCRYPTED PRIVATE KEY" || pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);
        if (isEncrypted && passphrase is null or { IsEmpty: true })
        {
            throw new CertificateException(
                "CertificatePassphrase", FailureKind.InvalidInput, origin, $"The key in {origin} is encrypted.", "Put its pass-phrase into secrets.psd1 as Secrets.CertificatePassphrase.");
        }
        foreach (var create in new Func<AsymmetricAlgorithm>[] { RSA.Create, ECDsa.Create })
        {
            var key = create();
            try
            {
                if (isEncrypted)
                    key.ImportFromEncryptedPem(pem, passphrase!.Reveal());
                else
                    key.ImportFromPem(pem);
                return key;
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                // Not of this algorithm, or not readable at all; the next one may do, else it is refused below. The exception may quote the key: it goes no further.
                key.Dispose();
            }
        }
        throw isEncrypted
            ? new CertificateException(
                "CertificatePassphrase", FailureKind.InvalidInput, origin, $"The key in {origin} cannot be decrypted.", "Correct Secrets.CertificatePassphrase, or give the key unencrypted.")
            : new CertificateException(
                "CertificateMalformed", FailureKind.Malformed, origin, $"The key in {origin} cannot be read.", "Give an RSA or ECDSA key in PEM form (PKCS#8, PKCS#1 or SEC 1).");
    }

    private static bool FindKey(ReadOnlySpan<char> pem, out string label)
    {
        while (PemEncoding.TryFind(pem, out var fields))
        {
            label = pem[fields.Label].ToString();
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                return true;
            pem = pem[fields.Location.End..];
        }
        label = "";

        // A key with headers of the old form (Proc-Type) is no PEM of RFC 7468, but is recognised as a key.
        return pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal);
    }
}
