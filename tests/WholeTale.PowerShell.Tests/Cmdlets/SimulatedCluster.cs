namespace WholeTale.PowerShell.Tests.Cmdlets;

/// <summary>A session with a simulated cluster of its own, in the variable <c>$cluster</c>.</summary>
public sealed class SimulatedCluster : IDisposable
{
    public SimulatedCluster()
        : this("None")
    {
    }

    internal SimulatedCluster(string delays)
    {
        Engine = Engine.WithModule();
        Engine.Run($"$cluster = New-WTCluster test -Provider Simulator -Setting @{{ StateFolder = '{Engine.Folder}/state'; 'Simulator.Delays' = '{delays}' }}");
    }

    public Engine Engine { get; }

    public void Dispose()
    {
        Engine.Run("$cluster | Remove-WTCluster -Confirm:$false");
        Engine.Dispose();
    }
}
