using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Certificates;

/// <summary>Reads certificates from PEM and PFX files.</summary>
internal static class CertificateFile
{
    private const int InvalidPassword = unchecked((int)0x80070056);

    /// <summary>Reads a file whole.</summary>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CertificateException("CertificateMissing", FailureKind.NotFound, path, $"The certificate file {path} does not exist.", "Put it there, or correct the setting.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException(
                "CertificateUnreadable", FailureKind.Forbidden, path, $"The certificate file {path} cannot be read: {exception.Message}", "Make it readable for this user.", exception);
        }
    }

    /// <summary>Reads a PEM file with certificates and, unless it has a file of its own, the key.</summary>
    public static async Task<TlsMaterial> ReadPemAsync(string path, string keyPath, Secret passphrase, CancellationToken cancellationToken)
    {
        var certificate = Encoding.UTF8.GetString(await ReadAsync(path, cancellationToken));
        var key = keyPath.Length > 0 ? Encoding.UTF8.GetString(await ReadAsync(keyPath, cancellationToken)) : certificate;
        return PemReader.Read(certificate, new Secret(key), passphrase, keyPath.Length > 0 ? $"{path} with {keyPath}" : path);
    }

    /// <summary>Reads a PFX (PKCS#12) file.</summary>
    public static async Task<TlsMaterial> ReadPfxAsync(string path, Secret passphrase, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(path, cancellationToken);

        // Keys must not be left in the user's key store; macOS knows no other way.
        var flags = X509KeyStorageFlags.Exportable | (OperatingSystem.IsMacOS() ? 0 : X509KeyStorageFlags.EphemeralKeySet);
        X509Certificate2Collection certificates;
        try
        {
            certificates = X509CertificateLoader.LoadPkcs12Collection(bytes, passphrase.Reveal(), flags);
        }
        catch (CryptographicException exception) when (exception.HResult == InvalidPassword)
        {
            throw new CertificateException(
                "CertificatePassphrase", FailureKind.InvalidInput, path, $"The PFX file {path} cannot be opened with this pass-phrase.",
                "Correct Secrets.CertificatePassphrase in secrets.psd1.");
        }
        catch (CryptographicException exception)
        {
            throw new CertificateException("CertificateMalformed", FailureKind.Malformed, path, $"{path} is no whole PFX (PKCS#12) file.", "Export it anew.", exception);
        }
        var owner = certificates.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw new CertificateException(
                "CertificateKeyMissing", FailureKind.Malformed, path, $"The PFX file {path} holds no private key.", "Export it with its private key.");
        using AsymmetricAlgorithm key = owner.GetRSAPrivateKey()
            ?? (AsymmetricAlgorithm?)owner.GetECDsaPrivateKey()
            ?? throw new CertificateException(
                "CertificateMalformed", FailureKind.Malformed, path, $"The key in {path} is neither RSA nor ECDSA.", "Have the certificate issued with such a key.");
        return Chain.Join(certificates, Exportable(key), path);
    }

    // Windows lets a key of a PFX leave only encrypted (AllowExport without AllowPlaintextExport).
    private static AsymmetricAlgorithm Exportable(AsymmetricAlgorithm key)
    {
        if (!OperatingSystem.IsWindows())
            return key;
        AsymmetricAlgorithm copy = key is RSA ? RSA.Create() : ECDsa.Create();
        var passphrase = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1);
        copy.ImportEncryptedPkcs8PrivateKey(passphrase, key.ExportEncryptedPkcs8PrivateKey(passphrase, parameters), out _);
        return copy;
    }
}
