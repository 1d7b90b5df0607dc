# Removes tales that nobody uses. Made for a scheduler (cron, a systemd timer, or the CronJob of cull-tales.yaml): it asks nothing, writes a line a tale, and ends with 1 where something failed.
#     dotnet run --project src/WholeTale.Shell -- examples/cull-tales.ps1 -Cluster wholetale -OlderThan 14.00:00:00
# In a pod the cluster is the pod's own: examples/cull-tales.ps1 -Cluster in-cluster
#requires -Version 7.6
param(
    # The cluster's name.
    [Parameter(Mandatory)]
    [string] $Cluster,

    # Besides the idle ones, also those that were started longer ago than this.
    [System.Nullable[timespan]] $OlderThan,

    # The settings; by default those beside this folder.
    [string] $SettingsPath = "$PSScriptRoot/../settings.psd1"
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../module/WholeTale.psd1"

$target = Get-WTCluster -Name $Cluster -SettingsPath $SettingsPath
$before = @($target | Get-WTTalePod)
# When a tale was last used Girder knows: the dashboard touches an instance while it is open. Workspaces stay; New-WTTalePod -Workspace takes them up again.
$target | Remove-WTTalePod -Idle -KeepVolume -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failures
if ($OlderThan) {
    $target | Remove-WTTalePod -OlderThan $OlderThan -KeepVolume -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable +failures
}

$left = @(($target | Get-WTTalePod).InstanceId)
foreach ($tale in $before) {
    if ($tale.InstanceId -notin $left) {
        "Removed: $($tale.Tale) of $($tale.User), started $($tale.Started.ToString('u'))"
    }
}
"$($before.Count) tales before, $($left.Count) after."
foreach ($failure in $failures) {
    "Failed: $failure"
}
if ($failures) {
    exit 1
}
