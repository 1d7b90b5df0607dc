using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Hosting;
using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Tests.Clockwork;

/// <summary>A simulated cluster in this process whose clock stands still until a test moves it.</summary>
internal sealed class ClusterClock : IAsyncDisposable
{
    private readonly SimulatedCluster _cluster;

    private ClusterClock(SimulatedCluster cluster, FakeTimeProvider time)
    {
        _cluster = cluster;
        Time = time;
    }

    public FakeTimeProvider Time { get; }

    public World World => _cluster.World;

    public static async Task<ClusterClock> StartAsync(bool delays)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 30, TimeSpan.Zero));
        var options = new SimulatedClusterOptions { Name = "clock", Time = time, Delays = delays, Nodes = 2 };
        return new ClusterClock(await SimulatedCluster.StartAsync(options, null, null, TestContext.Current.CancellationToken), time);
    }

    /// <summary>Creates an object as a user would.</summary>
    public void Create(Kind kind, string manifest) => World.Apiserver.Create(kind, JsonNode.Parse(manifest)!.AsObject());

    public JsonObject? Read(Kind kind, string name) => World.Store.Get(kind, kind.Namespaced ? "default" : null, name)?.Read();

    /// <summary>Moves the clock step by step until something holds.</summary>
    /// <returns>How long it took by that clock.</returns>
    public async Task<TimeSpan> UntilAsync(Func<bool> holds, TimeSpan step, TimeSpan atMost)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var start = Time.GetUtcNow();
        while (!holds())
        {
            if (Time.GetUtcNow() - start > atMost)
                Assert.Fail($"It does not hold after {atMost}.");
            // The loops run on other threads: they are given a turn before the clock moves on.
            for (var turn = 0; turn < 20 && !holds(); turn++)
                await Task.Delay(1, patience.Token);
            if (!holds())
                Time.Advance(step);
        }

        return Time.GetUtcNow() - start;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
