using System.Net;
using System.Text;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Kubernetes;

/// <summary>Answers requests one after another as told, beneath the real client: what is tested is what goes over the wire.</summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Queue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> _answers = new();
    private readonly List<string> _requests = [];

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public ApiClient Client(TimeProvider time) => new(
        new ApiTransport(new ApiConnection { Name = "test", Endpoint = new Uri("https://api.test"), Token = _ => new ValueTask<string?>("s3cret-token") }, time, this), time);

    public ScriptedServer Then(HttpStatusCode status, string body = "{}", params (string Name, string Value)[] headers) => Then((_, _) =>
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return Task.FromResult(response);
    });

    public ScriptedServer ThenFail(Exception exception) => Then((_, _) => Task.FromException<HttpResponseMessage>(exception));

    public ScriptedServer ThenHang() => Then(async (_, token) =>
    {
        await Task.Delay(Timeout.Infinite, token);
        return new HttpResponseMessage();
    });

    public ScriptedServer ThenStream(Stream stream) => Then((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(stream) }));

    public ScriptedServer Then(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (_requests)
            _requests.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
        return _answers.TryDequeue(out var answer) ? answer(request, cancellationToken) : ThenHangNow(cancellationToken);
    }

    private static async Task<HttpResponseMessage> ThenHangNow(CancellationToken token)
    {
        await Task.Delay(Timeout.Infinite, token);
        return new HttpResponseMessage();
    }
}
