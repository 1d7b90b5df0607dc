using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Kubernetes;

public sealed class ApiTransportTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedServer _server = new();

    public void Dispose() => _server.Dispose();

    public static TheoryData<HttpStatusCode> Passing =>
        [HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout];

    public static TheoryData<HttpStatusCode> Lasting =>
        [HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.Conflict, HttpStatusCode.UnprocessableEntity];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_may_pass_is_sent_again(HttpStatusCode status)
    {
        _server.Then(status).Then(status).Then(HttpStatusCode.OK, """{"gitVersion":"v1.33.1"}""");

        var version = await _time.RunAsync(_server.Client(_time).GetVersionAsync(CancellationToken.None), TimeSpan.FromMinutes(1));

        Assert.Equal("v1.33.1", version);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Lasting))]
    public async Task What_the_server_refused_is_never_sent_again(HttpStatusCode status)
    {
        _server.Then(status);

        await Assert.ThrowsAsync<ApiException>(() => _server.Client(_time).GetVersionAsync(CancellationToken.None));

        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_reset_connection_is_tried_again()
    {
        _server.ThenFail(new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.", new IOException("reset")))
            .ThenFail(new HttpRequestException(HttpRequestError.ConnectionError, "reset", new SocketException((int)SocketError.ConnectionReset)))
            .Then(HttpStatusCode.OK, """{"gitVersion":"v1.33.1"}""");

        Assert.Equal("v1.33.1", await _time.RunAsync(_server.Client(_time).GetVersionAsync(CancellationToken.None), TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, """{"gitVersion":"v1.3""")]
    [InlineData(HttpStatusCode.OK, "")]
    [InlineData(HttpStatusCode.Forbidden, """{"kind":"Status","reason":"Forb""")]
    public async Task An_answer_that_breaks_off_is_asked_for_again(HttpStatusCode status, string text)
    {
        _server.Then(status, text).Then(HttpStatusCode.OK, """{"gitVersion":"v1.33.1"}""");

        Assert.Equal("v1.33.1", await _time.RunAsync(_server.Client(_time).GetVersionAsync(CancellationToken.None), TimeSpan.FromMinutes(1)));
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task What_is_no_JSON_is_told_at_once()
    {
        _server.Then(HttpStatusCode.OK, "<html>sign in</html>");

        var exception = await Assert.ThrowsAsync<ApiException>(() => _server.Client(_time).GetVersionAsync(CancellationToken.None));

        Assert.Equal(FailureKind.Unreachable, exception.Kind);
        Assert.StartsWith("test answered GET version with something that is not JSON.", exception.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Who_stops_a_request_is_not_told_of_its_deadline()
    {
        using var stop = new CancellationTokenSource();
        var asking = _server.ThenHang().Client(_time).GetVersionAsync(stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_creation_that_may_have_been_carried_out_is_not_sent_again()
    {
        _server.ThenFail(new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.", new IOException("reset")));
        var manifest = JsonNode.Parse("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"b"}}""")!.AsObject();

        var exception = await Assert.ThrowsAsync<ApiException>(() => _server.Client(_time).CreateAsync(manifest, CancellationToken.None));

        Assert.Equal(FailureKind.Unreachable, exception.Kind);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Retry_after_is_waited_for()
    {
        _server.Then(HttpStatusCode.TooManyRequests, "{}", ("Retry-After", "7")).Then(HttpStatusCode.OK, """{"gitVersion":"v1.33.1"}""");
        var began = _time.GetUtcNow();

        await _time.RunAsync(_server.Client(_time).GetVersionAsync(CancellationToken.None), TimeSpan.FromMinutes(1));

        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Retries_end_with_the_last_error()
    {
        for (var i = 0; i < 10; i++)
            _server.Then(HttpStatusCode.ServiceUnavailable, $$"""{"kind":"Status","reason":"ServiceUnavailable","message":"try {{i}}"}""");
        var task = _server.Client(_time).GetVersionAsync(CancellationToken.None);

        var exception = await Assert.ThrowsAsync<ApiException>(() => _time.RunAsync(task, TimeSpan.FromMinutes(2)));

        Assert.Equal(6, _server.Requests.Count);
        Assert.Contains("try 5", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_fails_everything_is_soon_left_alone()
    {
        for (var i = 0; i < 1000; i++)
            _server.Then(HttpStatusCode.ServiceUnavailable, $$"""{"kind":"Status","reason":"ServiceUnavailable","message":"try {{i}}"}""");
        var client = _server.Client(_time);
        var requests = Enumerable.Range(0, 100).Select(_ => client.GetVersionAsync(CancellationToken.None)).ToList();

        foreach (var request in requests)
            Assert.Contains("try ", (await Assert.ThrowsAsync<ApiException>(() => _time.RunAsync(request, TimeSpan.FromMinutes(5)))).Message, StringComparison.Ordinal);

        Assert.Equal(200, _server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_fails_every_third_time_never_uses_the_retries_up()
    {
        var client = _server.Client(_time);
        for (var i = 0; i < 300; i++)
        {
            _server.Then(HttpStatusCode.ServiceUnavailable).Then(HttpStatusCode.OK, """{"gitVersion":"v1"}""").Then(HttpStatusCode.OK, """{"gitVersion":"v1"}""");
            for (var j = 0; j < 2; j++)
                await _time.RunAsync(client.GetVersionAsync(CancellationToken.None), TimeSpan.FromMinutes(1));
        }

        Assert.Equal(900, _server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_wants_to_be_left_alone_for_an_hour_is_an_error_at_once()
    {
        _server.Then(HttpStatusCode.TooManyRequests, """{"kind":"Status","message":"come back later"}""", ("Retry-After", "3600"));

        var exception = await Assert.ThrowsAsync<ApiException>(() => _server.Client(_time).GetVersionAsync(CancellationToken.None));

        Assert.Contains("come back later", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_in_the_end()
    {
        for (var i = 0; i < 10; i++)
            _server.ThenHang();
        var task = _server.Client(_time).GetVersionAsync(CancellationToken.None);

        var exception = await Assert.ThrowsAsync<ApiException>(() => _time.RunAsync(task, TimeSpan.FromMinutes(10)));

        Assert.Equal(FailureKind.Unreachable, exception.Kind);
        Assert.Contains("does not answer", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_names_what_and_why_and_never_the_token()
    {
        _server.Then(HttpStatusCode.Forbidden, """
            {"kind":"Status","reason":"Forbidden","message":"pods is forbidden: User \"eve\" cannot list resource \"pods\" in API group \"\" in the namespace \"wholetale\"","code":403}
            """);

        var exception = await Assert.ThrowsAsync<ApiException>(() => _server.Client(_time).ListAsync(ResourceTypes.Pod, "wholetale", null, CancellationToken.None));

        Assert.Equal((FailureKind.Forbidden, "KubernetesForbidden"), (exception.Kind, exception.ErrorId));
        Assert.Contains("cannot list resource \"pods\"", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-token", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_and_begun_anew_when_its_token_expires()
    {
        _server.Then(HttpStatusCode.OK, """{"metadata":{"resourceVersion":"5","continue":"x"},"items":[{"metadata":{"name":"old"}}]}""")
            .Then(HttpStatusCode.Gone, """{"kind":"Status","reason":"Expired","code":410}""")
            .Then(HttpStatusCode.OK, """{"metadata":{"resourceVersion":"9","continue":"y"},"items":[{"metadata":{"name":"a"}}]}""")
            .Then(HttpStatusCode.OK, """{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"b"}}]}""");

        var list = await _server.Client(_time).ListAsync(ResourceTypes.Pod, "wholetale", null, CancellationToken.None);

        Assert.Equal(["a", "b"], list.Items.Select(item => (string?)item["metadata"]!["name"]));
        Assert.All(list.Items, item => Assert.Equal(("v1", "Pod"), ((string?)item["apiVersion"], (string?)item["kind"])));
        Assert.Equal("9", list.ResourceVersion);
    }

    [Fact]
    public async Task Where_metadata_will_do_nothing_else_is_asked_for()
    {
        var accepted = new List<string>();
        _server.Then((request, _) => Answer(request, """{"kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"5"},"items":[{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a"}}]}"""))
            .Then((request, _) => Answer(request, """{"type":"MODIFIED","object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a"}}}"""));

        var events = new List<ObjectEvent>();
        await foreach (var change in _server.Client(_time).WatchAsync(ResourceTypes.StatefulSet, "wholetale", null, ObjectForm.Metadata, null, CancellationToken.None))
        {
            events.Add(change);
            if (events.Count == 3)
                break;
        }

        Assert.Equal(
            ["application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"],
            accepted);
        Assert.All(events.Select(change => change.Object).OfType<JsonObject>(), item => Assert.Equal(("apps/v1", "StatefulSet"), ((string?)item["apiVersion"], (string?)item["kind"])));
        Assert.Equal([ObjectChange.Added, ObjectChange.Listed, ObjectChange.Modified], events.Select(change => change.Change));

        Task<HttpResponseMessage> Answer(HttpRequestMessage request, string text)
        {
            accepted.Add(request.Headers.Accept.ToString());
            return Task.FromResult(new HttpResponseMessage { Content = new StringContent(text) });
        }
    }

    [Fact]
    public async Task A_proxys_page_is_not_taken_for_an_absent_object()
    {
        _server.Then(HttpStatusCode.NotFound, "<html>no such host</html>");

        await Assert.ThrowsAsync<ApiException>(() => _server.Client(_time).FindAsync(new ObjectReference(ResourceTypes.Pod, "a", "b"), CancellationToken.None));
    }
}
