# The loader goes into the default context; everything else into a context of the module's own.
$importModule = Get-Command -Name Import-Module -Module Microsoft.PowerShell.Core
$isReload = $true
if (-not ('WholeTale.Loader.ModuleContext' -as [type])) {
    $isReload = $false
    $loader = [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'loader', 'WholeTale.Loader.dll')
    if (-not [System.IO.File]::Exists($loader)) {
        throw "The module has not been built: $loader is missing. Run 'dotnet build' in the repository first."
    }
    & $importModule -Name $loader
}

$assembly = [WholeTale.Loader.ModuleContext]::Load([System.IO.Path]::Combine($PSScriptRoot, 'bin', 'lib'))
$inner = & $importModule -Assembly $assembly -PassThru:$isReload

if ($inner) {
    # An assembly imported a second time comes from a cache that does not tell the importing module of its cmdlets (PowerShell/PowerShell#20710).
    $addExportedCmdlet = [System.Management.Automation.PSModuleInfo].GetMethod(
        'AddExportedCmdlet',
        [System.Reflection.BindingFlags]'Instance, NonPublic'
    )
    foreach ($cmdlet in $inner.ExportedCmdlets.Values) {
        $null = $addExportedCmdlet.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet))
    }
}
