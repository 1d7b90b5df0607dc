BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
}

Describe 'Export-WTManifest' {
    It 'writes a file a component, with masked secrets' {
        $files = Export-WTManifest -Path "$TestDrive/masked" -WarningAction SilentlyContinue
        $files.Name | Should -Contain '07-girder.yaml'
        $text = [System.IO.File]::ReadAllText(($files | Where-Object Name -Like '*secrets.yaml').FullName)
        $text | Should -BeLike '*kind: *Secret*'
        $text | Should -BeLike '*\*\*\*\*\*\*\*\**'.Replace('\', '`')
        $text | Should -Not -BeLike '*tls.key: *LS0t*'
    }

    It 'writes the values too when told to' {
        $files = Export-WTManifest -Path "$TestDrive/whole" -IncludeSecrets -Setting @{ 'Secrets.AdminPassword' = 'open sesame' } -WarningAction SilentlyContinue
        $file = $files | Where-Object Name -Like '*secrets.yaml'
        [System.IO.File]::ReadAllText($file.FullName) | Should -BeLike "*$([System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes('open sesame')))*"
        if (-not $IsWindows) {
            [System.IO.File]::GetUnixFileMode($file.FullName).ToString() | Should -Be 'UserWrite, UserRead'
        }
    }

    It 'takes a template of the user''s own, and says what is wrong with it' {
        $null = [System.IO.Directory]::CreateDirectory("$TestDrive/templates")
        [System.IO.File]::WriteAllText("$TestDrive/templates/redis.yaml", "apiVersion: v1`nkind: ConfigMap`nmetadata:`n  name: '{{Nobody}}'`n")
        { Export-WTManifest -Path "$TestDrive/own" -Setting @{ TemplateFolder = "$TestDrive/templates" } -WarningAction SilentlyContinue -ErrorAction Stop } |
            Should -Throw -ErrorId 'ManifestInvalid*' -ExpectedMessage '*redis.yaml*Nobody*'
    }

    It 'writes nothing with -WhatIf' {
        Export-WTManifest -Path "$TestDrive/whatif" -WhatIf -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$TestDrive/whatif" | Should -Not -Exist
    }
}
