BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Test-WholeTale' {
    It 'gives a row a check, and none fails on a platform as shipped' {
        $checks = $cluster | Test-WholeTale
        $checks.Count | Should -BeGreaterThan 20
        $checks | Where-Object Result -EQ 'Fail' | Should -BeNullOrEmpty
        $checks.Name | Should -Contain 'Component girder'
        $checks.Name | Should -Contain 'Tls girder.local.wholetale.org'
        ($checks | Where-Object Name -EQ 'Queues').Result | Should -Be 'Pass'
    }

    It 'gives the checks of the names asked for' {
        ($cluster | Test-WholeTale -Name 'claims', 'Broker*').Name | Should -Be @('Claims', 'Broker girder', 'Broker worker')
    }

    It 'says that there is no such check' {
        { $cluster | Test-WholeTale -Name 'nonsense' -ErrorAction Stop } | Should -Throw '*no check named nonsense*'
    }

    It 'gives with -Quiet whether it works, and sets the exit code' {
        $cluster | Test-WholeTale -Quiet -Name 'Namespace', 'Claims' | Should -Be $true
        $global:LASTEXITCODE | Should -Be 0

        $other = New-WTCluster -Provider Simulator -Name 'empty' -Setting $settings
        $other | Test-WholeTale -Quiet -Name 'Namespace', 'Claims' | Should -Be $false
        $global:LASTEXITCODE | Should -Be 1
        $other | Remove-WTCluster -Confirm:$false
    }

    It 'writes JUnit' {
        [xml] $report = $cluster | Test-WholeTale -OutputFormat JUnit -Name 'Claims', 'Dns*'
        $report.testsuites.testsuite.tests | Should -Be '4'
        $report.testsuites.testsuite.failures | Should -Be '0'
        $report.testsuites.testsuite.skipped | Should -Be '3'
        $report.testsuites.testsuite.testcase[0].name | Should -Be 'Claims'
    }
}
