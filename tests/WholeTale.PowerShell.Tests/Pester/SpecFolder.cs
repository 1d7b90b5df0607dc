using System.Reflection;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>Where the specs lie.</summary>
internal static class SpecFolder
{
    internal static string Repository { get; } = typeof(SpecFolder).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Repository").Value!;

    internal static IEnumerable<string> Files
    {
        get
        {
            var folder = Path.Combine(Repository, "tests", "pester");
            return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.Tests.ps1", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [];
        }
    }
}
