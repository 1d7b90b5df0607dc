BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -WarningAction SilentlyContinue
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

    It 'takes wildcards for the status' {
        @($cluster | Get-WTTalePod -Status Run*).Count | Should -Be 2
        $cluster | Get-WTTalePod -Status Failed | Should -BeNullOrEmpty
    }

    It 'says when tales were last used: since they started, where Girder does not know them' {
        $tale = $cluster | Get-WTTalePod -Tale First -IncludeLastUse
        $tale.LastUsed | Should -Not -BeNullOrEmpty
        $tale.LastUsed | Should -Be $tale.Started
    }

    It 'streams what is there and then each change, until nobody reads on' {
        $seen = [System.Collections.Generic.List[string]]::new()
        foreach ($once in 1) {
            Get-WTTalePod $cluster -Watch | ForEach-Object {
                $seen.Add("$($_.Tale) $($_.Status)")
                if ($seen.Count -eq 2) {
                    $null = New-WTTalePod $cluster -Image a/b -Name 'Third'
                }
                if ($_.Tale -eq 'Third' -and $_.Status -eq 'Running') {
                    Remove-WTTalePod $cluster $_.InstanceId -Confirm:$false
                }
                if ($_.Tale -eq 'Third' -and $_.Status -eq 'Removed') {
                    break
                }
            }
        }
        $seen | Should -Contain 'First Running'
        $seen | Should -Contain 'Third Running'
        $seen | Should -Contain 'Third Removed'
    }
}
