using System.Collections.Concurrent;

namespace WholeTale.Core.Manifests;

/// <summary>Where templates are read from: the module's folder, and over it, file by file, a user's.</summary>
public sealed class TemplateSource
{
    /// <summary>Name of the value in <c>runtimeconfig.json</c> that says where the templates lie when the assembly is not in the module, as in tests.</summary>
    public const string FolderSetting = "WholeTale.Templates";

    private readonly Dictionary<string, string> files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly HashSet<string> overridden = new(StringComparer.Ordinal);

    /// <summary>Reads the names of a folder's templates, and of those that replace them.</summary>
    /// <param name="folder">The folder of all templates.</param>
    /// <param name="overrides">A folder whose files replace single ones by relative name; empty for none.</param>
    /// <exception cref="ManifestException">A folder is missing, or a file in <paramref name="overrides"/> replaces nothing.</exception>
    public TemplateSource(string folder, string overrides = "")
    {
        if (!Directory.Exists(folder))
            throw new ManifestException(folder, 0, null, $"The folder of templates {folder} does not exist.", "Install the module anew, or build it with 'dotnet build'.");
        foreach (var (name, path) in TemplatesIn(folder))
            files[name] = path;
        if (overrides.Length > 0)
            Override(overrides);
    }

    /// <summary>The module's own templates: in <c>../templates</c> beside the folder of this assembly.</summary>
    public static string ModuleFolder =>
        AppContext.GetData(FolderSetting) as string
        ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(TemplateSource).Assembly.Location) ?? ".", "..", "templates"));

    /// <summary>The templates' names, relative and with forward slashes, e.g. <c>volumes/mongo-data.yaml</c>.</summary>
    public IReadOnlyCollection<string> Files => files.Keys;

    /// <summary>Whether a template is a user's, not the module's.</summary>
    internal bool IsOverridden(string file) => overridden.Contains(file);

    /// <summary>Makes a source from the module's templates and the settings' <c>TemplateFolder</c>.</summary>
    /// <exception cref="ManifestException">A folder is missing, or a file in the user's replaces nothing.</exception>
    public static TemplateSource From(Configuration.ResolvedSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var overrides = settings.Settings.TemplateFolder;
        return new(ModuleFolder, overrides.Length > 0 ? Path.GetFullPath(overrides, Path.GetFullPath(settings.BaseFolder)) : "");
    }

    /// <summary>The path of a template, for messages.</summary>
    /// <exception cref="ManifestException">There is none of this name.</exception>
    public string PathOf(string file) => files.TryGetValue(file, out var path)
        ? path
        : throw new ManifestException(file, 0, null, $"There is no template {file}.", Spelling.Suggest(file, files.Keys));

    /// <summary>Reads a template, once.</summary>
    /// <exception cref="ManifestException">There is none of this name, or it cannot be read.</exception>
    public string Read(string file) => texts.GetOrAdd(PathOf(file), Load);

    private static string Load(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ManifestException(path, 0, null, $"The template {path} cannot be read: {exception.Message}", "Make it readable and try again.", exception);
        }
    }

    private static IEnumerable<(string Name, string Path)> TemplatesIn(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
        select (Path.GetRelativePath(folder, path).Replace('\\', '/'), path);

    private void Override(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ManifestException(
                folder, 0, null, $"The setting TemplateFolder names {folder}, which does not exist.", "Create it, correct the setting, or leave it empty.");
        }
        foreach (var (name, path) in TemplatesIn(folder))
        {
            if (!files.ContainsKey(name))
            {
                throw new ManifestException(
                    path, 0, null, $"The template {path} replaces nothing: the module has no template {name}.",
                    $"{Spelling.Suggest(name, files.Keys)} Rename or remove it.".TrimStart());
            }
            files[name] = path;
            overridden.Add(name);
        }
    }
}
