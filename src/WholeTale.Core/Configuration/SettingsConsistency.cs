namespace WholeTale.Core.Configuration;

/// <summary>What must hold between settings, each of which may be right by itself.</summary>
internal static class SettingsConsistency
{
    /// <summary>Says what does not fit: the setting to change, what it is, and what is allowed.</summary>
    public static IEnumerable<(string Path, string Found, string Allowed)> Check(Settings settings)
    {
        var certificate = settings.Certificate;
        if (settings.Deploy.ComponentTimeout > settings.Deploy.Timeout)
            yield return ("Deploy.ComponentTimeout", $"'{settings.Deploy.ComponentTimeout}'", $"it must not be longer than Deploy.Timeout, which is '{settings.Deploy.Timeout}'.");

        if (certificate.Source is "Pem" or "Pfx" && certificate.CertificateFile.Length == 0)
            yield return ("Certificate.CertificateFile", "''", $"it must name a file, since Certificate.Source is {certificate.Source}.");
        if (certificate.Source == "Secret" && certificate.SecretName.Length == 0)
            yield return ("Certificate.SecretName", "''", "it must name a Secret, since Certificate.Source is Secret.");
        if (certificate.Source == "CertManager" && certificate.Issuer.Length == 0)
            yield return ("Certificate.Issuer", "''", "it must name an issuer of cert-manager, since Certificate.Source is CertManager.");
        if (certificate.Source is "Secret" or "SelfSigned" or "Acme" or "CertManager" && certificate.CertificateFile.Length > 0)
        {
            yield return (
                "Certificate.CertificateFile", $"'{certificate.CertificateFile}'",
                $"it must be empty, since Certificate.Source is {certificate.Source}; set Certificate.Source to Pem or Pfx to use the file.");
        }

        if (settings.Tales.Volume == "Nfs" && settings.Tales.NfsServer.Length == 0)
            yield return ("Tales.NfsServer", "''", "it must name the server, since Tales.Volume is Nfs.");
        if (!settings.Tales.NfsPath.StartsWith('/'))
            yield return ("Tales.NfsPath", $"'{settings.Tales.NfsPath}'", "it must be an absolute path.");

        foreach (var problem in Check(settings.Gke))
            yield return problem;
        if (!settings.Secrets.GkeAccessToken.IsEmpty && settings.Gke.CredentialsFile.Length > 0)
            yield return ("Gke.CredentialsFile", $"'{settings.Gke.CredentialsFile}'", "it must be empty, since Secrets.GkeAccessToken is given; use one of the two.");

        if (settings.Secrets.GlobusClientId.IsEmpty != settings.Secrets.GlobusClientSecret.IsEmpty)
        {
            var missing = settings.Secrets.GlobusClientId.IsEmpty ? "Secrets.GlobusClientId" : "Secrets.GlobusClientSecret";
            yield return (missing, "''", "Secrets.GlobusClientId and Secrets.GlobusClientSecret must be given together, or both left empty.");
        }
        if (!settings.Secrets.AdminPassword.IsEmpty && settings.Secrets.AdminPassword.Reveal().Length < 6)
            yield return ("Secrets.AdminPassword", Secret.Mask, "it must have at least 6 characters, as Girder wants.");
        if (System.Text.Encoding.UTF8.GetByteCount(settings.Secrets.RegistryPassword.Reveal()) > 72)
            yield return ("Secrets.RegistryPassword", Secret.Mask, "it must have at most 72 bytes, since bcrypt reads no more.");
    }

    // What the reference of CreateCluster refuses, said before Google is asked.
    private static IEnumerable<(string Path, string Found, string Allowed)> Check(GkeSettings gke)
    {
        if (gke.MaxNodeCount > 0 && gke.MinNodeCount > gke.MaxNodeCount)
            yield return ("Gke.MinNodeCount", $"{gke.MinNodeCount}", $"it must not be more than Gke.MaxNodeCount, which is {gke.MaxNodeCount}.");
        if (gke.MaxNodeCount > 0 && gke.NodeCount > gke.MaxNodeCount)
            yield return ("Gke.NodeCount", $"{gke.NodeCount}", $"it must not be more than Gke.MaxNodeCount, which is {gke.MaxNodeCount}.");
        if (gke.ControlPlaneCidr.Length > 0 && !gke.PrivateNodes)
            yield return ("Gke.ControlPlaneCidr", $"'{gke.ControlPlaneCidr}'", "it must be empty, since Gke.PrivateNodes is $false.");
        if (gke.Mode != "Autopilot")
            yield break;
        // A zone is a region and a letter: us-central1-a.
        if (gke.Location.Length > 2 && gke.Location[^2] == '-')
            yield return ("Gke.Location", $"'{gke.Location}'", $"it must be a region, since Gke.Mode is Autopilot; write '{gke.Location[..^2]}'.");
        if (gke.ReleaseChannel == "None")
            yield return ("Gke.ReleaseChannel", "'None'", "it must be a channel, since Gke.Mode is Autopilot.");
    }
}
