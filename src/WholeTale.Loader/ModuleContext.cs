using System.Reflection;
using System.Runtime.Loader;

namespace WholeTale.Loader;

/// <summary>
/// Loads the module's assemblies and all they depend on into an <see cref="AssemblyLoadContext"/> of their own, so that another module's
/// version of a library (YamlDotNet, say) and ours do not meet. What is not in the module's folder, the runtime's and PowerShell's own
/// assemblies above all, comes from the default context.
/// </summary>
public sealed class ModuleContext : AssemblyLoadContext
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, ModuleContext> Contexts = new(StringComparer.Ordinal);

    private readonly string folder;

    private ModuleContext(string folder)
        : base("WholeTale", isCollectible: false) => this.folder = folder;

    /// <summary>The assembly with the cmdlets, loaded once for each folder: importing again gives the same one.</summary>
    /// <param name="folder">The folder that holds the module's assemblies.</param>
    /// <exception cref="FileNotFoundException">The module has not been built.</exception>
    public static Assembly Load(string folder)
    {
        folder = Path.GetFullPath(folder);
        var path = Path.Combine(folder, "WholeTale.PowerShell.dll");
        if (!File.Exists(path))
            throw new FileNotFoundException($"The module WholeTale has not been built: {path} is missing. Run 'dotnet build' in the repository first.", path);
        lock (Gate)
        {
            if (!Contexts.TryGetValue(folder, out var context))
                Contexts[folder] = context = new ModuleContext(folder);
            return context.LoadFromAssemblyPath(path);
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
