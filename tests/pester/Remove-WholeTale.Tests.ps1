BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Remove-WholeTale' {
    It 'removes nothing with -WhatIf' {
        $cluster | Remove-WholeTale -WhatIf
        ($cluster | Get-WholeTale).Status | Should -Be 'Ready'
    }

    It 'writes nothing while nothing is decided' {
        $lines = $cluster | Remove-WholeTale -WhatIf -Confirm:$false -Verbose 4>&1 | ForEach-Object { "$_" }
        $lines | Where-Object { $_ -cmatch '^GET .*/deployments' } | Should -Not -BeNullOrEmpty
        $lines | Where-Object { $_ -cmatch '^(POST|PUT|PATCH|DELETE) ' } | Should -BeNullOrEmpty
    }

    It 'takes the lease while it looks when nobody is asked' {
        $lines = $cluster | Remove-WholeTale -KeepData -Confirm:$false -Verbose 4>&1 | ForEach-Object { "$_" }
        @($lines | Where-Object { $_ -cmatch '^POST .*/leases|^Performing the operation' })[0] | Should -Match '^POST'
        $null = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
    }

    It 'keeps data and passwords when told to, and removes the rest later' {
        $password = $deployment.Credential
        $cluster | Remove-WholeTale -KeepData -Confirm:$false
        ($cluster | Get-WholeTale).Components | Where-Object Status -EQ 'Ready' | Where-Object Name -In 'girder', 'mongo' | Should -BeNullOrEmpty

        $again = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
        ($again.Objects | Where-Object Kind -EQ 'PersistentVolumeClaim').Result | Should -Not -Contain 'Created'
    }

    It 'gives the cluster back, and leaves nothing' {
        ($cluster | Remove-WholeTale -Confirm:$false -PassThru).Name | Should -Be 'spec'
        $left = $cluster | Get-WholeTale
        $left.Status | Should -Be 'Missing'
        $left.Components | Where-Object Status -NE 'Missing' | Should -BeNullOrEmpty
    }

    It 'removes kept data too when it is asked again, with nothing deployed in between' {
        $null = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
        $cluster | Remove-WholeTale -KeepData -Confirm:$false
        $cluster | Remove-WholeTale -Confirm:$false -WarningVariable warnings

        $warnings | Should -BeNullOrEmpty
        $again = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
        ($again.Objects | Where-Object Kind -EQ 'PersistentVolumeClaim').Result | ForEach-Object { $_ | Should -Be 'Created' }
        $cluster | Remove-WholeTale -Confirm:$false
    }

    It 'asks before it removes, unless told not to' {
        $attribute = (Get-Command Remove-WholeTale).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
        $attribute.ConfirmImpact | Should -Be 'High'
    }
}
