using System.Management.Automation;
using System.Text.Json.Nodes;
using WholeTale.Core;
using WholeTale.Core.Configuration;
using WholeTale.Core.Tales;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Tales;

/// <summary>Lists of tales in files: psd1, JSON or CSV, each read as what its name says.</summary>
internal static class TaleFiles
{
    /// <summary>Reads all tales of files. What is wrong with a file, or with one record, is an error of its own and leaves the others alone.</summary>
    internal static List<TaleRequest> Read(IEnumerable<string> paths, Pipeline pipeline)
    {
        var requests = new List<TaleRequest>();
        foreach (var path in paths.SelectMany(path => Resolve(path, pipeline)))
        {
            foreach (var (record, origin) in Try(() => Records(path), [], pipeline))
            {
                if (Try(() => TaleDocument.Read(record, origin), null, pipeline) is { } request)
                    requests.Add(request);
            }
        }
        return requests;
    }

    private static IReadOnlyList<(JsonObject Record, string Origin)> Records(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PSD1" => TaleList.Records(ToJson(Psd1Reader.Read(path, "SettingsFile").Root), path),
        ".JSON" => TaleList.ReadJson(path),
        ".CSV" => TaleList.ReadCsv(path),
        _ => throw new TaleException("TaleListUnreadable", FailureKind.InvalidInput, path, $"The list of tales {path} cannot be read: its name does not say what it is.", "Name it .psd1, .json or .csv."),
    };

    private static IReadOnlyList<string> Resolve(string path, Pipeline pipeline)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
            return [pipeline.ResolvePath(path)];
        var found = pipeline.ResolveWildcards(path);
        if (found.Count == 0)
            pipeline.WriteError(new TaleException("TaleListNotFound", FailureKind.NotFound, path, $"No file matches '{path}'.", "Correct the path."));
        return found;
    }

    private static T Try<T>(Func<T> read, T otherwise, Pipeline pipeline)
    {
        try
        {
            return read();
        }
        catch (WholeTaleException exception)
        {
            pipeline.WriteError(exception);
            return otherwise;
        }
    }

    private static JsonNode? ToJson(SettingsNode node) => node switch
    {
        SettingsTable table => new JsonObject(table.Entries.DistinctBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase).Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value)))),
        SettingsList list => new JsonArray([.. list.Items.Select(ToJson)]),
        SettingsScalar { Value: string text } => JsonValue.Create(text),
        SettingsScalar { Value: bool flag } => JsonValue.Create(flag),
        SettingsScalar { Value: int number } => JsonValue.Create(number),
        SettingsScalar { Value: long number } => JsonValue.Create(number),
        SettingsScalar { Value: double number } => JsonValue.Create(number),
        _ => null,
    };
}
