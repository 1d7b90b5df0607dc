BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Export-WTKubeconfig' {
    It 'writes the cluster, and gives the file' {
        $file = $cluster | Export-WTKubeconfig -Path "$TestDrive/one"
        $file.FullName | Should -Be ([System.IO.Path]::GetFullPath("$TestDrive/one"))
        $text = [System.IO.File]::ReadAllText($file.FullName)
        $text | Should -BeLike '*current-context*spec*'
        $text | Should -BeLike "*$($cluster.Endpoint.AbsoluteUri.TrimEnd('/'))*"
    }

    It 'leaves what else is in the file' {
        [System.IO.File]::WriteAllText("$TestDrive/two", "apiVersion: v1`nkind: Config`ncontexts:`n- name: other`n  context: {cluster: other, user: other}`n")
        $null = $cluster | Export-WTKubeconfig -Path "$TestDrive/two"
        [System.IO.File]::ReadAllText("$TestDrive/two") | Should -BeLike '*name: other*spec*'
    }

    It 'lets only its owner read it' {
        if (-not $IsWindows) {
            $file = $cluster | Export-WTKubeconfig -Path "$TestDrive/three"
            [System.IO.File]::GetUnixFileMode($file.FullName).ToString() | Should -Be 'UserWrite, UserRead'
        }
    }

    It 'leaves a file alone that is no kubeconfig' {
        [System.IO.File]::WriteAllText("$TestDrive/four", '- a list')
        { $cluster | Export-WTKubeconfig -Path "$TestDrive/four" -ErrorAction Stop } | Should -Throw -ErrorId 'KubeconfigMalformed*'
        [System.IO.File]::ReadAllText("$TestDrive/four") | Should -Be '- a list'
    }

    It 'writes nothing with -WhatIf' {
        $cluster | Export-WTKubeconfig -Path "$TestDrive/five" -WhatIf
        "$TestDrive/five" | Should -Not -Exist
    }
}
