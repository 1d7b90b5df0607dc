BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Get-WTTalePod' {
    BeforeAll {
        $null = $cluster | New-WTTalePod -Image a/b -Name 'First' -User ada -InstanceId 5d0a1b2c3d4e5f600001a001
        $null = $cluster | New-WTTalePod -Image a/b -Name 'Second' -User bob
    }

    It 'lists the tales' {
        @($cluster | Get-WTTalePod).Count | Should -Be 2
    }

    It 'takes wildcards for <Parameter>' -ForEach @(
        @{ Parameter = 'Tale'; Value = 'Fir*' }
        @{ Parameter = 'User'; Value = 'a?a' }
        @{ Parameter = 'InstanceId'; Value = '5d0a*' }
    ) {
        $arguments = @{ $Parameter = $Value }
        ($cluster | Get-WTTalePod @arguments).Tale | Should -Be 'First'
    }

    It 'reads tokens only when told to, and shows none' {
        ($cluster | Get-WTTalePod -Tale First).Token | Should -BeNullOrEmpty
        "$(($cluster | Get-WTTalePod -Tale First -IncludeToken).Token)" | Should -Be '********'
    }
}
