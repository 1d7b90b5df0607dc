BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
}

Describe 'Test-WTSetting' {
    It 'gives nothing where nothing is wrong' {
        Test-WTSetting -SettingsPath "$PSScriptRoot/../../settings.psd1" | Should -BeNullOrEmpty
        Test-WTSetting -SettingsPath "$PSScriptRoot/../../settings.psd1" -Quiet | Should -BeTrue
    }

    It 'gives all problems at once, each with its place' {
        [System.IO.File]::WriteAllText("$TestDrive/bad.psd1", "@{`n    Domian = 'x.org'`n    Volumes = @{`n        MongoData = '200Mb'`n    }`n    Gke = @{ NodeCount = 'many' }`n}")
        $problems = @(Test-WTSetting -SettingsPath "$TestDrive/bad.psd1")
        $problems.Count | Should -Be 3
        $problems.Line | Should -Be @(2, 4, 6)
        $problems[0].Allowed | Should -BeLike '*did you mean Domain*'
        $problems[1].Found | Should -Be "'200Mb'"
        Test-WTSetting -SettingsPath "$TestDrive/bad.psd1" -Quiet | Should -BeFalse
    }

    It 'names file, line, key and what is allowed for <Name>' -ForEach @(
        @{ Name = 'an unknown key'; Text = "@{`n    Domian = 'x.org'`n}"; Key = 'Domian'; Line = 2; Allowed = '*Domain*' }
        @{ Name = 'a wrong type'; Text = "@{ Gke = @{`n    NodeCount = 'four' } }"; Key = 'Gke.NodeCount'; Line = 2; Allowed = '*integer*' }
        @{ Name = 'an impossible quantity'; Text = "@{ Volumes = @{`n`n    MongoData = '200Mb' } }"; Key = 'Volumes.MongoData'; Line = 3; Allowed = '*200M*' }
    ) {
        [System.IO.File]::WriteAllText("$TestDrive/wrong.psd1", $Text)
        $problem = @(Test-WTSetting -SettingsPath "$TestDrive/wrong.psd1")
        $problem.Count | Should -Be 1
        $problem[0].File | Should -Be "$TestDrive/wrong.psd1"
        $problem[0].Key | Should -Be $Key
        $problem[0].Line | Should -Be $Line
        $problem[0].Allowed | Should -BeLike $Allowed
    }

    It 'refuses a file that holds <Name>, and says in which line' -ForEach @(
        @{ Name = 'a command'; Text = 'Get-Item .'; Line = 1 }
        @{ Name = 'a call'; Text = "@{`n Domain = [string]::Empty`n}"; Line = 2 }
        @{ Name = 'a text with a variable'; Text = "@{`n`n Domain = `"`$env:HOME`"`n}"; Line = 3 }
        @{ Name = 'a subexpression'; Text = '@{ Domain = "$(1 + 1)" }'; Line = 1 }
        @{ Name = 'a script block'; Text = '@{ Domain = { exit } }'; Line = 1 }
        @{ Name = 'a computed key'; Text = '@{ ("Do" + "main") = "x.org" }'; Line = 1 }
        @{ Name = 'a parameter block'; Text = 'param($x) @{ }'; Line = 1 }
        @{ Name = 'a pipe'; Text = "@{`n Domain = 'x.org' | ForEach-Object { `$_ }`n}"; Line = 2 }
        @{ Name = 'a syntax error'; Text = "@{`n Domain = 'x.org`n}"; Line = 2 }
        @{ Name = 'a key that stands there twice'; Text = "@{`n Domain = 'x.org'`n Domain = 'y.org'`n}"; Line = 3 }
        @{ Name = 'a list'; Text = "'a', 'b'"; Line = 1 }
        @{ Name = 'nothing'; Text = ''; Line = 1 }
    ) {
        [System.IO.File]::WriteAllText("$TestDrive/odd.psd1", $Text)
        $problem = @(Test-WTSetting -SettingsPath "$TestDrive/odd.psd1")[0]
        $problem.File | Should -Be "$TestDrive/odd.psd1"
        $problem.Line | Should -Be $Line
    }
}
