BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
}

Describe 'New-WTCertificate' {
    It 'makes a certificate for the names of the registry' {
        $certificate = New-WTCertificate -Setting @{ Domain = 'tales.example.org'; Namespace = 'tales' }
        $certificate.Names | Should -Contain 'registry.tales.svc.cluster.local'
        $certificate.Names | Should -Contain 'registry.tales.example.org'
    }

    It 'takes other names and days' {
        $certificate = New-WTCertificate -DnsName 'a.example.org', '10.0.0.1' -Days 10
        $certificate.Names | Should -Be @('a.example.org', '10.0.0.1')
        ($certificate.NotAfter - $certificate.NotBefore).Days | Should -Be 10
    }

    It 'writes the certificate and its key, and replaces neither unasked' {
        $null = New-WTCertificate -DnsName a.example.org -Path "$TestDrive/certs"
        [System.IO.File]::ReadAllText("$TestDrive/certs/tls.crt") | Should -BeLike '-----BEGIN CERTIFICATE-----*'
        [System.IO.File]::ReadAllText("$TestDrive/certs/tls.key") | Should -BeLike '*PRIVATE KEY*'
        { New-WTCertificate -DnsName a.example.org -Path "$TestDrive/certs" -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateExists*'
        { New-WTCertificate -DnsName a.example.org -Path "$TestDrive/certs" -Force -ErrorAction Stop } | Should -Not -Throw
    }

    It 'lets only its owner read the key' {
        if (-not $IsWindows) {
            $null = New-WTCertificate -DnsName a.example.org -Path "$TestDrive/private"
            [System.IO.File]::GetUnixFileMode("$TestDrive/private/tls.key").ToString() | Should -Be 'UserWrite, UserRead'
        }
    }

    It 'shows no key' {
        $certificate = New-WTCertificate
        "$($certificate.KeyPem)" | Should -Be '********'
        "$certificate" | Should -Not -BeLike '*PRIVATE KEY*'
    }

    It 'writes nothing with -WhatIf' {
        New-WTCertificate -Path "$TestDrive/whatif" -WhatIf | Should -BeNullOrEmpty
        "$TestDrive/whatif" | Should -Not -Exist
    }
}
