BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Get-WholeTale' {
    It 'gives a row a component' {
        $state = $cluster | Get-WholeTale
        $state.Status | Should -Be 'Ready'
        $state.Cluster.Name | Should -Be 'spec'
        $state.Revision | Should -Be 1
        ($state.Components | Where-Object Name -EQ 'girder').Ready | Should -Be '1/1'
        $state.Urls.Host | Should -Contain 'dashboard.local.wholetale.org'
    }

    It 'has the shape of what a deploy gives' {
        $state = $cluster | Get-WholeTale
        $state.psobject.Properties.Name | Should -Be $deployment.psobject.Properties.Name
        ($state.Objects | ForEach-Object { "$($_.Kind) $($_.Name) $($_.Component)" }) -join ', ' |
            Should -Be (($deployment.Objects | ForEach-Object { "$($_.Kind) $($_.Name) $($_.Component)" }) -join ', ')
        $state.Components.Name | Should -Be $deployment.Components.Name
        $state.Started | Should -Be $deployment.Started
    }

    It 'takes the cluster from a deployment' {
        ($deployment | Get-WholeTale).Status | Should -Be 'Ready'
    }

    It 'says that a server cannot be reached' {
        $null = $cluster | Export-WTKubeconfig -Path "$TestDrive/kubeconfig"
        $text = [System.IO.File]::ReadAllText("$TestDrive/kubeconfig").Replace($cluster.Endpoint.Port, '1')
        [System.IO.File]::WriteAllText("$TestDrive/kubeconfig", $text)
        { Get-WTCluster spec -Provider Existing -Setting @{ 'Existing.Kubeconfig' = "$TestDrive/kubeconfig" } -ErrorAction Stop | Get-WholeTale -ErrorAction Stop } |
            Should -Throw -ErrorId 'KubernetesUnreachable*' -ExpectedMessage '*127.0.0.1*'
    }
}
