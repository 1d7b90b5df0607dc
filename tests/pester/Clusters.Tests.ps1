Describe 'Clusters of the simulator' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
        $setting = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
        $cluster = New-WTCluster -Provider Simulator -Name specs -Setting $setting
    }

    AfterAll {
        $cluster | Remove-WTCluster -Confirm:$false
        Get-WTCluster -Provider Simulator -Setting $setting | Should -BeNullOrEmpty
    }

    Context 'New-WTCluster' {
        It 'returns a cluster that runs' {
            $cluster.Name | Should -Be 'specs'
            $cluster.Provider | Should -Be 'Simulator'
            "$($cluster.Status)" | Should -Be 'Running'
            $cluster.NodeCount | Should -Be 3
            $cluster.KubernetesVersion | Should -Match '^v1\.\d+'
            $cluster.Endpoint.Host | Should -Be '127.0.0.1'
        }

        It 'returns the running one when it is asked again' {
            (New-WTCluster -Provider Simulator -Name specs -Setting $setting).Endpoint | Should -Be $cluster.Endpoint
        }

        It 'makes nothing with -WhatIf' {
            New-WTCluster -Provider Simulator -Name unmade -Setting $setting -WhatIf

            Get-WTCluster -Name unmade -Provider Simulator -Setting $setting -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        }

        It 'refuses a name that no cluster can have' {
            { New-WTCluster -Provider Simulator -Name 'No Name' -Setting $setting -ErrorAction Stop } | Should -Throw -ExpectedMessage '*No Name*'
        }
    }

    Context 'Get-WTCluster' {
        It 'finds by wildcard' {
            (Get-WTCluster -Name 'sp*' -Provider Simulator -Setting $setting).Name | Should -Be 'specs'
        }

        It 'says so when there is none of that name' {
            { Get-WTCluster -Name nowhere -Provider Simulator -Setting $setting -ErrorAction Stop } | Should -Throw -ExpectedMessage '*nowhere*'
        }
    }

    Context 'Export-WTKubeconfig' {
        It 'writes a kubeconfig with the cluster as its current context' {
            $file = "$TestDrive/kubeconfig"

            $cluster | Export-WTKubeconfig -Path $file

            $text = [System.IO.File]::ReadAllText($file)
            $text | Should -Match 'current-context: "?specs"?'
            $text | Should -BeLike "*$($cluster.Endpoint.Authority)*"
        }
    }

    Context 'Remove-WTCluster' {
        It 'removes nothing with -WhatIf' {
            $cluster | Remove-WTCluster -WhatIf

            (Get-WTCluster -Name specs -Provider Simulator -Setting $setting).Name | Should -Be 'specs'
        }
    }
}

Describe 'A cluster that cannot be reached' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
        $kubeconfig = "$TestDrive/nowhere.kubeconfig"
        [System.IO.File]::WriteAllText($kubeconfig, @'
apiVersion: v1
kind: Config
clusters:
- name: nowhere
  cluster:
    server: "https://127.0.0.1:9"
users:
- name: nowhere
  user:
    token: "not-a-secret"
contexts:
- name: nowhere
  context:
    cluster: nowhere
    user: nowhere
current-context: nowhere
'@)
        $setting = @{ 'Existing.Kubeconfig' = $kubeconfig; StateFolder = "$TestDrive/state" }
    }

    It 'is named with its host' {
        { Get-WTCluster -Name nowhere -Provider Existing -Setting $setting -ErrorAction Stop | Deploy-WholeTale -ErrorAction Stop } |
            Should -Throw -ExpectedMessage '*127.0.0.1:9*'
    }

    It 'is not ours to remove' {
        { Get-WTCluster -Provider Existing -Setting $setting -ErrorAction SilentlyContinue | Remove-WTCluster -Confirm:$false -ErrorAction Stop } | Should -Throw
    }
}
