@{
    RootModule           = 'WholeTale.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '7c1f0a52-3d0b-4c6e-9a57-5b1e6f2d8c34'
    Author               = 'The WholeTale for PowerShell authors'
    CompanyName          = 'Whole Tale'
    Copyright            = '(c) 2026, the WholeTale for PowerShell authors. BSD-3-Clause.'
    Description          = 'Creates Kubernetes clusters, deploys the Whole Tale platform onto them, and runs tales in pods.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('WholeTale.format.ps1xml')
    TypesToProcess       = @('WholeTale.types.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Compare-WholeTale'
        'Deploy-WholeTale'
        'Export-WTKubeconfig'
        'Export-WTManifest'
        'Get-WTCluster'
        'Get-WTLog'
        'Get-WTRevision'
        'Get-WTSetting'
        'Get-WTTalePod'
        'Get-WholeTale'
        'Import-WTAcmeCertificate'
        'Initialize-WTGirder'
        'Invoke-WTCommand'
        'New-WTCertificate'
        'New-WTCluster'
        'New-WTTalePod'
        'Remove-WTCluster'
        'Remove-WTTalePod'
        'Remove-WholeTale'
        'Set-WTCluster'
        'Test-WholeTale'
        'Test-WTSetting'
        'Undo-WholeTale'
        'Update-WTTalePod'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('Kubernetes', 'WholeTale', 'GKE', 'Deployment', 'Reproducibility')
            LicenseUri = 'https://opensource.org/license/bsd-3-clause'
            ProjectUri = 'https://wholetale.org'
        }
    }
}
