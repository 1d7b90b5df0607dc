BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'New-WTTalePod' {
    AfterEach {
        $cluster | Get-WTTalePod | Remove-WTTalePod -Confirm:$false
    }

    It 'runs a tale and returns it when it is ready' {
        $tale = $cluster | New-WTTalePod -Image jupyter/base-notebook -Name 'Mein Täle: "1"' -User ada
        $tale.Status | Should -Be 'Running'
        $tale.Tale | Should -Be 'Mein Täle: "1"'
        $tale.User | Should -Be 'ada'
        $tale.InstanceId | Should -Match '^[0-9a-f]{24}$'
        $tale.Pod | Should -BeLike 'tale-*'
        $tale.Url.Host | Should -BeLike 'tmp-*.local.wholetale.org'
    }

    It 'takes requests from the pipeline, by the names of Girder''s image configuration' {
        $requests = foreach ($number in 1..5) {
            [pscustomobject]@{ Name = "Tale $number"; User = "user$number"; Image = 'rocker/geospatial'; Port = '8787'; MemLimit = '1g'; TargetMount = '/WholeTale' }
        }
        $tales = @($requests | New-WTTalePod -Cluster $cluster)
        $tales.Count | Should -Be 5
        $tales.User | Should -Contain 'user3'
    }

    It 'does not take the name of a cluster from the pipeline for the tale''s' {
        ($cluster | New-WTTalePod -Image a/b).Tale | Should -BeNullOrEmpty
    }

    It 'shows no token' {
        $tale = $cluster | New-WTTalePod -Image a/b
        "$($tale.TokenUrl)" | Should -Be '********'
    }

    It 'runs nothing with -WhatIf' {
        $cluster | New-WTTalePod -Image a/b -WhatIf | Should -BeNullOrEmpty
        $cluster | Get-WTTalePod | Should -BeNullOrEmpty
    }

    It 'says what is wrong with a request, and runs the others' {
        $requests = @(
            [pscustomobject]@{ Image = 'a/b'; Memory = 'much' }
            [pscustomobject]@{ Image = 'a/b'; Memory = '1Gi' }
        )
        $tales = @($requests | New-WTTalePod -Cluster $cluster -ErrorAction SilentlyContinue -ErrorVariable problems)
        $tales.Count | Should -Be 1
        $problems.Count | Should -Be 1
        "$($problems[0])" | Should -BeLike "*'much'*"
    }
}
