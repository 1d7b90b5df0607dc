BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Compare-WholeTale' {
    It 'finds nothing after a deploy' {
        $cluster | Compare-WholeTale -WarningAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'shows what other settings would change, field by field' {
        $other = Get-WTCluster spec -Setting ($settings + @{ 'Dashboard.Replicas' = 3 })
        $changes = $other | Compare-WholeTale -WarningAction SilentlyContinue
        $change = $changes | Where-Object Path -Like '*replicas'
        $change.Kind | Should -Be 'Deployment'
        $change.Name | Should -Be 'dashboard'
        $change.Component | Should -Be 'dashboard'
        $change.Before | Should -Be '1'
        $change.After | Should -Be '3'
        ($cluster | Get-WholeTale).Revision | Should -Be 1
    }
}
