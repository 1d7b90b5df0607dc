using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tests.Clusters;

/// <summary>A folder for a test's state and files, gone with the test; and settings that lead there.</summary>
internal sealed class ClusterFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wt-clusters-");

    public string Path => folder.FullName;

    /// <summary>Settings that keep all state in this folder.</summary>
    public ResolvedSettings Settings(Func<Settings, Settings>? change = null)
    {
        var settings = new Settings { StateFolder = System.IO.Path.Combine(Path, "state"), Simulator = new SimulatorSettings { Delays = "None" } };
        return new ResolvedSettings(change is null ? settings : change(settings), [], Path);
    }

    public ClusterRequest Request(string name, Func<Settings, Settings>? change = null) => new() { Name = name, Settings = Settings(change) };

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a program for /bin/sh.</summary>
    public string WriteProgram(string name, string script)
    {
        var path = Write(name, "#!/bin/sh\n" + script);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
