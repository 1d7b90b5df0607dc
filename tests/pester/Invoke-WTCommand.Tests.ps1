BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Invoke-WTCommand' {
    It 'runs a command and gives its output' {
        $cluster | Invoke-WTCommand -Component girder -Command hostname | Should -BeLike 'girder-*'
    }

    It 'makes an error of an exit code' {
        { $cluster | Invoke-WTCommand -Component girder -Command sh, -c, 'exit 3' -ErrorAction Stop } | Should -Throw -ErrorId 'CommandFailed*' -ExpectedMessage '*3*'
    }

    It 'runs in a tale''s own container by its instance' {
        $tale = [pscustomobject]@{ Name = 'Asked'; Image = 'jupyter/base-notebook:latest'; InstanceId = 'asked' } | New-WTTalePod -Cluster $cluster
        try {
            $cluster | Invoke-WTCommand -InstanceId asked -Command hostname | Should -Be $tale.Pod
            $tale | Invoke-WTCommand -Cluster $cluster -Command hostname | Should -Be $tale.Pod
        }
        finally {
            $tale | Remove-WTTalePod -Cluster $cluster -Confirm:$false
        }
    }

    It 'runs nothing with -WhatIf' {
        $cluster | Invoke-WTCommand -Component girder -Command hostname -WhatIf | Should -BeNullOrEmpty
    }

    It 'wants to know where' {
        { $cluster | Invoke-WTCommand -Command hostname -ErrorAction Stop } | Should -Throw -ErrorId 'PodNotNamed*'
    }
}
