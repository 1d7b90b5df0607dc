BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Initialize-WTGirder' {
    It 'sets Girder up, and repeats without changing anything' {
        $first = $cluster | Initialize-WTGirder -WarningAction SilentlyContinue
        $first.Steps.Name | Should -Contain 'Administrator'
        $first.Steps.Result | Should -Contain 'Created'
        $first.Url.Host | Should -Be 'girder.local.wholetale.org'
        $first.Credential.UserName | Should -Be 'admin'

        $second = $cluster | Initialize-WTGirder -WarningAction SilentlyContinue
        $second.Steps | Where-Object Result -NE 'Unchanged' | Should -BeNullOrEmpty
    }

    It 'does nothing with -WhatIf' {
        $cluster | Initialize-WTGirder -WhatIf | Should -BeNullOrEmpty
    }
}
