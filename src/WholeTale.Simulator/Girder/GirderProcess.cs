namespace WholeTale.Simulator.Girder;

/// <summary>One running Girder: when it started, and what it has loaded. A restart replaces it; the database stays.</summary>
internal sealed class GirderProcess
{
    /// <summary>How long a restart lets the old process go on: cherrypy's monitor looks once a second.</summary>
    public static readonly TimeSpan RestartLag = TimeSpan.FromSeconds(1);

    /// <summary>How long nobody listens while the new process loads.</summary>
    public static readonly TimeSpan LoadTime = TimeSpan.FromMilliseconds(400);

    private DateTimeOffset? _restartAt;

    public GirderProcess(GirderGeneration generation, GirderDatabase database, TimeProvider time)
    {
        Generation = generation;
        Time = time;
        Started = time.GetUtcNow();
        Load(database);
    }

    public GirderGeneration Generation { get; }

    public TimeProvider Time { get; }

    public DateTimeOffset Started { get; private set; }

    /// <summary>The plugins that this process has loaded; what was enabled since is not among them.</summary>
    public IReadOnlyCollection<string> Loaded { get; private set; } = [];

    /// <summary>How much longer than usual a new process loads, asked at each restart.</summary>
    public Func<TimeSpan> Slowness { get; init; } = () => TimeSpan.Zero;

    /// <summary>Whether it can restart itself: only cherrypy's own server can.</summary>
    public bool CanRestart { get; init; } = true;

    /// <summary>Whether anybody listens now. Carries out a restart that is due.</summary>
    public bool Listens(GirderDatabase database)
    {
        var now = Time.GetUtcNow();
        if (_restartAt is { } due && now >= due)
        {
            _restartAt = null;
            Started = due + LoadTime + Slowness();
            Load(database);
        }
        return now >= Started;
    }

    /// <summary>Restarts, a second from now; until then the old process answers.</summary>
    public void Restart() => _restartAt ??= Time.GetUtcNow() + RestartLag;

    private void Load(GirderDatabase database) => Loaded = Generation == GirderGeneration.Two ? [.. database.EnabledPlugins] : GirderPlugins.OfFive;
}
