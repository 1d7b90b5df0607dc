namespace WholeTale.Simulator.Controllers;

/// <summary>How long the simulated machinery takes for what takes time in a real cluster: believable, yet capped, since nobody waits ten minutes for a simulation.</summary>
/// <param name="Realistic">Whether anything takes time at all.</param>
internal sealed record Delays(bool Realistic)
{
    private static readonly TimeSpan _probeCap = TimeSpan.FromSeconds(2);

    public TimeSpan Schedule => Of(20);

    /// <summary>Making and starting one container.</summary>
    public TimeSpan Start => Of(200);

    /// <summary>Ending a container that answers its SIGTERM.</summary>
    public TimeSpan Stop => Of(300);

    /// <summary>Making a disk.</summary>
    public TimeSpan Provision => Of(400);

    /// <summary>Giving a Service or Ingress its address.</summary>
    public TimeSpan Address => Of(1000);

    /// <summary>What a container works that ends by itself.</summary>
    public TimeSpan Work => Of(500);

    /// <summary>Pulling an image: 0.3 to 2 s, the same for the same name, so that runs are alike.</summary>
    public TimeSpan Pull(string image)
    {
        var hash = 2166136261u;
        foreach (var character in image)
            hash = (hash ^ character) * 16777619;
        return Of(300 + (hash % 1700));
    }

    /// <summary>When a probe first passes: after its initial delay and a little, but capped.</summary>
    public TimeSpan Probe(long initialDelaySeconds, long periodSeconds) =>
        Of(Math.Min((initialDelaySeconds * 1000) + (periodSeconds * 100), _probeCap.TotalMilliseconds));

    /// <summary>The wait before a failed container is started once more, or a failed pull tried once more: the kubelet's 10 s, doubled each time, at most 5 min.</summary>
    public TimeSpan Backoff(int failures) =>
        Realistic ? TimeSpan.FromSeconds(Math.Min(300, 10 * Math.Pow(2, Math.Max(0, failures - 1)))) : TimeSpan.FromSeconds(1);

    private TimeSpan Of(double milliseconds) => Realistic ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.Zero;
}
