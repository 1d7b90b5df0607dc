using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Help;

/// <summary>Every cmdlet has help, and the help file says what the doc comments say.</summary>
public sealed class HelpTests
{
    private static readonly string File = Path.Combine(Engine.Repository, "module", "en-US", "WholeTale.PowerShell.dll-Help.xml");

    public static TheoryData<string> Cmdlets
    {
        get
        {
            using var engine = Engine.WithModule();
            return [.. engine.Run("Get-Command -Module WholeTale").Select(command => command.ToString())];
        }
    }

    [Fact]
    public void The_help_file_is_made_from_the_doc_comments()
    {
        using var engine = Engine.WithModule();
        var cmdlets = engine.Run("Get-Command -Module WholeTale").Select(command => (CmdletInfo)command.BaseObject);

        var compiled = new HelpFile(DocComments.Load()).Compile(cmdlets);

        if (Environment.GetEnvironmentVariable("WT_UPDATE_HELP") == "1")
            System.IO.File.WriteAllText(File, compiled);
        Assert.True(
            compiled == System.IO.File.ReadAllText(File).ReplaceLineEndings("\n"),
            "The help file is older than the doc comments. Run: WT_UPDATE_HELP=1 dotnet test tests/WholeTale.PowerShell.Tests --filter HelpTests");
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_cmdlet_has_a_synopsis_descriptions_and_an_example(string cmdlet)
    {
        using var engine = Engine.WithModule();

        var help = engine.Run($"Get-Help {cmdlet} -Full").Single();

        Assert.Matches(@"^[A-Z].*\.$", Text(help, "Synopsis"));
        var parameters = engine.Run($"(Get-Help {cmdlet} -Parameter *) | ForEach-Object {{ \"$($_.Name)=$($_.Description.Text)\" }}").Select(line => line.ToString()).ToList();
        Assert.All(parameters, parameter => Assert.Matches(@"(?s)^\w+=[A-Z].*[.}]$", parameter));
        var own = engine.Run($"(Get-Command {cmdlet}).Parameters.Keys").Select(name => name.ToString()).Except(Cmdlet.CommonParameters);
        Assert.Equal(own.Order(), parameters.Select(parameter => parameter.Split('=')[0]).Order());
        Assert.NotEmpty(engine.Run($"(Get-Help {cmdlet}).Examples.Example | ForEach-Object {{ $_.Code }}"));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void An_example_uses_only_commands_and_parameters_that_there_are(string cmdlet)
    {
        using var engine = Engine.WithModule();

        foreach (var code in engine.Run($"(Get-Help {cmdlet}).Examples.Example | ForEach-Object {{ $_.Code }}").Select(code => code.ToString()))
        {
            var script = System.Management.Automation.Language.Parser.ParseInput(code, out _, out var errors);
            Assert.Empty(errors.Select(error => $"{code}: {error.Message}"));
            foreach (var command in script.FindAll(ast => ast is System.Management.Automation.Language.CommandAst, true).Cast<System.Management.Automation.Language.CommandAst>())
            {
                // Not of Microsoft.PowerShell.Core, and known to every reader.
                if (command.GetCommandName() is "Import-Csv")
                    continue;
                var known = (CommandInfo)engine.Run($"Get-Command {command.GetCommandName()}").Single().BaseObject;
                var parameters = command.CommandElements.OfType<System.Management.Automation.Language.CommandParameterAst>().Select(parameter => parameter.ParameterName);
                Assert.All(parameters, parameter => Assert.NotNull(known.ResolveParameter(parameter)));
            }
        }
    }

    private static string Text(PSObject help, string property) => help.Properties[property]?.Value?.ToString()?.Trim() ?? "";
}
