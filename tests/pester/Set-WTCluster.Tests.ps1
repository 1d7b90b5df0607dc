BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Set-WTCluster' {
    It 'says that a provider has no way to change a cluster' {
        { $cluster | Set-WTCluster -NodeCount 5 -ErrorAction Stop } | Should -Throw -ErrorId 'ClusterNotChangeable*' -ExpectedMessage '*Simulator*'
        (Get-WTCluster spec -Setting $settings).NodeCount | Should -Be $cluster.NodeCount
    }

    It 'refuses a number of nodes that no cluster has' {
        { $cluster | Set-WTCluster -NodeCount -1 -ErrorAction Stop } | Should -Throw -ExpectedMessage '*NodeCount*'
    }
}
