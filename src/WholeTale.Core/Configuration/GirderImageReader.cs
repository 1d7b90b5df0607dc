using System.Collections;
using System.Globalization;

namespace WholeTale.Core.Configuration;

/// <summary>Reads the setting Girder.Images: a list of tables. All that is wrong is noted with its place.</summary>
/// <param name="path">The setting's path, e.g. <c>Girder.Images</c>.</param>
/// <param name="note">Takes line, path, what stands there, and what is allowed.</param>
internal sealed class GirderImageReader(string path, Action<int, string, string, string> note)
{
    private static readonly Dictionary<string, Sort> ImageKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Name"] = Sort.Text, ["Description"] = Sort.Text, ["Icon"] = Sort.Text, ["IFrame"] = Sort.Truth, ["Public"] = Sort.Truth, ["Tags"] = Sort.Texts, ["Config"] = Sort.Table,
    };

    // containerConfigSchema of girder's plugin wholetale.
    private static readonly Dictionary<string, Sort> ConfigKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["buildpack"] = Sort.Text, ["repo2docker_version"] = Sort.Text, ["command"] = Sort.Text, ["cpuShares"] = Sort.Text, ["environment"] = Sort.Texts, ["memLimit"] = Sort.Text,
        ["port"] = Sort.Number, ["user"] = Sort.Text, ["targetMount"] = Sort.Text, ["urlPath"] = Sort.Text,
    };

    private bool isWrong;

    private enum Sort
    {
        Text,
        Truth,
        Number,
        Texts,
        Table,
    }

    /// <summary>Makes nodes of values that come from no file.</summary>
    public static SettingsNode ToNode(object? value) => value switch
    {
        IDictionary table => new SettingsTable([.. table.Cast<DictionaryEntry>().Select(entry => (entry.Key.ToString() ?? "", 0, ToNode(entry.Value)))], 0),
        string or bool or int or long or double or null => new SettingsScalar(value, 0),
        IEnumerable items => new SettingsList([.. items.Cast<object?>().Select(ToNode)], 0),
        _ => new SettingsScalar(value.ToString(), 0),
    };

    /// <summary>The images; null where anything is wrong.</summary>
    public IReadOnlyList<GirderImage>? Read(SettingsNode node)
    {
        var items = node is SettingsList list ? list.Items : [node];
        var images = items.Select((item, index) => Read(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index + 1}]"))).ToList();
        foreach (var twice in images.OfType<GirderImage>().GroupBy(image => image.Name).Where(group => group.Count() > 1))
            Note(node.Line, path, $"'{twice.Key}'", "each image must have a name of its own.");
        return isWrong ? null : [.. images.OfType<GirderImage>()];
    }

    private GirderImage? Read(SettingsNode node, string place)
    {
        if (node is not SettingsTable table)
        {
            Note(node.Line, place, "", "it must be a table: @{ Name = '...'; Config = @{ ... } }.");
            return null;
        }

        var values = ReadTable(table, place, ImageKeys);
        if (values.GetValueOrDefault("Name") is not string { Length: > 0 } name)
        {
            Note(node.Line, $"{place}.Name", "", "an image must have a name in quotes.");
            return null;
        }

        if (!table.Entries.Any(entry => string.Equals(entry.Key, "Config", StringComparison.OrdinalIgnoreCase)))
            Note(node.Line, $"{place}.Config", "", $"the image '{name}' must say how it is run: Config = @{{ command = '...'; port = 8888 }}.");
        var image = new GirderImage(name);
        return image with
        {
            Description = values.GetValueOrDefault("Description") as string ?? image.Description,
            Icon = values.GetValueOrDefault("Icon") as string ?? image.Icon,
            IFrame = values.GetValueOrDefault("IFrame") as bool? ?? image.IFrame,
            Public = values.GetValueOrDefault("Public") as bool? ?? image.Public,
            Tags = values.GetValueOrDefault("Tags") as IReadOnlyList<string> ?? image.Tags,
            Config = values.GetValueOrDefault("Config") as IReadOnlyDictionary<string, object> ?? image.Config,
        };
    }

    private Dictionary<string, object> ReadTable(SettingsTable table, string place, Dictionary<string, Sort> known)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (key, line, node) in table.Entries)
        {
            var at = $"{place}.{key}";
            if (!known.TryGetValue(key, out var sort))
                Note(line, at, "", $"there is no such key here. {Spelling.Suggest(key, known.Keys)}".TrimEnd());
            else if (Convert(node, at, sort) is not { } value)
                Note(line, at, "", $"it must be {Allowed(sort)}.");
            else if (!values.TryAdd(known.Keys.First(name => string.Equals(name, key, StringComparison.OrdinalIgnoreCase)), value))
                Note(line, at, "", "the key stands there twice; remove one of them.");
        }

        return values;
    }

    private object? Convert(SettingsNode node, string place, Sort sort) => (sort, node) switch
    {
        (Sort.Text, SettingsScalar { Value: string text }) when !text.Contains('\0', StringComparison.Ordinal) => text,
        (Sort.Truth, SettingsScalar { Value: bool truth }) => truth,
        (Sort.Number, SettingsScalar { Value: int and > 0 and < 65536 and var number }) => number,
        (Sort.Texts, SettingsList list) when list.Items.All(item => item is SettingsScalar { Value: string }) => (IReadOnlyList<string>)[.. list.Items.Select(item => (string)((SettingsScalar)item).Value!)],
        (Sort.Texts, SettingsScalar { Value: string text }) => (IReadOnlyList<string>)[text],
        (Sort.Table, SettingsTable table) => ReadTable(table, place, ConfigKeys),
        _ => null,
    };

    private static string Allowed(Sort sort) => sort switch
    {
        Sort.Text => "a text in quotes",
        Sort.Truth => "$true or $false",
        Sort.Number => "a port: a whole number from 1 to 65535",
        Sort.Texts => "a list of texts in quotes: @('...', '...')",
        _ => "a table: @{ ... }",
    };

    private void Note(int line, string at, string shown, string allowed)
    {
        isWrong = true;
        note(line, at, shown, allowed);
    }
}
