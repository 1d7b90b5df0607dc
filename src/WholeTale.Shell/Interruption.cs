using System.Runtime.InteropServices;

namespace WholeTale.Shell;

/// <summary>Ctrl+C stops what runs; a second one, while that stops, ends the process. SIGTERM stops it too.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;
    private System.Management.Automation.PowerShell? running;
    private int presses;

    internal Interruption()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>Whether the current run was interrupted.</summary>
    internal bool Pressed => Volatile.Read(ref presses) > 0;

    /// <summary>From now on an interruption stops this; until what is returned is disposed.</summary>
    internal IDisposable Watch(System.Management.Automation.PowerShell shell)
    {
        Volatile.Write(ref presses, 0);
        Volatile.Write(ref running, shell);
        return new Watching(this);
    }

    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (Volatile.Read(ref running) is not { } shell || Interlocked.Increment(ref presses) > 1)
            return; // Not cancelled: the process ends as by default.
        context.Cancel = true;
        try
        {
            shell.BeginStop(null, null);
        }
        catch (ObjectDisposedException)
        {
            // It ended at the same moment.
        }
    }

    private sealed class Watching(Interruption interruption) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref interruption.running, null);
    }
}
