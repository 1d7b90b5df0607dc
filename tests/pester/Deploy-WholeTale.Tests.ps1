BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Deploy-WholeTale' {
    It 'deploys, repeats without changing anything, and gives the administrator a login' {
        $first = $cluster | Deploy-WholeTale -AcmeFile "$PSScriptRoot/../data/acme-v2.json" -WarningAction SilentlyContinue
        $first.Status | Should -Be 'Ready'
        $first.Components.Status | ForEach-Object { $_ | Should -Be 'Ready' }
        $first.Objects.Result | Should -Contain 'Created'
        $first.Urls.Host | Should -Contain 'girder.local.wholetale.org'
        $first.Girder.Steps.Name | Should -Contain 'Administrator'
        $first.Credential.UserName | Should -Be 'admin'
        $first.Credential.GetNetworkCredential().Password.Length | Should -Be 32

        $second = $cluster | Deploy-WholeTale -AcmeFile "$PSScriptRoot/../data/acme-v2.json" -WarningAction SilentlyContinue
        $second.Objects | Where-Object Result -NE 'Unchanged' | Should -BeNullOrEmpty
        $second.Girder.Steps | Where-Object Result -NE 'Unchanged' | Should -BeNullOrEmpty
        $second.Credential.GetNetworkCredential().Password | Should -BeExactly $first.Credential.GetNetworkCredential().Password
    }

    It 'shows the password nowhere but in the credential' {
        $deployment = $cluster | Deploy-WholeTale -WarningAction SilentlyContinue -Verbose 4>&1
        $password = ($deployment | Where-Object { $_.Credential }).Credential.GetNetworkCredential().Password
        ($deployment | ForEach-Object { "$_" }) -join ' ' | Should -Not -BeLike "*$password*"
    }

    It 'makes nothing with -WhatIf' {
        $other = New-WTCluster untouched -Provider Simulator -Setting $settings
        try {
            $other | Deploy-WholeTale -WhatIf -WarningAction SilentlyContinue | Should -BeNullOrEmpty
            (Get-WholeTale $other).Status | Should -Be 'Missing'
        }
        finally {
            $other | Remove-WTCluster -Confirm:$false
        }
    }

    It 'tells with -WhatIf what would be done to each object, and does it' {
        $whatIf = @{ SkipGirderSetup = $true; WarningAction = 'SilentlyContinue'; Setting = @{ 'Images.Redis' = 'redis:8'; NetworkPolicies = $false } }
        $cluster | Deploy-WholeTale @whatIf -WhatIf | Should -BeNullOrEmpty
        (Get-WTRevision $cluster).Count | Should -Be 1

        $deployment = $cluster | Deploy-WholeTale @whatIf
        ($deployment.Objects | Where-Object Result -EQ 'Updated').Name | Should -Be @('redis')
        ($deployment.Objects | Where-Object Result -EQ 'Pruned').Kind | Should -Contain 'NetworkPolicy'
    }

    It 'writes a page, adds to a log and tells milestones' {
        $told = $cluster | Deploy-WholeTale -SkipGirderSetup -ReportPath "$TestDrive/deploy.html" -LogPath "$TestDrive/deploy.jsonl" -WarningAction SilentlyContinue -InformationAction Continue 6>&1
        "$told" | Should -BeLike '*redis: Ready*'
        [System.IO.File]::ReadAllText("$TestDrive/deploy.html") | Should -BeLike '<!doctype html>*redis*'
        [System.IO.File]::ReadAllLines("$TestDrive/deploy.jsonl").Count | Should -BeGreaterThan 10
    }

    It 'gives with -PassThru what came of a deploy that failed, and an error for each component' {
        $bad = @{ 'Images.Redis' = 'registry.invalid/redis:7'; 'Images.Mongo' = 'registry.invalid/mongo:7'; 'Deploy.FailureGrace' = '00:00:01' }
        $failed = $cluster | Deploy-WholeTale -Setting $bad -PassThru -SkipGirderSetup -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problems
        $failed.Status | Should -Be 'Failed'
        $failed.Diagnoses.Component | Should -Contain 'redis'
        $failed.Diagnoses.Component | Should -Contain 'mongo'
        @($problems | Where-Object FullyQualifiedErrorId -Like 'NotReady*').Count | Should -Be 2
        $cluster | Undo-WholeTale -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
    }

    It 'deploys single components with those they need' {
        $other = New-WTCluster part -Provider Simulator -Setting $settings
        try {
            $part = $other | Deploy-WholeTale -Component red* -WarningAction SilentlyContinue
            $part.Components.Name | Should -Contain 'redis'
            $part.Components.Name | Should -Not -Contain 'mongo'
        }
        finally {
            $other | Remove-WTCluster -Confirm:$false
        }
    }

    It 'lets -Setting go over what the cluster brings' {
        $plan = $cluster | Deploy-WholeTale -Setting @{ 'Mongo.Memory' = '2Gi' } -SkipGirderSetup -WarningAction SilentlyContinue
        ($plan.Objects | Where-Object Result -EQ 'Updated').Name | Should -Contain 'mongo'
    }

    It 'refuses wrong settings before it touches the cluster' {
        { $cluster | Deploy-WholeTale -Setting @{ 'Volumes.MongoData' = '200Mb' } -ErrorAction Stop } |
            Should -Throw -ErrorId 'SettingsInvalid*' -ExpectedMessage '*Volumes.MongoData*200Mb*'
    }

    It 'refuses the certificate of another domain' {
        { $cluster | Deploy-WholeTale -Setting @{ Domain = 'other.example.org' } -AcmeFile "$PSScriptRoot/../data/acme-v2.json" -ErrorAction Stop } |
            Should -Throw -ErrorId 'CertificateWrongDomain*'
    }

    It 'refuses a certificate file that is missing' {
        { $cluster | Deploy-WholeTale -AcmeFile "$TestDrive/no-acme.json" -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateMissing*' -ExpectedMessage '*no-acme.json*'
    }

    It 'refuses a template with an unknown variable, names file, line and variable, and leaves the cluster as it was' {
        $before = ($cluster | Get-WholeTale).Revision
        $null = [System.IO.Directory]::CreateDirectory("$TestDrive/templates")
        [System.IO.File]::WriteAllText("$TestDrive/templates/redis.yaml", "apiVersion: v1`nkind: ConfigMap`nmetadata:`n  name: `"{{no.such.variable}}`"`n")
        { $cluster | Deploy-WholeTale -Setting @{ TemplateFolder = "$TestDrive/templates" } -WarningAction SilentlyContinue -ErrorAction Stop } |
            Should -Throw -ErrorId 'ManifestInvalid*' -ExpectedMessage '*redis.yaml*4*no.such.variable*'
        ($cluster | Get-WholeTale).Revision | Should -Be $before
    }

    It 'names the component that there is not' {
        { $cluster | Deploy-WholeTale -Component gridder -WarningAction SilentlyContinue -ErrorAction Stop } | Should -Throw -ExpectedMessage '*gridder*'
    }

    It 'says that there is no such cluster' {
        { Deploy-WholeTale nowhere -Setting $settings -ErrorAction Stop } | Should -Throw -ErrorId 'ClusterNotFound*' -ExpectedMessage "*'nowhere'*"
    }
}
