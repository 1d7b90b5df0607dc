using WholeTale.Core.Configuration;

namespace WholeTale.Core.Clusters;

/// <summary>The host folder that a minikube machine mounts for volumes. Only a folder that was made for the cluster is deleted with it.</summary>
internal sealed class VolumeFolder
{
    private VolumeFolder(string path) => Path = path;

    internal string Path { get; }

    /// <summary>The folder that the settings name; null where they name none.</summary>
    internal static VolumeFolder? Of(ResolvedSettings settings) =>
        settings.Settings.Minikube.VolumeFolder is { Length: > 0 } folder ? new VolumeFolder(System.IO.Path.GetFullPath(folder, settings.BaseFolder)) : null;

    /// <summary>Makes it where it does not exist or is empty, and marks it as the cluster's; false where somebody else's files are in it.</summary>
    internal bool Make(string cluster)
    {
        Directory.CreateDirectory(Path);
        if (Directory.EnumerateFileSystemEntries(Path).Any())
            return File.Exists(Mark(cluster));
        File.WriteAllText(Mark(cluster), "");
        return true;
    }

    /// <summary>Deletes it with all in it; false where it is not marked as the cluster's.</summary>
    internal bool Remove(string cluster)
    {
        if (!Directory.Exists(Path))
            return true;
        if (!File.Exists(Mark(cluster)))
            return false;
        Directory.Delete(Path, recursive: true);
        return true;
    }

    private string Mark(string cluster) => System.IO.Path.Combine(Path, $".wholetale-{cluster}");
}
