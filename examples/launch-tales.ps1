# Launches the tales of a list and writes what became of each.
#     dotnet run --project src/WholeTale.Shell -- examples/launch-tales.ps1 -Cluster wholetale
# Instances that run already are left as they are, where the list names them (InstanceId): it can be run again.
#requires -Version 7.6
param(
    # The cluster's name; Whole Tale is deployed on it.
    [Parameter(Mandatory)]
    [string] $Cluster,

    # The lists: psd1, JSON or CSV files; wildcards are allowed.
    [string[]] $Path = "$PSScriptRoot/tales.psd1",

    # The settings; by default those beside this folder.
    [string] $SettingsPath = "$PSScriptRoot/../settings.psd1"
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../module/WholeTale.psd1"

$target = Get-WTCluster -Name $Cluster -SettingsPath $SettingsPath
# One failure does not stop the others: what failed was removed again and is told below.
$tales = @($target | New-WTTalePod -Path $Path -ErrorAction SilentlyContinue -ErrorVariable failures)
foreach ($tale in $tales) {
    "$($tale.Tale) of $($tale.User) runs at $($tale.Url)"
}
foreach ($failure in $failures) {
    "Not launched: $failure"
}
if ($failures) {
    exit 1
}
