BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Update-WTTalePod' {
    BeforeAll {
        $tale = $cluster | New-WTTalePod -Image 'a/b:1' -Name 'First'
    }

    It 'changes nothing with -WhatIf' {
        $tale | Update-WTTalePod -Image 'a/b:2' -WhatIf
        ($cluster | Get-WTTalePod).Image | Should -Be 'a/b:1'
    }

    It 'gives a tale another image; it stays the same instance' {
        $updated = $tale | Update-WTTalePod -Image 'a/b:2'
        $updated.Image | Should -Be 'a/b:2'
        $updated.Status | Should -Be 'Running'
        $updated.InstanceId | Should -Be $tale.InstanceId
        $updated.Pod | Should -Not -Be $tale.Pod
    }

    It 'says what is wrong with a limit' {
        { $tale | Update-WTTalePod -Memory much -ErrorAction Stop } | Should -Throw -ErrorId 'TaleInvalid*'
    }
}
