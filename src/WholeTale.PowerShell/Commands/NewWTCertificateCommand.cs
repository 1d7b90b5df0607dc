using System.Management.Automation;
using WholeTale.Core.Certificates;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Makes a self-signed certificate, by default for the image registry.</summary>
/// <remarks>Deploy-WholeTale makes the registry's certificate by itself; this cmdlet is for who wants to see it first or to use it elsewhere. The key is never shown; with -Path it is written to a file that only its owner can read.</remarks>
/// <example>
///   <code>New-WTCertificate</code>
///   <para>Makes a certificate for the names of the registry, and writes no file.</para>
/// </example>
/// <example>
///   <code>New-WTCertificate -DnsName '*.example.org', example.org -Path ./certs -Days 90</code>
///   <para>Writes certs/tls.crt and certs/tls.key.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "WTCertificate", SupportsShouldProcess = true)]
[OutputType(typeof(TlsMaterial))]
public sealed class NewWTCertificateCommand : SettingsCommand
{
    /// <summary>DNS names or addresses that it is valid for. By default the registry's: registry, with namespace, with cluster domain, and at the site's domain.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[]? DnsName { get; set; }

    /// <summary>Days that it is valid for. By default the setting Registry.CertificateDays.</summary>
    [Parameter]
    [ValidateRange(1, 3650)]
    public int? Days { get; set; }

    /// <summary>Ecdsa (P-256) or Rsa (2048). By default the setting Registry.KeyAlgorithm.</summary>
    [Parameter]
    [ValidateSet("Ecdsa", "Rsa")]
    public string? KeyAlgorithm { get; set; }

    /// <summary>A folder for tls.crt and tls.key. By default no file is written.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Replaces files that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var settings = ResolveSettings(pipeline).Settings;
        var names = DnsName ?? SelfSigned.RegistryNames(settings.Namespace, settings.Domain);
        var folder = Path is null ? null : pipeline.ResolvePath(Path);
        if (!pipeline.ShouldProcess(folder ?? names[0], $"Make a self-signed certificate for {string.Join(", ", names)}"))
            return;
        if (folder is not null)
            CertificateOutput.RequireFree(folder, Force);

        var certificate = SelfSigned.Create(names, KeyAlgorithm ?? settings.Registry.KeyAlgorithm, Days ?? settings.Registry.CertificateDays, TimeProvider.System);
        if (folder is not null)
            await CertificateOutput.WriteAsync(certificate, folder, cancellationToken);
        pipeline.WriteObject(certificate);
    }
}
