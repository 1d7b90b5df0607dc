using System.Text;
using WholeTale.Core;
using WholeTale.Core.Certificates;

namespace WholeTale.PowerShell.Configuration;

/// <summary>Writes a certificate and its key as files, the key readable by its owner only.</summary>
internal static class CertificateOutput
{
    /// <summary>Sees to it that a key that may still be needed is not lost.</summary>
    /// <exception cref="CertificateException">There are files already, and they are not to be replaced.</exception>
    internal static void RequireFree(string folder, bool force)
    {
        var taken = new[] { "tls.key", "tls.crt" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (taken is not null && !force)
            throw new CertificateException("CertificateExists", FailureKind.Conflict, taken, $"The certificate was not written: {taken} is there already.", "Use -Force to replace it, or choose another folder.");
    }

    /// <summary>Writes <c>tls.crt</c> and <c>tls.key</c>; the names that a Secret of type kubernetes.io/tls uses.</summary>
    internal static async Task WriteAsync(TlsMaterial certificate, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await WriteAsync(Path.Combine(folder, "tls.key"), certificate.KeyPem.Reveal(), UnixFileMode.UserRead | UnixFileMode.UserWrite, cancellationToken);
        await WriteAsync(
            Path.Combine(folder, "tls.crt"), certificate.CertificatePem, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, cancellationToken);
    }

    // Beside the file, then into its place: a reader sees the old one or the new one, whole.
    private static async Task WriteAsync(string path, string text, UnixFileMode mode, CancellationToken cancellationToken)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        try
        {
            await using (var stream = new FileStream(temporary, options))
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
