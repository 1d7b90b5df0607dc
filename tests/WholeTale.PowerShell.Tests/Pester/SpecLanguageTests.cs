using System.Management.Automation.Language;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>Specs, examples and the module's own script use nothing that another machine may lack.</summary>
public sealed class SpecLanguageTests
{
    private static readonly string Manifest = Path.Combine(SpecFolder.Repository, "module", "WholeTale.psd1");

    public static TheoryData<string> Scripts =>
    [
        .. SpecFolder.Files.Concat(Directory.EnumerateFiles(Path.Combine(SpecFolder.Repository, "examples"), "*.ps1", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(SpecFolder.Repository, file)),
    ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_uses_the_language_Core_and_this_module_alone(string script)
    {
        var ast = Parser.ParseFile(Path.Combine(SpecFolder.Repository, script), out _, out var errors);

        Assert.Empty(errors.Select(error => $"{error.Extent.StartLineNumber}: {error.Message}"));
        Assert.Empty(SpecLanguage.Foreign(ast, SpecLanguage.Exports(Manifest), script.EndsWith(".Tests.ps1", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Describe 'd' { It 'i' { Test-Path x | Should -BeTrue } }", "1: Test-Path")]
    [InlineData("Describe 'd' { It 'i' { Mock Get-Command { } } }", "1: Mock")]
    [InlineData("Describe 'd' { It 'i' { 1 | % { $_ } } }", "1: %")]
    [InlineData("Describe 'd' { It 'i' { 1 | Should -Invoke Get-Command } }", "1: Should -Invoke")]
    [InlineData("Describe 'd' { It 'i' { bash -c true } }", "1: bash")]
    [InlineData("Describe 'd' { It 'i' { 'TestDrive:/x' | Should -Exist } }", "1: 'TestDrive:/x' (use $TestDrive)")]
    public void What_is_foreign_is_found(string spec, string expected)
    {
        var ast = Parser.ParseInput(spec, out _, out _);

        Assert.Equal([expected], SpecLanguage.Foreign(ast, SpecLanguage.Exports(Manifest), isSpec: true));
    }

    [Fact]
    public void What_is_allowed_is_not_foreign()
    {
        var ast = Parser.ParseInput(
            "BeforeAll { function Get-Own { 1 } }\n Describe 'd' -Tag x { It 'i' -TestCases 1 { Get-Own | Where-Object { $_ } | Should -Not -Be 2 -Because 'x' -ErrorAction Stop; & $block } }", out _, out _);

        Assert.Empty(SpecLanguage.Foreign(ast, SpecLanguage.Exports(Manifest), isSpec: true));
    }
}
