BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -WarningAction SilentlyContinue
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

    It 'removes tales that are older than it is told, and no others' {
        Remove-WTTalePod $cluster -OlderThan 1.00:00:00 -Confirm:$false
        @($cluster | Get-WTTalePod).Count | Should -Be 2
    }

    It 'removes tales that went unused for longer than their idle timeout' {
        $null = New-WTTalePod $cluster -Image a/b -Name 'Short' -IdleTimeout 1
        while (((Get-WTTalePod $cluster -Tale Short).Started.AddSeconds(2)) -gt [System.DateTimeOffset]::UtcNow) {
            $null = Get-WTTalePod $cluster
        }
        Remove-WTTalePod $cluster -Idle -Confirm:$false
        ($cluster | Get-WTTalePod).Tale | Should -Not -Contain 'Short'
        @($cluster | Get-WTTalePod).Count | Should -Be 2
    }

    It 'keeps the workspace with -KeepVolume, which a later tale takes up' {
        $tale = Get-WTTalePod $cluster -Tale First
        $tale | Remove-WTTalePod -KeepVolume -Confirm:$false
        (New-WTTalePod $cluster -Image a/b -Workspace $tale.Name).Status | Should -Be 'Running'
    }

    It 'wants to be told which tales are meant' {
        { Remove-WTTalePod $cluster -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'TalesNotNamed*'
    }

    It 'takes the cluster by its name' {
        $env:WT_STATEFOLDER = "$TestDrive/state"
        try {
            Remove-WTTalePod -Cluster spec -InstanceId * -Confirm:$false
        }
        finally {
            $env:WT_STATEFOLDER = $null
        }
        $cluster | Get-WTTalePod | Should -BeNullOrEmpty
    }
}
