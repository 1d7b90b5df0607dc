# The loader goes into the default load context. It gives the cmdlets' assembly from a context of the module's own, in which its
# libraries do not meet other versions of them (DESIGN 3).
$loader = [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'loader', 'WholeTale.Loader.dll')
if (-not [System.IO.File]::Exists($loader)) {
    throw "The module WholeTale has not been built: $loader is missing. Run 'dotnet build' in the repository first."
}
Import-Module -Name $loader

$cmdlets = Import-Module -PassThru -Assembly (
    [WholeTale.Loader.ModuleContext]::Load([System.IO.Path]::Combine($PSScriptRoot, 'bin', 'lib'))
)

# An assembly that is imported a second time comes from the engine's cache, and its cmdlets do not reach the importing module
# (PowerShell/PowerShell#20710). Importing what was found once more brings them. The manifest says which of them are for users.
Import-Module -ModuleInfo $cmdlets
Export-ModuleMember -Cmdlet @($cmdlets.ExportedCmdlets.Keys)
