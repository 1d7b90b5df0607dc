namespace WholeTale.Shell;

/// <summary>Lets <c>Import-Module WholeTale</c> find the module that was built with this Shell.</summary>
internal static class ModulePath
{
    private const string Variable = "PSModulePath";
    private const string ModuleName = "WholeTale";

    internal static void Extend()
    {
        if (FindModule() is not { } module || Shelf(module) is not { } shelf)
            return;
        var path = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, string.IsNullOrEmpty(path) ? shelf : shelf + Path.PathSeparator + path);
    }

    /// <summary>The module's folder: this program lies somewhere below the folder that holds it.</summary>
    internal static string? FindModule()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "module");
            if (File.Exists(Path.Combine(candidate, ModuleName + ".psd1")))
                return candidate;
        }

        return null;
    }

    // PowerShell finds a module only in a folder of the module's name; the repository's is named `module`, so a link of the right name leads there.
    private static string? Shelf(string module)
    {
        var shelf = Path.Combine(AppContext.BaseDirectory, "modules");
        var link = Path.Combine(shelf, ModuleName);
        try
        {
            Directory.CreateDirectory(shelf);
            if (new DirectoryInfo(link) is { LinkTarget: { } target } old && target != module)
                old.Delete();
            if (!Directory.Exists(link))
                Directory.CreateSymbolicLink(link, module);
            return shelf;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another Shell made it first, or links are not allowed here: importing by path works all the same.
            return Directory.Exists(link) ? shelf : null;
        }
    }
}
