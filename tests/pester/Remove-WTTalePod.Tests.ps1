BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Remove-WTTalePod' {
    BeforeEach {
        $null = $cluster | New-WTTalePod -Image a/b -Name 'First' -InstanceId 5d0a1b2c3d4e5f600001a001
        $null = $cluster | New-WTTalePod -Image a/b -Name 'Second'
    }

    AfterEach {
        $cluster | Get-WTTalePod | Remove-WTTalePod -Confirm:$false
    }

    It 'removes what comes down the pipeline' {
        $cluster | Get-WTTalePod -Tale First | Remove-WTTalePod -Confirm:$false
        ($cluster | Get-WTTalePod).Tale | Should -Be 'Second'
    }

    It 'removes by id, with wildcards' {
        Remove-WTTalePod $cluster 5d0a* -Confirm:$false
        ($cluster | Get-WTTalePod).Tale | Should -Be 'Second'
    }

    It 'says that there is no such tale' {
        { Remove-WTTalePod $cluster nope -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'TaleNotFound*'
    }

    It 'removes nothing with -WhatIf' {
        $cluster | Get-WTTalePod | Remove-WTTalePod -WhatIf
        @($cluster | Get-WTTalePod).Count | Should -Be 2
    }

    It 'asks before it removes, unless told not to' {
        $attribute = (Get-Command Remove-WTTalePod).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
        $attribute.ConfirmImpact | Should -Be 'High'
    }
}
