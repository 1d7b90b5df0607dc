using System.Management.Automation;
using WholeTale.Core.Certificates;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Reads the site's certificate from Traefik's acme.json.</summary>
/// <remarks>The forms of Traefik 1 and 2 are known. The certificate must be valid now, and for girder and dashboard at the domain. The key is never shown; with -Destination it is written to a file that only its owner can read.</remarks>
/// <example>
///   <code>Import-WTAcmeCertificate ./certs/acme.json -Domain local.wholetale.org</code>
///   <para>Shows the names and dates of the certificate.</para>
/// </example>
/// <example>
///   <code>Import-WTAcmeCertificate ./certs/acme.json -Destination ./certs -WhatIf</code>
///   <para>Says which files would be written.</para>
/// </example>
[Cmdlet(VerbsData.Import, "WTAcmeCertificate", SupportsShouldProcess = true)]
[OutputType(typeof(TlsMaterial))]
public sealed class ImportWTAcmeCertificateCommand : SettingsCommand
{
    /// <summary>Traefik's acme.json.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "AcmeFile")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!;

    /// <summary>The site's domain. By default the setting Domain.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Domain { get; set; }

    /// <summary>A folder for tls.crt and tls.key. By default no file is written.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Replaces files that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var domain = Domain ?? ResolveSettings(pipeline).Settings.Domain;
        var certificate = await AcmeFile.ReadAsync(pipeline.ResolvePath(Path), domain, TimeProvider.System, cancellationToken);
        if (Destination is not null)
        {
            var folder = pipeline.ResolvePath(Destination);
            if (!pipeline.ShouldProcess(folder, $"Write the certificate for {string.Join(", ", certificate.Names)}"))
                return;
            CertificateOutput.RequireFree(folder, Force);
            await CertificateOutput.WriteAsync(certificate, folder, cancellationToken);
        }
        pipeline.WriteObject(certificate);
    }
}
