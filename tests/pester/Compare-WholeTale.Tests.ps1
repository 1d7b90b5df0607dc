BeforeAll {
    Import-Module "$PSScriptRoot/../../module/WholeTale.psd1"
    $settings = @{ StateFolder = "$TestDrive/state"; 'Simulator.Delays' = 'None' }
    $cluster = New-WTCluster -Provider Simulator -Name 'spec' -Setting $settings
    $deployment = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
}

AfterAll {
    $cluster | Remove-WTCluster -Confirm:$false
}

Describe 'Compare-WholeTale' {
    It 'finds nothing after a deploy' {
        $cluster | Compare-WholeTale -WarningAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'shows what other settings would change, field by field' {
        $other = Get-WTCluster spec -Setting ($settings + @{ 'Dashboard.Replicas' = 3 })
        $changes = $other | Compare-WholeTale -WarningAction SilentlyContinue
        $change = $changes | Where-Object Path -Like '*replicas'
        $change.Kind | Should -Be 'Deployment'
        $change.Name | Should -Be 'dashboard'
        $change.Component | Should -Be 'dashboard'
        $change.Before | Should -Be '1'
        $change.After | Should -Be '3'
        ($cluster | Get-WholeTale).Revision | Should -Be 1
    }

    Context '-Drift' {
        BeforeAll {
            $kubeconfig = [System.IO.File]::ReadAllText(($cluster | Export-WTKubeconfig -Path "$TestDrive/kubeconfig").FullName)
            $handler = [System.Net.Http.HttpClientHandler]::new()
            $handler.ServerCertificateCustomValidationCallback = [System.Net.Http.HttpClientHandler]::DangerousAcceptAnyServerCertificateValidator
            $http = [System.Net.Http.HttpClient]::new($handler)
            $http.BaseAddress = $cluster.Endpoint
            $http.DefaultRequestHeaders.Authorization = [System.Net.Http.Headers.AuthenticationHeaderValue]::new('Bearer', [regex]::Match($kubeconfig, 'token:\s*"?([^"\s]+)').Groups[1].Value)

            # As kubectl does it.
            function Edit-Object($Path, $Manager, $Patch) {
                $request = [System.Net.Http.HttpRequestMessage]::new('PATCH', "${Path}?fieldManager=$Manager")
                $request.Content = [System.Net.Http.StringContent]::new($Patch, $null, 'application/merge-patch+json')
                $null = $http.SendAsync($request).GetAwaiter().GetResult().EnsureSuccessStatusCode()
            }
        }

        AfterAll {
            $http.Dispose()
        }

        It 'finds nothing after a deploy' {
            $cluster | Compare-WholeTale -Drift | Should -BeNullOrEmpty
        }

        It 'tells what somebody added, and not what a controller did' {
            $path = "apis/apps/v1/namespaces/$($cluster.Namespace)/deployments/dashboard"
            Edit-Object $path 'kubectl-label' '{"metadata":{"labels":{"team":"blue"}}}'
            Edit-Object $path 'glbc' '{"metadata":{"annotations":{"example.org/status":"{}"}}}'
            $change = @($cluster | Compare-WholeTale -Drift)
            $change.Count | Should -Be 1
            "$($change.Kind) $($change.Name) $($change.Path)" | Should -Be 'Deployment dashboard metadata.labels.team'
            $change.Before | Should -Be 'blue'
            $change.After | Should -BeNullOrEmpty
            $change.Owner | Should -Be 'kubectl-label'
        }

        It 'tells of a claim that somebody has grown' {
            Edit-Object "api/v1/namespaces/$($cluster.Namespace)/persistentvolumeclaims/mongo-data" 'kubectl-edit' '{"spec":{"resources":{"requests":{"storage":"999Gi"}}}}'
            $change = $cluster | Compare-WholeTale -Drift | Where-Object Kind -EQ 'PersistentVolumeClaim'
            $change.Path | Should -Be 'spec.resources.requests.storage'
            $change.Before | Should -Be '999Gi'
            $change.Owner | Should -Be 'kubectl-edit'
        }
    }
}
