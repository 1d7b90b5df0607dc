using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Tests.Clockwork;

/// <summary>A control loop forgets nothing, whatever its controller stumbles over.</summary>
public sealed class ControllerLoopTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Kind _kind = new KindRegistry().Get("v1", "ConfigMap");

    [Fact]
    public async Task What_a_controller_stumbled_over_is_tried_again_in_time()
    {
        var controller = new Stumbler(_kind, reconciliations: 2);
        var (store, complaints) = (new ObjectStore(_time), new List<string>());
        await using var loop = new ControllerLoop(controller, store, complaints.Add);
        await using var feed = new ChangeFeed(store, TimeSpan.Zero, [loop]);
        feed.Follow();
        loop.Start();

        store.Create(_kind, JsonNode.Parse("""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"default"}}""")!.AsObject());
        var done = controller.Done.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        while (!done.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(done, Task.Delay(1, TestContext.Current.CancellationToken));
        }

        await done;
        Assert.Equal(2, complaints.Count);
        Assert.All(complaints, complaint => Assert.StartsWith("Stumbler default/a: System.InvalidOperationException: stumbled", complaint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_controller_that_stumbles_over_a_change_keeps_the_others_informed()
    {
        var (bad, good) = (new Stumbler(_kind, concerns: true), new Stumbler(_kind));
        var store = new ObjectStore(_time);
        await using var first = new ControllerLoop(bad, store, _ => { });
        await using var second = new ControllerLoop(good, store, _ => { });
        await using var feed = new ChangeFeed(store, TimeSpan.Zero, [first, second]);
        feed.Follow();
        first.Start();
        second.Start();

        store.Create(_kind, JsonNode.Parse("""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"default"}}""")!.AsObject());

        await good.Done.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await bad.Done.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private sealed class Stumbler(Kind kind, bool concerns = false, int reconciliations = 0) : IController
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = reconciliations;

        public Task Done => _done.Task;

        public IReadOnlyList<Kind> Watched { get; } = [kind];

        public IEnumerable<ObjectKey> Concerns(Change change) => concerns ? throw new InvalidOperationException("stumbled") : [change.New.Key];

        public TimeSpan? Reconcile(ObjectKey key)
        {
            if (_left-- > 0)
                throw new InvalidOperationException("stumbled");
            _done.TrySetResult();
            return null;
        }
    }
}
