Describe 'Tales in pods' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
        $setting = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
        $cluster = New-WTCluster -Provider Simulator -Name tales -Setting $setting
        $null = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
        $tale = New-WTTalePod -Cluster $cluster -Image 'jupyter/base-notebook' -Name 'Ice cores, "quoted"' -User 'ada' -Port 8888 -Environment 'A=b=c' -Memory '2048m' -UrlPath 'lab?token={token}'
    }

    AfterAll {
        $cluster | Remove-WTCluster -Confirm:$false
    }

    Context 'New-WTTalePod' {
        It 'returns a tale that runs' {
            $tale.Status | Should -Be 'Running'
            $tale.Tale | Should -Be 'Ice cores, "quoted"'
            $tale.User | Should -Be 'ada'
            "$($tale.Url)" | Should -BeLike 'https://*.local.wholetale.org/*'
        }

        It 'does not show the token' {
            "$($tale.Token)" | Should -Be '********'
        }

        It 'starts a tale for each object of the pipeline' {
            $requests = foreach ($number in 1..3) {
                [pscustomobject]@{ Name = "Tale $number"; User = "user$number"; Image = 'rocker/geospatial' }
            }

            $pods = @($requests | New-WTTalePod -Cluster $cluster)

            $pods.Count | Should -Be 3
            $pods | Where-Object Status -NE 'Running' | Should -BeNullOrEmpty
        }

        It 'starts nothing with -WhatIf' {
            New-WTTalePod -Cluster $cluster -Image 'busybox' -Name 'unmade' -WhatIf

            Get-WTTalePod -Cluster $cluster | Where-Object Tale -EQ 'unmade' | Should -BeNullOrEmpty
        }
    }

    Context 'Get-WTTalePod' {
        It 'finds a tale by its instance' {
            (Get-WTTalePod -Cluster $cluster -InstanceId $tale.InstanceId).Tale | Should -Be $tale.Tale
        }
    }

    Context 'Update-WTTalePod' {
        It 'gives a tale another image' {
            $tale | Update-WTTalePod -Cluster $cluster -Image 'jupyter/base-notebook:2' -Confirm:$false

            (Get-WTTalePod -Cluster $cluster -InstanceId $tale.InstanceId).Image | Should -Be 'jupyter/base-notebook:2'
        }
    }

    Context 'Remove-WTTalePod' {
        It 'removes tales that come by pipeline' {
            Get-WTTalePod -Cluster $cluster | Remove-WTTalePod -Cluster $cluster -Confirm:$false

            Get-WTTalePod -Cluster $cluster | Should -BeNullOrEmpty
        }
    }
}
