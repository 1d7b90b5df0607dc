BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
}

Describe 'New-WTCluster' {
    AfterEach {
        Get-WTCluster -Provider Simulator -Setting $settings | Remove-WTCluster -Confirm:$false
    }

    It 'gives a cluster that runs' {
        $cluster = New-WTCluster -Provider Simulator -Name 'one' -Setting $settings
        $cluster.Name | Should -Be 'one'
        $cluster.Provider | Should -Be 'Simulator'
        $cluster.Status | Should -Be 'Running'
        $cluster.KubernetesVersion | Should -BeLike 'v1.*simulator*'
        $cluster.Endpoint.Host | Should -Be '127.0.0.1'
        $cluster.Namespace | Should -Be 'wholetale'
    }

    It 'makes as many nodes as the settings say' {
        (New-WTCluster one -Setting ($settings + @{ 'Simulator.NodeCount' = 5 })).NodeCount | Should -Be 5
    }

    It 'returns the running one when it is repeated' {
        $first = New-WTCluster one -Provider Simulator -Setting $settings
        $second = New-WTCluster one -Provider Simulator -Setting $settings
        $second.Endpoint | Should -Be $first.Endpoint
    }

    It 'makes nothing with -WhatIf' {
        New-WTCluster one -Provider Simulator -Setting $settings -WhatIf | Should -BeNullOrEmpty
        Get-WTCluster -Provider Simulator -Setting $settings | Should -BeNullOrEmpty
    }

    It 'takes names from the pipeline' {
        ('one', 'two' | New-WTCluster -Provider Simulator -Setting $settings).Name | Should -Be @('one', 'two')
    }

    It 'names a folder for its state that is a file' {
        [System.IO.File]::WriteAllText("$TestDrive/taken", 'somebody''s notes')
        { New-WTCluster -Provider Simulator -Name 'homeless' -Setting @{ StateFolder = "$TestDrive/taken" } -ErrorAction Stop } |
            Should -Throw -ErrorId 'SimulatorFailed*' -ExpectedMessage '*taken*Choose another folder (the setting StateFolder).'
        [System.IO.File]::ReadAllText("$TestDrive/taken") | Should -Be 'somebody''s notes'
    }

    It 'refuses a name that no cluster can have' {
        { New-WTCluster -Name '../x' -Provider Simulator -Setting $settings -ErrorAction Stop } | Should -Throw -ErrorId 'ClusterNameInvalid*'
    }

    It 'names the providers when one is unknown' {
        { New-WTCluster one -Provider Nimbus -Setting $settings -ErrorAction Stop } | Should -Throw -ErrorId 'ProviderUnknown*' -ExpectedMessage '*Simulator*'
    }
}
