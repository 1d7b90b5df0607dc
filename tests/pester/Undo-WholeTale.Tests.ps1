BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Undo-WholeTale' {
    BeforeAll {
        $null = $cluster | Deploy-WholeTale -Setting @{ 'Dashboard.Replicas' = 2 } -SkipGirderSetup -WarningAction SilentlyContinue
    }

    It 'changes nothing with -WhatIf' {
        $cluster | Undo-WholeTale -WhatIf | Should -BeNullOrEmpty
        (($cluster | Get-WholeTale).Components | Where-Object Name -EQ 'dashboard').Ready | Should -Be '2/2'
    }

    It 'returns to the last good revision' {
        $undone = $cluster | Undo-WholeTale
        $undone.Status | Should -Be 'Ready'
        (($cluster | Get-WholeTale).Components | Where-Object Name -EQ 'dashboard').Ready | Should -Be '1/1'
    }

    It 'adds to a log' {
        $null = $cluster | Undo-WholeTale -Revision 2 -LogPath "$TestDrive/undo.jsonl"
        [System.IO.File]::ReadAllText("$TestDrive/undo.jsonl") | Should -BeLike '*"succeeded"*'
    }

    It 'says which revisions there are when one is asked for that is not' {
        { $cluster | Undo-WholeTale -Revision 77 -ErrorAction Stop } | Should -Throw -ExpectedMessage '*77*'
    }
}
