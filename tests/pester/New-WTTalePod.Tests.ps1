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

    It 'shows the token with -ShowToken alone' {
        $tale = $cluster | New-WTTalePod -Image a/b -UrlPath '?token={token}' -ShowToken
        $tale.Url.Query | Should -Match '^\?token=[0-9a-f]{32}$'
        "$((Get-WTTalePod $cluster).Url.Query)" | Should -BeNullOrEmpty
        (Get-WTTalePod $cluster -ShowToken).Url | Should -Be $tale.Url
    }

    It 'puts a tale on nodes with the labels that it names' {
        { $cluster | New-WTTalePod -Image a/b -NodeSelector @{ 'kubernetes.io/os' = 'plan9' } -ErrorAction Stop } | Should -Throw -ExpectedMessage '*node*'
        ($cluster | New-WTTalePod -Image a/b -NodeSelector @{ 'kubernetes.io/os' = 'linux' }).Status | Should -Be 'Running'
    }

    It 'reads the five samples from <Name>' -ForEach @(
        @{ Name = 'tales.psd1' }
        @{ Name = 'tales.json' }
        @{ Name = 'tales.csv' }
    ) {
        $tales = @(New-WTTalePod $cluster -Path "$PSScriptRoot/../data/lists/$Name")
        $tales.Count | Should -Be 5
        $tales.Status | Should -Not -Contain 'Failed'
        $tales.Tale | Should -Contain 'RStudio (rocker/geospatial)'
        $tales.Tale | Should -Contain 'OpenRefine 2.8'
    }

    It 'takes wildcards in paths, and names file and record of what is wrong' {
        $folder = "$TestDrive/lists"
        $null = [System.IO.Directory]::CreateDirectory($folder)
        [System.IO.File]::WriteAllText("$folder/one.json", '[{"image":"a/b","name":"One"},{"name":"Nothing"}]')
        [System.IO.File]::WriteAllText("$folder/two.json", '{"image":"a/b","name":"Two"}')
        $tales = @(New-WTTalePod $cluster -Path "$folder/*.json" -ErrorAction SilentlyContinue -ErrorVariable problems)
        $tales.Count | Should -Be 2
        $problems.Count | Should -Be 1
        "$($problems[0])" | Should -BeLike '*one.json, record 2*'
    }

    It 'says that no file matches' {
        { New-WTTalePod $cluster -Path "$TestDrive/none/*.csv" -ErrorAction Stop } | Should -Throw -ErrorId 'TaleListNotFound*'
    }

    It 'says what is missing where there is neither image nor instance' {
        { New-WTTalePod $cluster -Name 'Nothing' -ErrorAction Stop } | Should -Throw -ErrorId 'TaleInvalid*'
    }

    It 'starts no more tales for a user than the setting allows, and says so' {
        $requests = foreach ($number in 1..4) { [pscustomobject]@{ Image = 'a/b'; User = 'ada' } }
        $tales = @($requests | New-WTTalePod $cluster -ErrorAction SilentlyContinue -ErrorVariable problems)
        $tales.Count | Should -Be 2
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'TaleQuotaReached*'
    }
}
