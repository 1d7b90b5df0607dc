using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using WholeTale.Simulator.Backends;
using WholeTale.Simulator.Faults;

namespace WholeTale.Simulator.Girder;

/// <summary>
/// Stands in for containers of Girder: one database a mongo volume, one process a pod. A tag that names version 5 (<c>girder:5.0.14</c>,
/// <c>girder:v5</c>, <c>girder:girder5</c>) makes it a Girder 5, every other a Girder 2.
/// </summary>
internal sealed partial class GirderBackend : IContainerBackend
{
    private readonly ConcurrentDictionary<string, GirderDatabase> _databases = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Namespace, string Pod, string Database), GirderServer> _servers = new();

    public bool Serves(string image) => Repository(image).Contains("girder", StringComparison.OrdinalIgnoreCase);

    public Task HandleAsync(HttpContext context, BackendTarget target)
    {
        var volume = VolumeOf(target);
        var database = _databases.GetOrAdd(volume, static _ => new GirderDatabase());
        var server = _servers.GetOrAdd(
            (target.Namespace, target.Pod, volume),
            _ => new GirderServer(database, new GirderProcess(GenerationOf(target.Image), database, target.World.Time) { Slowness = () => Slowness(target) }));
        context.Request.Path = target.Path;
        return server.HandleAsync(context);
    }

    private static TimeSpan Slowness(BackendTarget target)
    {
        var rule = target.World.Faults.Strike(new FaultEvent("restart") { Namespace = target.Namespace, Name = target.Pod, Image = target.Image });
        return TimeSpan.FromMilliseconds(rule?.Milliseconds ?? 0);
    }

    /// <summary>The generation that an image holds, by its tag.</summary>
    internal static GirderGeneration GenerationOf(string image) => FiveForm().IsMatch(Tag(image)) ? GirderGeneration.Five : GirderGeneration.Two;

    // What Girder knows lies in mongo's volume: with another claim, or none, it begins anew.
    private static string VolumeOf(BackendTarget target)
    {
        var world = target.World;
        var claim = world.Store.List(world.Claim, target.Namespace).Items.FirstOrDefault(claim => claim.Name.Contains("mongo", StringComparison.OrdinalIgnoreCase));
        return claim?.Uid ?? $"{target.Namespace}/none";
    }

    private static string Repository(string image)
    {
        var name = image.Split('@')[0];
        name = name[(name.LastIndexOf('/') + 1)..];
        return name.Split(':')[0];
    }

    private static string Tag(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[(colon + 1)..] : "";
    }

    [GeneratedRegex(@"^(v|girder-?)?5(\.|-|$)", RegexOptions.IgnoreCase)]
    private static partial Regex FiveForm();
}
