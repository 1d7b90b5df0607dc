using System.Globalization;

namespace WholeTale.Core.Deployment;

/// <summary>Who holds a deploy's lease: a process, and which of its runs. Written as <c>user@machine/process/start/run</c> (<c>spec.holderIdentity</c>).</summary>
/// <param name="Owner">The user and the machine, e.g. <c>ada@laptop</c>.</param>
/// <param name="Process">The process's number.</param>
/// <param name="Start">When the process started, in words that every process of its machine finds for it; a number may be given to another process later.</param>
/// <param name="Run">Tells the runs of one process apart.</param>
internal sealed record LeaseHolder(string Owner, int Process, string Start, string Run)
{
    private static readonly string Me = $"{Environment.UserName}@{Environment.MachineName}";

    // A machine that started again has other processes, as a container has beside its host's, under the same name.
    private static readonly string World = OperatingSystem.IsLinux() ? $"{File.ReadAllText("/proc/sys/kernel/random/boot_id")[..8]}-{new FileInfo("/proc/self/ns/pid").LinkTarget?.Trim("pid:[]".ToCharArray())}" : "";
    private static readonly string OwnStart = $"{World}.{StartOf(Environment.ProcessId)}";

    // What .NET makes of a start by the clock differs a little from process to process.
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(2);

    /// <summary>A new run of this process.</summary>
    internal static LeaseHolder New() => new(Me, Environment.ProcessId, OwnStart, Guid.NewGuid().ToString("N")[..8]);

    /// <summary>Reads an identity; null for one of another form.</summary>
    internal static LeaseHolder? Parse(string identity) =>
        identity.Split('/') is [var owner, var number, var start, var run] && int.TryParse(number, CultureInfo.InvariantCulture, out var process) ? new LeaseHolder(owner, process, start, run) : null;

    /// <summary>Whether it is this process.</summary>
    internal bool IsSelf => Owner == Me && Process == Environment.ProcessId && Start == OwnStart;

    /// <summary>Whether it is a process of this machine, and does not run any more. Of others nobody here can tell.</summary>
    internal bool IsGone
    {
        get
        {
            if (Owner != Me || Start.Split('.') is not [var world, var start] || world != World)
                return false;
            try
            {
                return !IsSame(StartOf(Process), start);
            }
            catch (Exception exception) when (exception is ArgumentException or FileNotFoundException or DirectoryNotFoundException)
            {
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It ends at this moment, or may not be looked at.
                return false;
            }
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Owner}/{Process}/{Start}/{Run}");

    // Linux counts in ticks since the machine's start (proc_pid_stat(5), field 22; the name before it stands in parentheses and may hold anything).
    private static string StartOf(int process)
    {
        if (OperatingSystem.IsLinux())
        {
            var fields = File.ReadAllText($"/proc/{process}/stat");
            return fields[(fields.LastIndexOf(')') + 2)..].Split(' ')[19];
        }

        using var found = System.Diagnostics.Process.GetProcessById(process);
        return found.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsSame(string left, string right) => left == right
        || (!OperatingSystem.IsLinux() && long.TryParse(left, out var one) && long.TryParse(right, out var other) && TimeSpan.FromTicks(Math.Abs(one - other)) < Near);
}
