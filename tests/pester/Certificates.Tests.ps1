Describe 'Import-WTAcmeCertificate' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
        $data = "$PSScriptRoot/../data"
    }

    It 'reads the certificate of a domain from <_>' -ForEach 'acme-v1.json', 'acme-v2.json' {
        $certificate = Import-WTAcmeCertificate -Path "$data/$_" -Domain 'local.wholetale.org'

        $certificate.Names | Should -Contain '*.local.wholetale.org'
        "$($certificate.KeyPem)" | Should -Be '********'
    }

    It 'names the domain that the file has no certificate for' {
        { Import-WTAcmeCertificate -Path "$data/acme-v2.json" -Domain 'elsewhere.example.org' -ErrorAction Stop } |
            Should -Throw -ExpectedMessage '*elsewhere.example.org*'
    }

    It 'names a file that is missing' {
        { Import-WTAcmeCertificate -Path "$TestDrive/none.json" -Domain 'local.wholetale.org' -ErrorAction Stop } | Should -Throw -ExpectedMessage '*none.json*'
    }
}

Describe 'New-WTCertificate' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    }

    It 'makes a certificate that is valid now, and shows no key' {
        $certificate = New-WTCertificate

        $certificate.NotAfter | Should -BeGreaterThan ([System.DateTimeOffset]::UtcNow)
        $certificate.CertificatePem | Should -BeLike '-----BEGIN CERTIFICATE-----*'
        "$($certificate.KeyPem)" | Should -Be '********'
    }
}
