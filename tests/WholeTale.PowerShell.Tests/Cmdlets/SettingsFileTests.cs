using System.Management.Automation.Language;
using CsCheck;

namespace WholeTale.PowerShell.Tests.Cmdlets;

/// <summary>Settings files are data, whatever stands in them.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private readonly Engine engine = Engine.WithModule();

    public void Dispose() => engine.Dispose();

    [Fact]
    public void Any_text_in_quotes_comes_back_as_itself()
    {
        // What a file can hold: no NUL (a setting refuses it) and no half of a surrogate pair.
        Gen.Char.Where(character => character != '\0' && !char.IsSurrogate(character)).Array[1, 20].Select(characters => new string(characters)).Sample(
            text =>
            {
                var file = engine.Write("any.psd1", $"@{{\n  TemplateFolder = '{CodeGeneration.EscapeSingleQuotedStringContent(text)}'\n}}");
                return engine.Run($"(Get-WTSetting TemplateFolder -SettingsPath '{file}').Value").Single().ToString() == text;
            },
            iter: 200, threads: 1);
    }

    [Fact]
    public void Any_text_at_all_is_read_or_refused_and_never_run()
    {
        string[] pieces =
        [
            "@{", "}", "@(", ")", "Domain", " = ", "'x.org'", "\"$(", "$(", "$env:HOME", "[IO.File]::Create('ran')", "& { [IO.File]::Create('ran') }", ";", "\n", "|", "#", "'", "\"",
            "@'", "1kb", "-1", ",", "$true", "using module x", "param(",
        ];

        Gen.Int[0, pieces.Length - 1].Array[0, 12].Select(numbers => string.Concat(numbers.Select(number => pieces[number]))).Sample(
            text =>
            {
                var file = engine.Write("odd.psd1", text);
                // Whatever is wrong is told as data; the check itself never fails.
                var outcome = engine.Try($"Test-WTSetting -SettingsPath '{file}'");
                return outcome.Errors.Count == 0 && outcome.Output.All(problem => (string)problem.Properties["File"].Value == file) && !File.Exists(Path.Combine(engine.Folder, "ran"));
            },
            iter: 500, threads: 1);
    }

    [Theory]
    [InlineData("-5", "-5")]
    [InlineData("0x10", "16")]
    [InlineData("2kb", "2048")]
    public void A_number_is_a_number(string written, string read)
    {
        var file = engine.Write("number.psd1", $"@{{ Gke = @{{ NodeCount = {written} }} }}");

        var outcome = engine.Run($"Test-WTSetting -SettingsPath '{file}' | ForEach-Object {{ $_.Found }}; if (Test-WTSetting -SettingsPath '{file}' -Quiet) {{ (Get-WTSetting Gke.NodeCount -SettingsPath '{file}').Value }}");

        Assert.Equal([read], outcome.Select(value => value.ToString()));
    }

    [Theory]
    [InlineData("@('oauth', 'jobs')")]
    [InlineData("'oauth', 'jobs'")]
    [InlineData("@(\n'oauth'\n'jobs'\n)")]
    public void A_list_may_be_written_in_every_form_that_PowerShell_has(string written)
    {
        var file = engine.Write("list.psd1", $"@{{ Girder = @{{ Plugins = {written} }} }}");

        Assert.Equal(["oauth", "jobs"], engine.Run($"(Get-WTSetting Girder.Plugins -SettingsPath '{file}').Value").Select(plugin => plugin.ToString()));
    }

    [Fact]
    public void Images_are_a_list_of_tables_in_a_file_or_a_parameter()
    {
        const string Image = "@{ name = 'Julia'; iframe = $false; Tags = 'a', 'b'; Config = @{ Port = 8888; environment = 'A=b' } }";
        var file = engine.Write("images.psd1", $"@{{ Girder = @{{ Images = @({Image}\n@{{ Name = 'R'; Config = @{{ }} }}) }} }}");

        const string Shown = "ForEach-Object { \"$($_.Name) $($_.IFrame) $($_.Tags) $($_.Config['port']) $($_.Config['environment'])\" }";
        Assert.Equal(["Julia False a b 8888 A=b", "R True   "], engine.Run($"(Get-WTSetting Girder.Images -SettingsPath '{file}').Value | {Shown}").Select(line => line.ToString()));
        Assert.Equal(["Julia False a b 8888 A=b"], engine.Run($"(Get-WTSetting Girder.Images -Setting @{{ 'Girder.Images' = {Image} }}).Value | {Shown}").Select(line => line.ToString()));
    }

    [Theory]
    [InlineData("'Julia'", "Girder.Images[1]", "it must be a table")]
    [InlineData("@{ Config = @{ } }", "Girder.Images[1].Name", "must have a name")]
    [InlineData("@{ Name = 'Julia' }", "Girder.Images[1].Config", "must say how it is run")]
    [InlineData("@{ Name = 'Julia'; Config = 'jupyter' }", "Girder.Images[1].Config", "a table")]
    [InlineData("@{ Name = 'Julia'; Config = @{ }; Ikon = 'x' }", "Girder.Images[1].Ikon", "Did you mean 'Icon'?")]
    [InlineData("@{ Name = 'Julia'; Config = @{ targetmont = '/x' } }", "Girder.Images[1].Config.targetmont", "Did you mean 'targetMount'?")]
    [InlineData("@{ Name = 'Julia'; Config = @{ port = '8888' } }", "Girder.Images[1].Config.port", "from 1 to 65535")]
    [InlineData("@{ Name = 'Julia'; Config = @{ port = 70000 } }", "Girder.Images[1].Config.port", "from 1 to 65535")]
    [InlineData("@{ Name = 'Julia'; Config = @{ environment = 1, 2 } }", "Girder.Images[1].Config.environment", "list of texts")]
    [InlineData("@{ Name = 'Julia'; Public = 'yes'; Config = @{ } }", "Girder.Images[1].Public", "$true or $false")]
    [InlineData("@{ Name = 'R'; Config = @{ } }, @{ Name = 'R'; Config = @{ } }", "Girder.Images", "a name of its own")]
    public void What_is_wrong_with_an_image_is_told_with_file_line_and_key(string images, string key, string allowed)
    {
        var file = engine.Write("images.psd1", $"@{{\n  Girder = @{{\n    Images = @(\n{images}\n)\n  }}\n}}");

        var problem = engine.Run($"Test-WTSetting -SettingsPath '{file}'").Single();

        Assert.Equal(file, problem.Properties["File"].Value);
        Assert.Equal(key == "Girder.Images" ? 3 : 4, problem.Properties["Line"].Value);
        Assert.Equal(key, problem.Properties["Key"].Value);
        Assert.Contains(allowed, (string)problem.Properties["Allowed"].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_secrets_file_lies_beside_the_settings_file_wherever_one_is()
    {
        var settings = engine.Write("elsewhere/settings.psd1", "@{ }");
        engine.Write("elsewhere/secrets.psd1", "@{ Secrets = @{ AdminPassword = 'open sesame' } }");

        Assert.Equal("SecretsFile", engine.Run($"(Get-WTSetting Secrets.AdminPassword -SettingsPath '{settings}').Source").Single().ToString());
    }

    [Fact]
    public void A_secret_in_the_settings_file_is_refused_without_showing_it()
    {
        var file = engine.Write("leak.psd1", "@{ Secrets = @{ AdminPassword = 'open sesame' } }");

        var error = engine.Try($"Get-WTSetting -SettingsPath '{file}'").Errors.Single();

        Assert.Contains("secrets.psd1", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", error.ToString() + error.Exception, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@{ Secrets = @{ AdminPassword = 'open' sesame } }")]
    [InlineData("@{ Secrets = @{ AdminPassword = sesame } }")]
    [InlineData("@{ Secrets = @{ AdminPassword = 'sesame }")]
    [InlineData("@{ Secrets = @{ AdminPassword = \"$sesame\" } }")]
    [InlineData("@{ Secrets = @{ AdminPassword = 1 } } 'sesame'")]
    public void What_is_wrong_in_a_secrets_file_is_told_without_what_stands_there(string text)
    {
        engine.Write("settings.psd1", "@{ }");
        var file = engine.Write("secrets.psd1", text);

        var error = engine.Try("Get-WTSetting").Errors.Single();

        Assert.Contains($"{file}:1", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", error.ToString() + error.Exception, StringComparison.Ordinal);
    }
}
