BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
}

Describe 'Import-WTAcmeCertificate' {
    It "reads the certificate of a domain from <_>" -ForEach 'acme-v1.json', 'acme-v2.json' {
        $certificate = Import-WTAcmeCertificate "$PSScriptRoot/../data/$_" -Domain local.wholetale.org
        $certificate.Names | Should -Contain '*.local.wholetale.org'
    }

    It 'writes it as files' {
        $null = Import-WTAcmeCertificate "$PSScriptRoot/../data/acme-v2.json" -Domain local.wholetale.org -Destination "$TestDrive/certs"
        [System.IO.File]::ReadAllText("$TestDrive/certs/tls.crt") | Should -BeLike '-----BEGIN CERTIFICATE-----*'
        "$TestDrive/certs/tls.key" | Should -Exist
    }

    It 'names the domains that there are when the wanted one is not' {
        { Import-WTAcmeCertificate "$PSScriptRoot/../data/acme-v2.json" -Domain other.example.org -ErrorAction Stop } |
            Should -Throw -ErrorId 'CertificateWrongDomain*' -ExpectedMessage '*local.wholetale.org*'
    }

    It 'says that the file is missing' {
        { Import-WTAcmeCertificate "$TestDrive/missing.json" -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateMissing*' -ExpectedMessage '*missing.json*'
    }
}
