namespace WholeTale.Simulator.Girder;

/// <summary>The plugins that lie in Whole Tale's images of Girder.</summary>
internal static class GirderPlugins
{
    /// <summary>The plugins of the 2.5 image with those that each needs.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> OfTwo = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["oauth"] = [],
        ["gravatar"] = [],
        ["jobs"] = [],
        ["worker"] = ["jobs"],
        ["globus_handler"] = ["oauth"],
        ["wt_data_manager"] = ["globus_handler"],
        ["wholetale"] = ["oauth", "worker", "wt_data_manager"],
        ["wt_home_dir"] = ["wholetale"],
        ["virtual_resources"] = [],
        ["wt_versioning"] = ["wholetale", "wt_home_dir", "virtual_resources"],
        ["wt_sils"] = ["wholetale"],
        ["autojoin"] = [],
        ["item_tasks"] = ["worker"],
    };

    /// <summary>The plugins that are installed, and so loaded, in the image of Girder 5.</summary>
    public static readonly IReadOnlyCollection<string> OfFive = ["oauth", "jobs", "worker", "virtual_resources", "wholetale", "gravatar"];

    /// <summary>The plugins and all that they need, each after what it needs.</summary>
    public static List<string> Closure(IEnumerable<string> plugins)
    {
        var closure = new List<string>();
        foreach (var plugin in plugins)
            Add(plugin, closure);
        return closure;
    }

    private static void Add(string plugin, List<string> closure)
    {
        if (!OfTwo.TryGetValue(plugin, out var needed))
            throw GirderFault.Validation($"Required plugin {plugin} does not exist.", "value");
        foreach (var other in needed)
            Add(other, closure);
        if (!closure.Contains(plugin))
            closure.Add(plugin);
    }
}
