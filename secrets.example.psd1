# Copy this file to secrets.psd1, which git ignores, and fill in what you have. It may hold any setting of settings.psd1 too, and goes over it.
# A password that is left empty is made up once, kept in the cluster as a Secret, and read back from there at the next deploy.
@{
    # What belongs into the secrets file.
    Secrets = @{
        # Client id of the Globus application (formerly GLOBUS_CLIENT_ID).
        GlobusClientId = ''

        # Client secret of the Globus application (formerly GLOBUS_CLIENT_SECRET).
        GlobusClientSecret = ''

        # The administrator's password; at least 6 characters. Another one given later is told to Girder by the next deploy.
        AdminPassword = ''

        # The registry user's password.
        RegistryPassword = ''

        # Pass-phrase of a PFX file or an encrypted key.
        CertificatePassphrase = ''

        # An access token of Google's, e.g. from a CI system; used in place of all other Google credentials, and not renewed.
        GkeAccessToken = ''
    }
}
