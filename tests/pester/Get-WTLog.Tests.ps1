BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Get-WTLog' {
    It 'gives the lines of a component''s log' {
        $lines = @($cluster | Get-WTLog -Component girder)
        $lines.Count | Should -BeGreaterThan 0
        $lines | ForEach-Object { $_ | Should -Not -BeLike 'girder-*/girder: *' }
    }

    It 'begins lines with pod and container where there are several' {
        $cluster | Get-WTLog -Component girder, mongo | ForEach-Object { $_ | Should -Match '^(girder|mongo)-[^/]+/[a-z-]+: ' }
    }

    It 'gives the last lines alone' {
        @($cluster | Get-WTLog -Component girder -Tail 1).Count | Should -Be 1
    }

    It 'gives the lines of a last while alone' {
        @($cluster | Get-WTLog -Component girder -Since 1.00:00:00).Count | Should -BeGreaterThan 0
        @($cluster | Get-WTLog -Component girder -Since 86400 -Timestamp)[0] | Should -Match '^\d{4}-\d\d-\d\dT'
    }

    It 'follows a log until it is told to stop' {
        $lines = @()
        while ($lines.Count -eq 0) {
            $cluster | Get-WTLog -Component girder -Follow | ForEach-Object { $lines += $_; break }
        }
        $lines.Count | Should -Be 1
    }

    It 'says that there is no log of an earlier run where nothing was restarted' {
        { $cluster | Get-WTLog -Component girder -Previous -ErrorAction Stop } | Should -Throw -ExpectedMessage '*previous terminated container*'
    }

    It 'names the components when there is none such' {
        { $cluster | Get-WTLog -Component nope -ErrorAction Stop } | Should -Throw -ErrorId 'PodNotFound*' -ExpectedMessage '*girder*'
    }

    It 'names the containers when there is none such' {
        { $cluster | Get-WTLog -Component girder -Container nope -ErrorAction Stop } | Should -Throw -ErrorId 'ContainerNotFound*' -ExpectedMessage '*girder*'
    }

    It 'gives a tale''s log by its instance' {
        $tale = [pscustomobject]@{ Name = 'Logged'; Image = 'jupyter/base-notebook:latest'; InstanceId = 'logged of course' } | New-WTTalePod -Cluster $cluster
        try {
            @($cluster | Get-WTLog -InstanceId 'logged *' -Container main -Tail 1).Count | Should -Be 1
            @($tale | Get-WTLog -Cluster $cluster -Container main -Tail 1).Count | Should -Be 1
            { $cluster | Get-WTLog -InstanceId nope -ErrorAction Stop } | Should -Throw -ErrorId 'PodNotFound*' -ExpectedMessage '*Get-WTTalePod*'
        }
        finally {
            $tale | Remove-WTTalePod -Cluster $cluster -Confirm:$false
        }
    }
}
