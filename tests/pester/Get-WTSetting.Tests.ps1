BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
}

Describe 'Get-WTSetting' {
    It 'gives each setting with its value and its source' {
        $entry = Get-WTSetting -Name Gke.NodeCount -Setting @{ 'Gke.NodeCount' = 6 }
        $entry.Name | Should -BeExactly 'Gke.NodeCount'
        $entry.Value | Should -Be 6
        $entry.Source | Should -Be 'Parameter'
    }

    It 'takes wildcards' {
        $names = (Get-WTSetting -Name Volumes.*).Name
        $names.Count | Should -BeGreaterThan 3
        $names | Should -BeLike 'Volumes.*'
    }

    It 'lets the file go over the defaults, the secrets file over it, the environment over both, and parameters over all' {
        [System.IO.File]::WriteAllText("$TestDrive/settings.psd1", "@{ Domain = 'file.example.org'; Gke = @{ ProjectId = 'from-file'; NodeCount = 5 } }")
        [System.IO.File]::WriteAllText("$TestDrive/secrets.psd1", "@{ Secrets = @{ AdminPassword = 'open sesame' } }")
        $env:WT_GKE_NODECOUNT = '7'
        try {
            $entries = Get-WTSetting -SettingsPath "$TestDrive/settings.psd1" -Setting @{ Domain = 'parameter.example.org' }
        }
        finally {
            $env:WT_GKE_NODECOUNT = $null
        }
        ($entries | Where-Object Name -EQ 'Domain').Source | Should -Be 'Parameter'
        ($entries | Where-Object Name -EQ 'Gke.ProjectId').Origin | Should -Be "$TestDrive/settings.psd1:1"
        ($entries | Where-Object Name -EQ 'Gke.NodeCount').Value | Should -Be 7
        ($entries | Where-Object Name -EQ 'Gke.NodeCount').Source | Should -Be 'Environment'
        ($entries | Where-Object Name -EQ 'Secrets.AdminPassword').Source | Should -Be 'SecretsFile'
    }

    It 'shows no secret' {
        $entry = Get-WTSetting -Name Secrets.AdminPassword -Setting @{ 'Secrets.AdminPassword' = 'open sesame' }
        "$($entry.Value)" | Should -Be '********'
        "$entry" | Should -Not -BeLike '*sesame*'
    }

    It 'takes a table of a group as it takes single paths' {
        (Get-WTSetting -Name Gke.ProjectId -Setting @{ Gke = @{ ProjectId = 'nested' } }).Value | Should -Be 'nested'
    }

    It 'refuses code in a settings file and says where it is' {
        [System.IO.File]::WriteAllText("$TestDrive/code.psd1", "@{`n    Domain = (Get-Item .).Name`n}")
        { Get-WTSetting -SettingsPath "$TestDrive/code.psd1" } | Should -Throw -ErrorId 'SettingsInvalid*' -ExpectedMessage "*code.psd1:2:*nothing in a settings file is run*"
    }

    It 'says that a settings file is missing' {
        { Get-WTSetting -SettingsPath "$TestDrive/missing.psd1" } | Should -Throw -ExpectedMessage '*missing.psd1*does not exist*'
    }
}
