Describe 'Get-WTSetting' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
        $file = "$TestDrive/settings.psd1"
        [System.IO.File]::WriteAllText($file, "@{`n    Domain = 'tales.example.org'`n    Gke = @{ NodeCount = 7 }`n}`n")
        [System.IO.File]::WriteAllText("$TestDrive/secrets.psd1", "@{ Secrets = @{ AdminPassword = 'not to be seen' } }`n")
    }

    It 'shows a value and the line that it comes from' {
        $setting = Get-WTSetting -SettingsPath $file | Where-Object Name -EQ 'Gke.NodeCount'

        $setting.Value | Should -Be 7
        $setting.Source | Should -Be 'SettingsFile'
        $setting.Origin | Should -BeLike '*settings.psd1:3'
    }

    It 'shows a default where nothing says otherwise' {
        (Get-WTSetting -SettingsPath $file | Where-Object Name -EQ 'Gke.MachineType').Source | Should -Be 'Default'
    }

    It 'lets a parameter win' {
        $setting = Get-WTSetting -SettingsPath $file -Setting @{ Domain = 'other.example.org' } | Where-Object Name -EQ 'Domain'

        $setting.Value | Should -Be 'other.example.org'
        $setting.Source | Should -Be 'Parameter'
    }

    It 'masks secrets' {
        $setting = Get-WTSetting -SettingsPath $file | Where-Object Name -EQ 'Secrets.AdminPassword'

        "$($setting.Value)" | Should -Be '********'
        $setting.Source | Should -Be 'SecretsFile'
    }
}

Describe 'Test-WTSetting' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    }

    It 'finds nothing wrong with the settings as shipped' {
        Test-WTSetting -SettingsPath "$PSScriptRoot/../../settings.psd1" | Should -BeNullOrEmpty
    }

    It 'names file, line, key, what was found and what is allowed: <name>' -ForEach @(
        @{ Name = 'an unknown key'; Text = "@{`n    Domian = 'x.org'`n}"; Key = 'Domian'; Line = 2; Allowed = '*Domain*' }
        @{ Name = 'a wrong type'; Text = "@{ Gke = @{`n    NodeCount = 'four' } }"; Key = 'Gke.NodeCount'; Line = 2; Allowed = '*' }
        @{ Name = 'an impossible quantity'; Text = "@{ Volumes = @{`n`n    MongoData = '200Mb' } }"; Key = 'Volumes.MongoData'; Line = 3; Allowed = '*200M*' }
    ) {
        $file = "$TestDrive/bad.psd1"
        [System.IO.File]::WriteAllText($file, $Text)

        $problem = @(Test-WTSetting -SettingsPath $file)

        $problem.Count | Should -Be 1
        $problem[0].File | Should -BeLike '*bad.psd1'
        $problem[0].Key | Should -Be $Key
        $problem[0].Line | Should -Be $Line
        $problem[0].Allowed | Should -BeLike $Allowed
    }

    It 'tells all problems at once' {
        $file = "$TestDrive/many.psd1"
        [System.IO.File]::WriteAllText($file, "@{ Domain = 'not a domain'; Nothing = 1; Gke = @{ NodeCount = -1 } }")

        @(Test-WTSetting -SettingsPath $file).Count | Should -Be 3
    }
}

Describe 'A settings file that cannot be used' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    }

    It 'is refused with its name when <name>' -ForEach @(
        @{ Name = 'it is missing'; Text = $null; Message = '*missing-or-bad.psd1*' }
        @{ Name = 'it is malformed'; Text = "@{`n    Domain = `n}"; Message = '*missing-or-bad.psd1:2*' }
        @{ Name = 'it holds code'; Text = "@{`n    Domain = `$(Get-Command)`n}"; Message = '*missing-or-bad.psd1:2*' }
        @{ Name = 'it calls something'; Text = "Get-Command`n"; Message = '*missing-or-bad.psd1*' }
    ) {
        $file = "$TestDrive/missing-or-bad.psd1"
        [System.IO.File]::Delete($file)
        if ($null -ne $Text) {
            [System.IO.File]::WriteAllText($file, $Text)
        }

        { Get-WTSetting -SettingsPath $file -ErrorAction Stop } | Should -Throw -ExpectedMessage $Message
    }
}
