using System.Collections.Concurrent;

namespace WholeTale.Simulator.Kubelet;

/// <summary>A pod's simulated disk: what exec and cp have put there, by container and absolute path.</summary>
internal sealed class ContainerFiles
{
    private const long Capacity = 64 * 1024 * 1024;
    private readonly ConcurrentDictionary<(string Container, string Path), byte[]> _files = new();

    /// <summary>Writes a file.</summary>
    /// <returns>False when the disk is full.</returns>
    public bool TryWrite(string container, string path, byte[] content)
    {
        if (_files.Values.Sum(file => (long)file.Length) + content.Length > Capacity)
            return false;
        _files[(container, path)] = content;
        return true;
    }

    public byte[]? Read(string container, string path) => _files.GetValueOrDefault((container, path));

    public bool Delete(string container, string path) => _files.TryRemove((container, path), out _);

    /// <summary>The files at or below a path.</summary>
    public IEnumerable<(string Path, byte[] Content)> Below(string container, string path)
    {
        var folder = path.TrimEnd('/') + "/";
        return _files.Where(file => file.Key.Container == container && (file.Key.Path == path || file.Key.Path.StartsWith(folder, StringComparison.Ordinal)))
            .Select(file => (file.Key.Path, file.Value)).OrderBy(file => file.Path, StringComparer.Ordinal);
    }
}
