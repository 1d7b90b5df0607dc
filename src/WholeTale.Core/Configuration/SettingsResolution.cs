using System.Collections;
using System.Globalization;

namespace WholeTale.Core.Configuration;

/// <summary>One run of putting the sources together: later ones go over earlier ones, and everything wrong is noted.</summary>
internal sealed class SettingsResolution
{
    private readonly Dictionary<string, (object? Value, string Source, string File, int Line)> given = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<SettingProblem> problems = [];

    /// <summary>What is wrong, in the order in which it was met.</summary>
    public IReadOnlyList<SettingProblem> Problems => problems;

    /// <summary>Takes a file in.</summary>
    public void Add(SettingsDocument document) => Add(document, document.Root, "");

    /// <summary>Takes the environment in. Variables that name no setting belong to others: Windows Terminal sets WT_SESSION and WT_PROFILE_ID.</summary>
    public void Add(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var definition in SettingsSchema.All)
        {
            foreach (var (name, value) in environment.Where(variable => string.Equals(variable.Key, definition.Variable, StringComparison.OrdinalIgnoreCase)))
                Take(definition, value, "Environment", name, 0, isText: true);
        }
    }

    /// <summary>Takes a cmdlet's parameters in.</summary>
    public void Add(IReadOnlyDictionary<string, object?> parameters)
    {
        foreach (var (path, value) in parameters)
        {
            if (SettingsSchema.Find(path) is not { } definition)
                NoteUnknown(path, 0, path);
            else if (IsImages(definition) && value is not IReadOnlyList<GirderImage>)
                TakeImages(definition, GirderImageReader.ToNode(value), "Parameter", path, 0);
            else
                Take(definition, value, "Parameter", path, 0);
        }
    }

    /// <summary>Gives the settings, and looks at what only shows when all of them are known.</summary>
    public ResolvedSettings Finish(string baseFolder)
    {
        var settings = new Settings();
        var entries = new List<SettingEntry>();
        foreach (var definition in SettingsSchema.All)
        {
            var isGiven = given.TryGetValue(definition.Path, out var found);
            if (isGiven)
                definition.Set(settings, found.Value);
            entries.Add(new SettingEntry(
                definition.Path, definition.Get(settings), isGiven ? found.Source : "Default",
                !isGiven ? "" : found.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{found.File}:{found.Line}") : found.File));
        }
        foreach (var (path, shown, allowed) in SettingsConsistency.Check(settings))
        {
            var place = given.GetValueOrDefault(path);
            problems.Add(new SettingProblem(place.File ?? "", place.Line, path, shown, allowed));
        }
        return new ResolvedSettings(settings, entries, baseFolder);
    }

    private void Add(SettingsDocument document, SettingsTable table, string prefix)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, line, node) in table.Entries)
        {
            var path = prefix + key;
            if (!seen.Add(key))
                problems.Add(new SettingProblem(document.Path, line, path, "", "the key stands there twice; remove one of them."));
            else if (SettingsSchema.Find(path) is { } definition)
                Take(definition, document, line, node);
            else if (prefix.Length > 0 || !SettingsSchema.Groups.Contains(key, StringComparer.OrdinalIgnoreCase))
                NoteUnknown(document.Path, line, path);
            else if (node is SettingsTable inner)
                Add(document, inner, $"{SettingsSchema.Groups.First(group => string.Equals(group, key, StringComparison.OrdinalIgnoreCase))}.");
            else
                problems.Add(new SettingProblem(document.Path, line, path, Show(ToValue(node)), $"it must be a table: {path} = @{{ ... }}."));
        }
    }

    private void Take(SettingDefinition definition, SettingsDocument document, int line, SettingsNode node)
    {
        if (definition.IsSecret && document.Source == "SettingsFile")
        {
            // An empty one gives nothing away, and says where the secrets are.
            if (node is not SettingsScalar { Value: "" })
                problems.Add(new SettingProblem(document.Path, line, definition.Path, Secret.Mask, "a secret must not stand in the settings file; move it to secrets.psd1."));
            return;
        }
        if (IsImages(definition))
            TakeImages(definition, node, document.Source, document.Path, line);
        else
            Take(definition, ToValue(node), document.Source, document.Path, line);
    }

    private static bool IsImages(SettingDefinition definition) => definition.Type == typeof(IReadOnlyList<GirderImage>);

    private void TakeImages(SettingDefinition definition, SettingsNode node, string source, string file, int line)
    {
        var reader = new GirderImageReader(definition.Path, (at, place, shown, allowed) => problems.Add(new SettingProblem(file, at, place, shown, allowed)));
        if (reader.Read(node) is { } images)
            given[definition.Path] = (images, source, file, line);
    }

    private void Take(SettingDefinition definition, object? value, string source, string file, int line, bool isText = false)
    {
        if (SettingConversion.Convert(definition, value, isText, out var converted) is { } allowed)
            problems.Add(new SettingProblem(file, line, definition.Path, definition.IsSecret ? Secret.Mask : Show(value), allowed));
        else
            given[definition.Path] = (converted, source, file, line);
    }

    private void NoteUnknown(string file, int line, string path) =>
        problems.Add(new SettingProblem(
            file, line, path, "", SettingsSchema.Nearest(path) is { } nearest ? $"there is no such setting; did you mean {nearest}?" : "there is no such setting; remove it."));

    private static object? ToValue(SettingsNode node) => node switch
    {
        SettingsScalar scalar => scalar.Value,
        SettingsList list => list.Items.Select(ToValue).ToList(),
        SettingsTable table => ToTable(table),
        _ => null,
    };

    private static Hashtable ToTable(SettingsTable table)
    {
        var result = new Hashtable(StringComparer.Ordinal);
        foreach (var (key, _, value) in table.Entries)
            result[key] = ToValue(value);
        return result;
    }

    private static string Show(object? value) => value switch
    {
        null => "$null",
        string text => $"'{text}'",
        bool truth => truth ? "$true" : "$false",
        Secret => Secret.Mask,
        IDictionary => "a table",
        IEnumerable => "a list",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"a {value.GetType().Name}",
    };
}
