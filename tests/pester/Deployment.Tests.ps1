Describe 'The platform on a cluster' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
        $setting = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
        $acme = "$PSScriptRoot/../data/acme-v2.json"
        $cluster = New-WTCluster -Provider Simulator -Name platform -Setting $setting
        $deployment = $cluster | Deploy-WholeTale -AcmeFile $acme -WarningAction SilentlyContinue
    }

    AfterAll {
        $cluster | Remove-WTCluster -Confirm:$false
    }

    Context 'Deploy-WholeTale' {
        It 'returns when every component is ready' {
            "$($deployment.Status)" | Should -Be 'Ready'
            $deployment.Components | Where-Object { "$($_.Status)" -ne 'Ready' } | Should -BeNullOrEmpty
            $deployment.Revision | Should -BeGreaterThan 0
        }

        It 'says where the platform is reached' {
            "$($deployment.Urls)" | Should -BeLike '*https://girder.local.wholetale.org/*'
        }

        It 'gives the login of the administrator as a credential' {
            $deployment.Credential.UserName | Should -Be 'admin'
            $deployment.Credential.GetNetworkCredential().Password.Length | Should -Be 32
        }

        It 'changes nothing when it is repeated' {
            $again = $cluster | Deploy-WholeTale -AcmeFile $acme -WarningAction SilentlyContinue

            $again.Objects | Where-Object { "$($_.Result)" -ne 'Unchanged' } | Should -BeNullOrEmpty
            $again.Girder.Steps | Where-Object { "$($_.Result)" -ne 'Unchanged' } | Should -BeNullOrEmpty
        }

        It 'does nothing with -WhatIf' {
            $cluster | Deploy-WholeTale -AcmeFile $acme -Setting @{ 'Images.Redis' = 'redis:6' } -WhatIf

            @(Get-WTRevision $cluster)[-1].Number | Should -Be $deployment.Revision
        }

        It 'refuses a certificate of another domain, and names it' {
            { $cluster | Deploy-WholeTale -AcmeFile $acme -Setting @{ Domain = 'elsewhere.example.org' } -ErrorAction Stop } |
                Should -Throw -ExpectedMessage '*elsewhere.example.org*'
        }

        It 'refuses a certificate file that is missing, and names it' {
            { $cluster | Deploy-WholeTale -AcmeFile "$TestDrive/no-acme.json" -ErrorAction Stop } | Should -Throw -ExpectedMessage '*no-acme.json*'
        }

        It 'refuses a template with an unknown variable, and names file, line and variable' {
            $folder = "$TestDrive/templates"
            $null = [System.IO.Directory]::CreateDirectory($folder)
            [System.IO.File]::WriteAllText("$folder/redis.yaml", "apiVersion: v1`nkind: ConfigMap`nmetadata:`n  name: `"{{no.such.variable}}`"`n")

            { $cluster | Deploy-WholeTale -AcmeFile $acme -Setting @{ TemplateFolder = $folder } -ErrorAction Stop } |
                Should -Throw -ExpectedMessage '*redis.yaml*4*no.such.variable*'
        }
    }

    Context 'Get-WholeTale' {
        It 'shows a row a component' {
            $status = Get-WholeTale -Cluster $cluster

            "$($status.Status)" | Should -Be 'Ready'
            $status.Components.Name | Should -Contain 'girder'
            ($status.Components | Where-Object Name -EQ 'girder').Ready | Should -Be '1/1'
        }
    }

    Context 'Compare-WholeTale' {
        It 'finds nothing right after a deploy' {
            Compare-WholeTale -Cluster $cluster -Drift | Should -BeNullOrEmpty
        }
    }

    Context 'Get-WTRevision' {
        It 'lists what was deployed' {
            $revision = @(Get-WTRevision $cluster)

            $revision[0].Number | Should -Be 1
            $revision[0].Objects | Should -BeGreaterThan 20
        }
    }

    Context 'Undo-WholeTale' {
        It 'returns to the revision before' {
            $changed = $cluster | Deploy-WholeTale -AcmeFile $acme -Setting @{ 'Images.Redis' = 'redis:6' } -SkipGirderSetup -WarningAction SilentlyContinue
            ($changed.Objects | Where-Object { "$($_.Result)" -eq 'Updated' }).Component | Should -Contain 'redis'

            $undone = $cluster | Undo-WholeTale -Confirm:$false -WarningAction SilentlyContinue

            "$($undone.Status)" | Should -Be 'Ready'
            ($undone.Objects | Where-Object { "$($_.Result)" -eq 'Updated' }).Component | Should -Contain 'redis'
        }
    }

    Context 'Initialize-WTGirder' {
        It 'finds everything as it should be' {
            $setup = Initialize-WTGirder -Cluster $cluster -WarningAction SilentlyContinue

            $setup.Steps.Name | Should -Contain 'Administrator'
            $setup.Steps | Where-Object { "$($_.Result)" -ne 'Unchanged' } | Should -BeNullOrEmpty
        }
    }

    Context 'Export-WTManifest' {
        It 'writes a file a component, without secrets' {
            $folder = "$TestDrive/manifests"

            Export-WTManifest -Path $folder -WarningAction SilentlyContinue

            $files = [System.IO.Directory]::GetFiles($folder, '*.yaml')
            $files.Count | Should -BeGreaterThan 5
            $all = -join ($files | ForEach-Object { [System.IO.File]::ReadAllText($_) })
            $all | Should -BeLike '*kind: *StatefulSet*'
            $password = $deployment.Credential.GetNetworkCredential().Password
            $encoded = [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($password))
            $all.Contains($password) -or $all.Contains($encoded) | Should -BeFalse
        }
    }

    Context 'Get-WTLog' {
        It 'reads the log of a component' {
            Get-WTLog -Cluster $cluster -Component redis -Tail 5 | Should -Not -BeNullOrEmpty
        }
    }

    Context 'Invoke-WTCommand' {
        It 'runs a command in a component' {
            Invoke-WTCommand -Cluster $cluster -Component redis -Command 'echo', 'hello' | Should -Be 'hello'
        }
    }

    Context 'Remove-WholeTale' {
        It 'removes nothing with -WhatIf' {
            $cluster | Remove-WholeTale -WhatIf

            "$((Get-WholeTale -Cluster $cluster).Status)" | Should -Be 'Ready'
        }

        It 'leaves nothing' {
            $cluster | Remove-WholeTale -Confirm:$false

            (Get-WholeTale -Cluster $cluster).Components | Where-Object { "$($_.Status)" -ne 'Missing' } | Should -BeNullOrEmpty
        }
    }
}
