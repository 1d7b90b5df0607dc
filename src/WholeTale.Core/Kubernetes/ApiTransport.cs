using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Polly;

namespace WholeTale.Core.Kubernetes;

/// <summary>Sends requests to one API server: trust, credentials, deadlines and retries. Answers that are errors become <see cref="ApiException"/>.</summary>
internal sealed class ApiTransport
{
    /// <summary>The media type of nearly all that is said.</summary>
    internal const string Json = "application/json";

    /// <summary>How long one attempt of an ordinary call may take.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(30);

    private static readonly string Agent = $"wholetale/{typeof(ApiTransport).Assembly.GetName().Version?.ToString(3) ?? "0"}";

    private readonly ApiConnection connection;
    private readonly TimeProvider time;
    private readonly ResiliencePipeline<HttpResponseMessage> retries;

    private readonly IProgress<Report>? progress;

    internal ApiTransport(ApiConnection connection, TimeProvider time, HttpMessageHandler? handler = null)
        : this(connection, time, handler ?? CreateHandler(connection), progress: null)
    {
    }

    private ApiTransport(ApiConnection connection, TimeProvider time, HttpMessageHandler handler, IProgress<Report>? progress)
    {
        this.connection = connection;
        this.time = time;
        this.progress = progress;
        Handler = handler;
        Http = new HttpMessageInvoker(handler, disposeHandler: false);
        Address = new Uri(connection.Endpoint.AbsoluteUri.TrimEnd('/') + "/");
        retries = new RetryPolicy(time).Build();
    }

    /// <summary>The server's address, which paths are relative to.</summary>
    internal Uri Address { get; }

    // Nothing of HttpClient is needed that the deadline and the retries here do not do.
    private HttpMessageInvoker Http { get; }

    /// <summary>The connection pool, shared with service proxies.</summary>
    internal HttpMessageHandler Handler { get; }

    /// <summary>How to open a WebSocket with the same trust and credentials.</summary>
    internal ApiConnection Connection => connection;

    /// <summary>The same transport, over the same connections, telling each request to a listener, with retries of its own.</summary>
    internal ApiTransport ReportingTo(IProgress<Report> listener) => new(connection, time, Handler, listener);

    /// <summary>Sends a request and gives its JSON answer.</summary>
    internal async Task<(JsonObject Body, HttpResponseMessage Response)> SendAsync(
        HttpMethod method, string path, string? contentType, JsonNode? body, CancellationToken cancellationToken)
    {
        var payload = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body);
        JsonObject answer = [];
        using var response = await AskAsync(method, path, Json, contentType, payload, utf8 => answer = JsonNode.Parse(utf8.Span) as JsonObject ?? [], cancellationToken);
        return (answer, response);
    }

    /// <summary>Sends a GET request and gives what a parser makes of its JSON answer.</summary>
    /// <param name="path">What is asked for.</param>
    /// <param name="accept">The media types that will do.</param>
    /// <param name="parse">Reads the answer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<T> ReadAsync<T>(string path, string accept, Func<ReadOnlyMemory<byte>, T> parse, CancellationToken cancellationToken)
        where T : class
    {
        T? answer = null;
        using var response = await AskAsync(HttpMethod.Get, path, accept, null, null, utf8 => answer = parse(utf8), cancellationToken);
        return answer!;
    }

    /// <summary>Opens a response whose content is read as it comes, retrying what may pass; the caller disposes it.</summary>
    /// <param name="path">What is asked for.</param>
    /// <param name="accept">The media types that will do.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal Task<HttpResponseMessage> OpenAsync(string path, string accept, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, accept, null, null, null, cancellationToken);

    private async Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string path, string accept, string? contentType, byte[]? payload, Action<ReadOnlyMemory<byte>>? read, CancellationToken cancellationToken)
    {
        var context = RetryPolicy.ContextOf(method, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await retries.ExecuteAsync(
                resilience => new ValueTask<HttpResponseMessage>(AttemptAsync(method, path, accept, contentType, payload, read, resilience.CancellationToken)), context);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            throw ApiErrors.Unreachable(connection, exception);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await ApiErrors.FromAsync(connection, method, path, response, cancellationToken);
    }

    // Reads the content, too, where a reader is given.
    private async Task<HttpResponseMessage> AttemptAsync(
        HttpMethod method, string path, string accept, string? contentType, byte[]? payload, Action<ReadOnlyMemory<byte>>? read, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (payload is not null)
        {
            request.Content = new ByteArrayContent(payload);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType ?? Json);
        }

        if (connection.Token is not null && await connection.Token(cancellationToken) is { Length: > 0 } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var attempt = new CancellationTokenSource(AttemptTimeout, time);
        using var stop = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), attempt);
        var began = time.GetTimestamp();
        var outcome = "no answer";
        try
        {
            var response = await Http.SendAsync(request, attempt.Token);
            outcome = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            if (read is null)
                return response;
            var isTaken = false;
            try
            {
                isTaken = Take(response, await response.Content.ReadAsByteArrayAsync(attempt.Token), method, path, read);
            }
            finally
            {
                if (!isTaken)
                    response.Dispose();
            }

            if (isTaken)
                return response;
            outcome += ", broken off";
            throw new IOException($"the answer to {method} {path} breaks off");
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or IOException && attempt.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{method} {path} had no answer within {AttemptTimeout.TotalSeconds:0} s.", exception);
        }
        finally
        {
            progress?.Report(new RequestReport(method.Method, path, outcome, time.GetElapsedTime(began)));
        }
    }

    // Reads an answer that tells of success; false where it breaks off, of whatever it tells.
    private bool Take(HttpResponseMessage response, byte[] content, HttpMethod method, string path, Action<ReadOnlyMemory<byte>> read)
    {
        if (!response.IsSuccessStatusCode)
            return IsWhole(response, content);
        try
        {
            read(content);
            return true;
        }
        catch (JsonException) when (!IsWhole(response, content))
        {
            return false;
        }
        catch (JsonException exception)
        {
            throw new ApiException(
                response.StatusCode, null, null, FailureKind.Unreachable, connection.Endpoint.Host,
                $"{connection.Name} answered {method} {path} with something that is not JSON.",
                "Check that the endpoint is a Kubernetes API server and not a proxy's page.", exception);
        }
    }

    // A proxy may end an answer that broke off as if it were whole.
    private static bool IsWhole(HttpResponseMessage response, byte[] content)
    {
        if (response.Content.Headers.ContentType?.MediaType != Json)
            return true;
        try
        {
            var reader = new Utf8JsonReader(content, isFinalBlock: false, default);
            return reader.Read() && reader.TrySkip();
        }
        catch (JsonException)
        {
            // Something else than JSON, which is not for here to judge.
            return true;
        }
    }

    private static SocketsHttpHandler CreateHandler(ApiConnection connection) => new()
    {
        AutomaticDecompression = DecompressionMethods.All,
        EnableMultipleHttp2Connections = true,
        PooledConnectionLifetime = TimeSpan.FromMinutes(30),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        UseProxy = !connection.Endpoint.IsLoopback,
        SslOptions = Trust(connection),
    };

    /// <summary>The connection's trust and client certificate as TLS options.</summary>
    internal static SslClientAuthenticationOptions Trust(ApiConnection connection)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = connection.TlsServerName ?? connection.Endpoint.Host };
        if (connection.ClientCertificate is { } certificate)
            options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        if (connection.SkipTlsVerification)
        {
#pragma warning disable CA5359 // The kubeconfig asks for it by insecure-skip-tls-verify.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (connection.CertificateAuthorities is { Count: > 0 } authorities)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return options;
    }
}
