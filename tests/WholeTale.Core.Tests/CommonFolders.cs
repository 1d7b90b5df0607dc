using System.Reflection;

namespace WholeTale.Core.Tests;

/// <summary>Where tests find files of the repository.</summary>
internal static class CommonFolders
{
    /// <summary>The repository's folder.</summary>
    public static string Repository { get; } =
        typeof(CommonFolders).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Repository").Value!;

    /// <summary>Samples that tests read.</summary>
    public static string TestData => Path.Combine(Repository, "tests", "data");
}
