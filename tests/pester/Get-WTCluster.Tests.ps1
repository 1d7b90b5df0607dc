BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Get-WTCluster' {
    It 'finds a cluster by its name' {
        (Get-WTCluster spec -Setting $settings).Endpoint | Should -Be $cluster.Endpoint
    }

    It 'takes wildcards, and finding none is no error' {
        (Get-WTCluster sp?c -Provider Simulator -Setting $settings).Name | Should -Be 'spec'
        Get-WTCluster nope* -Provider Simulator -Setting $settings -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'says that there is none of a name, and asks for the others all the same' {
        $found = Get-WTCluster nope, spec -Setting $settings -ErrorAction SilentlyContinue -ErrorVariable problems
        $found.Name | Should -Be 'spec'
        $problems.Count | Should -Be 1
        $problems[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*New-WTCluster*'
    }

    It 'finds the contexts of a kubeconfig' {
        $null = $cluster | Export-WTKubeconfig -Path "$TestDrive/kubeconfig"
        $found = Get-WTCluster spec -Provider Existing -Setting ($settings + @{ 'Existing.Kubeconfig' = "$TestDrive/kubeconfig" })
        $found.Provider | Should -Be 'Existing'
        $found.Endpoint | Should -Be $cluster.Endpoint
    }
}
