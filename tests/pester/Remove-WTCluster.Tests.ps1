BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
}

Describe 'Remove-WTCluster' {
    It 'deletes a cluster' {
        New-WTCluster gone -Provider Simulator -Setting $settings | Remove-WTCluster -Confirm:$false
        Get-WTCluster -Provider Simulator -Setting $settings | Should -BeNullOrEmpty
    }

    It 'deletes nothing with -WhatIf' {
        $cluster = New-WTCluster stays -Provider Simulator -Setting $settings
        $cluster | Remove-WTCluster -WhatIf
        (Get-WTCluster stays -Setting $settings).Status | Should -Be 'Running'
        $cluster | Remove-WTCluster -Confirm:$false
    }

    It 'does not delete a cluster that this module has not made' {
        $cluster = New-WTCluster ours -Provider Simulator -Setting $settings
        try {
            $null = $cluster | Export-WTKubeconfig -Path "$TestDrive/kubeconfig"
            $other = Get-WTCluster ours -Provider Existing -Setting ($settings + @{ 'Existing.Kubeconfig' = "$TestDrive/kubeconfig" })
            { $other | Remove-WTCluster -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'ClusterNotOurs*'
        }
        finally {
            $cluster | Remove-WTCluster -Confirm:$false
        }
    }

    It 'asks before it deletes, unless told not to' {
        $attribute = (Get-Command Remove-WTCluster).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
        $attribute.ConfirmImpact | Should -Be 'High'
    }
}
