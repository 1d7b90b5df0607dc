using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Girder;

/// <summary>Speaks to Girder's REST API through the API server's proxy. Reading is repeated while the way is blocked; writing only where it surely did not arrive.</summary>
/// <param name="http">A client whose base address is Girder's root.</param>
/// <param name="time">The clock.</param>
internal sealed class GirderClient(HttpClient http, TimeProvider time)
{
    private const int Attempts = 5;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>How long one attempt may take.</summary>
    internal TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The token of whoever is logged in.</summary>
    public Secret? Token { get; set; }

    /// <summary>How failures are told.</summary>
    public GirderErrors Errors { get; init; } = GirderErrors.SetUp;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Reads; whatever is no success becomes an error that names the step.</summary>
    public async Task<JsonNode?> ReadAsync(string step, string path, CancellationToken cancellationToken)
    {
        var reply = await TryReadAsync(step, path, cancellationToken);
        return reply.Succeeded ? reply.Body : throw Errors.Refused(step, $"GET {Bare(path)}", reply);
    }

    /// <summary>Reads a list.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReadListAsync(string step, string path, CancellationToken cancellationToken) =>
        await ReadAsync(step, path, cancellationToken) is JsonArray list
            ? [.. list.OfType<JsonObject>()]
            : throw Errors.Unexpected(step, $"GET {Bare(path)}", "a list");

    /// <summary>Reads a document.</summary>
    public async Task<JsonObject> ReadDocumentAsync(string step, string path, CancellationToken cancellationToken) =>
        await ReadAsync(step, path, cancellationToken) as JsonObject ?? throw Errors.Unexpected(step, $"GET {Bare(path)}", "a document");

    /// <summary>Reads, and leaves what to make of a refusal to the caller.</summary>
    public Task<GirderReply> TryReadAsync(string step, string path, CancellationToken cancellationToken) =>
        TryReadAsync(step, path, null, cancellationToken);

    /// <summary>Logs in.</summary>
    public Task<GirderReply> TryLogInAsync(string step, string login, Secret password, CancellationToken cancellationToken) =>
        TryReadAsync(step, "user/authentication", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{password.Reveal()}")), cancellationToken);

    /// <summary>Writes. The values go in a form, never in the address: addresses stand in logs.</summary>
    public async Task<JsonNode?> WriteAsync(
        string step, HttpMethod method, string path, IReadOnlyDictionary<string, string> form, CancellationToken cancellationToken)
    {
        var reply = await TryWriteAsync(step, method, path, form, cancellationToken);
        return reply.Succeeded ? reply.Body : throw Errors.Refused(step, $"{method} {path}", reply);
    }

    /// <summary>Writes, and leaves what to make of a refusal to the caller.</summary>
    public async Task<GirderReply> TryWriteAsync(
        string step, HttpMethod method, string path, IReadOnlyDictionary<string, string> form, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            GirderReply reply;
            try
            {
                reply = await SendAsync(method, path, form, null, cancellationToken);
            }
            catch (Exception exception) when (IsBroken(exception, cancellationToken))
            {
                // It may have been carried out. The next run finds out: every step looks before it writes.
                throw Errors.Broken(step, $"{method} {path}", exception);
            }
            if (attempt == Attempts || !reply.IsApiServers || reply.Status != HttpStatusCode.ServiceUnavailable)
                return reply;
            await Task.Delay(FirstDelay * Math.Pow(2, attempt - 1), time, cancellationToken);
        }
    }

    /// <summary>One attempt at <c>/system/version</c>; null when nothing came back.</summary>
    public async Task<GirderReply?> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, "system/version", null, null, cancellationToken);
        }
        catch (Exception exception) when (IsBroken(exception, cancellationToken))
        {
            return null;
        }
    }

    private async Task<GirderReply> TryReadAsync(string step, string path, string? basic, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var reply = await SendAsync(HttpMethod.Get, path, null, basic, cancellationToken);
                if (attempt == Attempts || reply.Status is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
                    return reply;
            }
            catch (Exception exception) when (IsBroken(exception, cancellationToken))
            {
                if (attempt == Attempts)
                    throw Errors.Broken(step, $"GET {Bare(path)}", exception);
            }
            await Task.Delay(FirstDelay * Math.Pow(2, attempt - 1), time, cancellationToken);
        }
    }

    private async Task<GirderReply> SendAsync(
        HttpMethod method, string path, IReadOnlyDictionary<string, string>? form, string? basic, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, $"api/v1/{path}") { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        if (form is not null)
            request.Content = new FormUrlEncodedContent(form);
        // The API server takes Authorization for itself; Girder has a header of its own for the same.
        if (basic is not null)
            request.Headers.Add("Girder-Authorization", $"Basic {basic}");
        else if (Token is not null)
            request.Headers.Add("Girder-Token", Token.Reveal());

        using var deadline = new CancellationTokenSource(AttemptTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var response = await http.SendAsync(request, linked.Token);
            return GirderReply.From(response.StatusCode, await response.Content.ReadAsStringAsync(linked.Token));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer came within {AttemptTimeout.TotalSeconds:0} s");
        }
    }

    private static bool IsBroken(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException or TimeoutException && !cancellationToken.IsCancellationRequested;

    private static string Bare(string path) => path.Split('?')[0];
}
