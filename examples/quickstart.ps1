# A simulated cluster, the whole platform on it, a tale, and everything removed again. No container runs; nothing leaves this machine.
#     dotnet run --project src/WholeTale.Shell -- examples/quickstart.ps1
# With PowerShell 7.6 and after `dotnet build`: ./examples/quickstart.ps1
#requires -Version 7.6
param(
    # The cluster's name. It must not be in use: the example deletes its cluster.
    [string] $Name = "quickstart-$PID"
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../module/WholeTale.psd1"
$settings = "$PSScriptRoot/../settings.psd1"

$cluster = New-WTCluster -Provider Simulator -Name $Name -SettingsPath $settings
try {
    # Out-Host shows each as its own table, as a prompt does.
    $cluster | Out-Host

    $deployment = $cluster | Deploy-WholeTale -AcmeFile "$PSScriptRoot/../tests/data/acme-v2.json"
    $deployment.Components | Out-Host
    'Whole Tale is reached at:'
    $deployment.Urls | ForEach-Object { "  $_" }
    "The administrator is '$($deployment.Credential.UserName)'; the password stands in the deployment's Credential."
    if ($deployment.Status -ne 'Ready') {
        throw "The deployment is $($deployment.Status), not Ready."
    }

    $tale = $cluster | New-WTTalePod -Image 'jupyter/base-notebook' -Name 'My first tale'
    $tale | Out-Host
    if ($tale.Status -ne 'Running') {
        throw "The tale is $($tale.Status), not Running."
    }
    $tale | Remove-WTTalePod -Cluster $cluster -Confirm:$false
    if (Get-WTTalePod -Cluster $cluster) {
        throw 'A tale is left after it was removed.'
    }

    $cluster | Remove-WholeTale -Confirm:$false
    $left = (Get-WholeTale -Cluster $cluster).Components | Where-Object Status -NE 'Missing'
    if ($left) {
        throw "After the removal these components are left: $($left.Name -join ', ')."
    }
}
finally {
    $cluster | Remove-WTCluster -Confirm:$false
}
if (Get-WTCluster -Provider Simulator -SettingsPath $settings | Where-Object Name -EQ $Name) {
    throw "The cluster $Name is left after it was removed."
}
'Everything was removed again; nothing is left.'
