BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Bad input' {
    AfterEach {
        # Whatever was wrong, the cluster is as it was.
        (Get-WholeTale $cluster).Status | Should -Be 'Missing'
    }

    It 'is a settings file that is missing' {
        { Get-WTSetting -SettingsPath "$TestDrive/no-settings.psd1" -ErrorAction Stop } | Should -Throw -ExpectedMessage '*no-settings.psd1*'
    }

    It 'is a certificate file that is missing' {
        { $cluster | Deploy-WholeTale -AcmeFile "$TestDrive/no-acme.json" -ErrorAction Stop } | Should -Throw -ExpectedMessage '*no-acme.json*'
    }

    It 'is a template with an unknown variable, named with file and line' {
        $folder = "$TestDrive/templates"
        $null = [System.IO.Directory]::CreateDirectory($folder)
        [System.IO.File]::WriteAllText("$folder/redis.yaml", "apiVersion: v1`nkind: ConfigMap`nmetadata:`n  name: `"{{no.such.variable}}`"`n")

        { $cluster | Deploy-WholeTale -Setting @{ TemplateFolder = $folder } -WarningAction SilentlyContinue -ErrorAction Stop } |
            Should -Throw -ErrorId 'ManifestInvalid*' -ExpectedMessage '*redis.yaml*4*no.such.variable*'
    }

    It 'is a template that stands in for none' {
        $folder = "$TestDrive/strangers"
        $null = [System.IO.Directory]::CreateDirectory($folder)
        [System.IO.File]::WriteAllText("$folder/rediss.yaml", "a: b`n")

        { $cluster | Deploy-WholeTale -Setting @{ TemplateFolder = $folder } -WarningAction SilentlyContinue -ErrorAction Stop } |
            Should -Throw -ExpectedMessage '*rediss.yaml*redis.yaml*'
    }

    It 'is a cluster that cannot be reached, named with its host' {
        $file = "$TestDrive/kubeconfig"
        $null = $cluster | Export-WTKubeconfig -Path $file
        $text = [System.IO.File]::ReadAllText($file)
        [System.IO.File]::WriteAllText($file, $text.Replace($cluster.Endpoint.Authority, '127.0.0.1:9'))

        { Get-WTCluster spec -Provider Existing -Setting @{ 'Existing.Kubeconfig' = $file } -ErrorAction Stop | Deploy-WholeTale -ErrorAction Stop } |
            Should -Throw -ExpectedMessage '*127.0.0.1:9*'
    }

    It 'is a token that the cluster does not accept' {
        $file = "$TestDrive/wrong-token"
        $null = $cluster | Export-WTKubeconfig -Path $file
        $text = [System.Text.RegularExpressions.Regex]::Replace([System.IO.File]::ReadAllText($file), 'token: .*', 'token: "wrong"')
        [System.IO.File]::WriteAllText($file, $text)

        { Get-WTCluster spec -Provider Existing -Setting @{ 'Existing.Kubeconfig' = $file } -ErrorAction Stop | Deploy-WholeTale -WarningAction SilentlyContinue -ErrorAction Stop } |
            Should -Throw -ErrorId 'KubernetesUnauthorized*' -ExpectedMessage "*$($cluster.Endpoint.Authority)*"
    }
}
