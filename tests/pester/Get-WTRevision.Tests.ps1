BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Get-WTRevision' {
    It 'lists what deploys have recorded, the newest first' {
        $null = $cluster | Deploy-WholeTale -Setting @{ 'Dashboard.Replicas' = 2 } -SkipGirderSetup -WarningAction SilentlyContinue
        $revisions = @($cluster | Get-WTRevision)
        $revisions.Number | Should -Be @(2, 1)
        $revisions[0].Current | Should -BeTrue
        $revisions[1].Current | Should -BeFalse
        $revisions[1].Objects | Should -BeGreaterThan 20
    }
}
