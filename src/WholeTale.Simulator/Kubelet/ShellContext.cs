using System.Text;

namespace WholeTale.Simulator.Kubelet;

/// <summary>What a simulated program sees: its environment, input and disk.</summary>
internal sealed class ShellContext
{
    public static IReadOnlyList<string> Folders { get; } = ["/bin", "/dev", "/etc", "/home", "/proc", "/root", "/sys", "/tmp", "/usr", "/var"];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public byte[] Input { get; init; } = [];

    public string HostName { get; init; } = "simulated";

    public string WorkingDirectory { get; init; } = "/";

    public DateTimeOffset Now { get; init; }

    public ContainerFiles? Disk { get; init; }

    public string Container { get; init; } = "";

    /// <summary>Files that the pod's volumes bring (ConfigMaps, Secrets), by absolute path.</summary>
    public Func<string, byte[]?> Mounted { get; init; } = _ => null;

    public string Absolute(string path)
    {
        var parts = new List<string>();
        foreach (var part in (path.StartsWith('/') ? path : WorkingDirectory + "/" + path).Split('/'))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ("" or "." or ".."))
                parts.Add(part);
        }

        return "/" + string.Join('/', parts);
    }

    public byte[]? Read(string path)
    {
        var absolute = Absolute(path);
        return Disk?.Read(Container, absolute) ?? Mounted(absolute) ?? absolute switch
        {
            "/etc/hostname" => Encoding.UTF8.GetBytes(HostName + "\n"),
            "/dev/null" => [],
            _ => null,
        };
    }

    public bool Write(string path, byte[] content) => Disk?.TryWrite(Container, Absolute(path), content) ?? true;

    public void Delete(string path)
    {
        foreach (var (file, _) in Below(path).ToList())
            Disk?.Delete(Container, file);
    }

    public IEnumerable<(string Path, byte[] Content)> Below(string path) => Disk?.Below(Container, Absolute(path)) ?? [];

    public bool IsFolder(string absolute) => absolute == "/" || Folders.Contains(absolute) || (Disk?.Read(Container, absolute) is null && Below(absolute).Any());

    public IEnumerable<string> Children(string absolute)
    {
        var start = absolute.TrimEnd('/') + "/";
        var names = Below(absolute).Where(file => file.Path.StartsWith(start, StringComparison.Ordinal)).Select(file => file.Path[start.Length..].Split('/')[0]);
        if (absolute == "/")
            names = names.Concat(Folders.Select(folder => folder[1..]));
        if (Disk?.Read(Container, absolute) is not null)
            names = [absolute];
        return names.Distinct().Order(StringComparer.Ordinal);
    }
}
