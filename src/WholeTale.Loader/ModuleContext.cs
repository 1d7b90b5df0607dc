using System.Reflection;
using System.Runtime.Loader;

namespace WholeTale.Loader;

/// <summary>
/// Loads the module's assemblies and all they depend on into an <see cref="AssemblyLoadContext"/> of their own, so that another module's
/// version of a library (YamlDotNet, say) and ours do not meet. What the runtime or PowerShell provides comes from the default context.
/// </summary>
public sealed class ModuleContext : AssemblyLoadContext
{
    private static readonly Lock Gate = new();
    private static ModuleContext? instance;

    private readonly string folder;

    private ModuleContext(string folder)
        : base("WholeTale", isCollectible: false) => this.folder = folder;

    /// <summary>The assembly with the cmdlets, loaded once a process: importing again gives the same one.</summary>
    /// <param name="folder">The folder that holds the module's assemblies.</param>
    /// <exception cref="FileNotFoundException">The module has not been built.</exception>
    public static Assembly Load(string folder)
    {
        lock (Gate)
        {
            instance ??= new ModuleContext(Path.GetFullPath(folder));
            var path = Path.Combine(instance.folder, "WholeTale.PowerShell.dll");
            return File.Exists(path)
                ? instance.LoadFromAssemblyPath(path)
                : throw new FileNotFoundException($"The module's assemblies are missing from {instance.folder}. Run 'dotnet build' in the repository first.", path);
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
