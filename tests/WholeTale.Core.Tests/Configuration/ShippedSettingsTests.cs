using System.Collections;
using System.Globalization;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tests.Configuration;

/// <summary>The files that operators edit say what the module does.</summary>
public sealed class ShippedSettingsTests
{
    [Fact]
    public void The_settings_file_lists_every_setting_with_its_default_in_order()
    {
        var expected = SettingsSchema.All.Where(definition => !definition.IsSecret).Select(definition => (definition.Path, Literal(definition.Default)));

        Assert.Equal(expected, Read("settings.psd1"));
    }

    [Fact]
    public void The_model_of_the_secrets_file_lists_every_secret_empty()
    {
        var expected = SettingsSchema.All.Where(definition => definition.IsSecret).Select(definition => (definition.Path, "''"));

        Assert.Equal(expected, Read("secrets.example.psd1"));
    }

    [Fact]
    public void Every_setting_has_a_comment_before_it()
    {
        foreach (var file in new[] { "settings.psd1", "secrets.example.psd1" })
        {
            var lines = File.ReadAllLines(Path.Combine(CommonFolders.Repository, file));
            var settings = lines.Index().Where(line => line.Item.Contains(" = ", StringComparison.Ordinal) && !line.Item.TrimStart().StartsWith('#')).ToList();

            Assert.All(settings, line => Assert.StartsWith("#", lines[line.Index - 1].TrimStart(), StringComparison.Ordinal));
        }
    }

    // The two files keep to one form: a setting a line, tables opened by '@{' at a line's end.
    private static List<(string Path, string Value)> Read(string file)
    {
        var settings = new List<(string, string)>();
        var group = "";
        foreach (var line in File.ReadLines(Path.Combine(CommonFolders.Repository, file)).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.Split(" = ", 2) is not [var name, var value])
                group = line == "}" ? "" : group;
            else if (value == "@{")
                group = $"{name}.";
            else
                settings.Add((group + name, value));
        }
        return settings;
    }

    private static string Literal(object? value) => value switch
    {
        string text => $"'{text}'",
        bool truth => truth ? "$true" : "$false",
        TimeSpan span => $"'{span:c}'",
        IReadOnlyDictionary<string, string> { Count: 0 } => "@{}",
        IEnumerable items => $"@({string.Join(", ", items.Cast<string>().Select(item => $"'{item}'"))})",
        _ => System.Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
