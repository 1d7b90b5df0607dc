using System.Runtime.InteropServices;

namespace WholeTale.Simulator.Hosting;

/// <summary>Leaves the starter's terminal, so that its Ctrl+C and its closing are not ours.</summary>
internal static partial class OwnSession
{
    public static void Begin()
    {
        // It fails for the leader of a process group, which a shell with job control has set apart already.
        if (!OperatingSystem.IsWindows())
            _ = SetSession();
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetSession();
}
