using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Kubernetes;

public sealed class ObjectWatchTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_closed_watch_goes_on_where_it_was_without_a_list()
    {
        _server.Then(HttpStatusCode.OK, List("5", ("a", "4")))
            .ThenStream(Frames(Frame("MODIFIED", "a", "7"), """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"11"}}}"""))
            .ThenStream(Frames(Frame("DELETED", "a", "12")));

        var events = await TakeAsync(4);

        Assert.Equal(["Added a", "Listed", "Modified a", "Deleted a"], events);
        Assert.Contains("resourceVersion=5", _server.Requests[1], StringComparison.Ordinal);
        Assert.Contains("resourceVersion=11", _server.Requests[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forgotten_version_is_answered_by_a_list_and_the_differences_told()
    {
        _server.Then(HttpStatusCode.OK, List("5", ("gone", "1"), ("same", "2"), ("changed", "3")))
            .ThenStream(Frames("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"""))
            .Then(HttpStatusCode.OK, List("9", ("same", "2"), ("changed", "8"), ("new", "9")));

        var events = await TakeAsync(7);

        Assert.Equal(["Added gone", "Added same", "Added changed", "Listed", "Modified changed", "Added new", "Deleted gone"], events);
    }

    [Fact]
    public async Task A_watch_that_falls_silent_is_opened_anew()
    {
        var silent = new Pipe();
        _server.Then(HttpStatusCode.OK, List("5"))
            .ThenStream(silent.Reader.AsStream())
            .ThenStream(Frames(Frame("ADDED", "a", "6")));

        Assert.Equal(["Listed", "Added a"], await TakeAsync(2));
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_closes_each_watch_at_once_is_not_hammered()
    {
        _server.Then(HttpStatusCode.OK, List("5"));
        for (var i = 0; i < 50; i++)
            _server.ThenStream(Frames());
        using var enough = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            await foreach (var _ in _server.Client(_time).WatchAsync(ResourceTypes.Pod, "wholetale", null, enough.Token))
            {
            }
        });

        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }

        Assert.InRange(_server.Requests.Count, 2, 12);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    [Fact]
    public async Task A_refused_watch_ends_with_the_refusal()
    {
        _server.Then(HttpStatusCode.OK, List("5")).Then(HttpStatusCode.Forbidden, """{"kind":"Status","reason":"Forbidden","message":"no watching"}""");

        var exception = await Assert.ThrowsAsync<ApiException>(() => TakeAsync(2));

        Assert.Equal(FailureKind.Forbidden, exception.Kind);
    }

    private Task<List<string>> TakeAsync(int count) => _time.RunAsync(TakeNowAsync(count), TimeSpan.FromMinutes(10));

    private async Task<List<string>> TakeNowAsync(int count)
    {
        var events = new List<string>();
        await foreach (var change in _server.Client(_time).WatchAsync(ResourceTypes.Pod, "wholetale", null, CancellationToken.None))
        {
            events.Add($"{change.Change} {change.Object?["metadata"]?["name"]}".TrimEnd());
            if (events.Count == count)
                break;
        }

        return events;
    }

    private static string List(string version, params (string Name, string Version)[] items) =>
        $$"""{"metadata":{"resourceVersion":"{{version}}"},"items":[{{string.Join(',', items.Select(item => Object(item.Name, item.Version)))}}]}""";

    private static string Frame(string type, string name, string version) => $$"""{"type":"{{type}}","object":{{Object(name, version)}}}""";

    private static string Object(string name, string version) => $$$"""{"metadata":{"name":"{{{name}}}","namespace":"wholetale","resourceVersion":"{{{version}}}"}}""";

    private static MemoryStream Frames(params string[] lines) => new(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
}
