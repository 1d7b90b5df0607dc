using WholeTale.Core.Certificates;
using WholeTale.Core.Configuration;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment;

/// <summary>The manifests of a deploy that is not made: no cluster is asked, so secrets that the settings do not give are made anew.</summary>
public static class ManifestExport
{
    /// <summary>Renders what a deploy with these settings would apply.</summary>
    /// <exception cref="WholeTaleException">Settings, templates or certificates are wrong.</exception>
    public static async Task<ManifestSet> PlanAsync(ResolvedSettings settings, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var time = TimeProvider.System;
        var secrets = await new PlatformSecretStore(settings, settings.Settings.Namespace, time).ResolveAsync(
            new LiveObjects(), kept => SiteCertificate.LoadAsync(settings, progress, time, cancellationToken, kept), (_, given) => Task.FromResult(given), progress);
        return Platform.Render(settings, secrets, settings.Settings.ClusterName);
    }
}
