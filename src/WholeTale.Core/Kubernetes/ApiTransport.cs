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
    /// <summary>How long one attempt of an ordinary call may take.</summary>
    internal static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(30);

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
        Http = new HttpClient(Handler, disposeHandler: false)
        {
            BaseAddress = new Uri(connection.Endpoint.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        Http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("wholetale", typeof(ApiTransport).Assembly.GetName().Version?.ToString(3) ?? "0"));
        retries = new RetryPolicy(time).Build();
    }

    /// <summary>The client beneath; its base address is the server's.</summary>
    internal HttpClient Http { get; }

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
        using var response = await OpenAsync(method, path, contentType, payload, AttemptTimeout, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return (await ParseAsync(response, method, path, static utf8 => JsonNode.Parse(utf8.Span) as JsonObject ?? [], cancellationToken), response);
    }

    /// <summary>Sends a GET request and gives what a parser makes of its JSON answer.</summary>
    internal async Task<T> ReadAsync<T>(string path, Func<ReadOnlyMemory<byte>, T> parse, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(HttpMethod.Get, path, null, null, AttemptTimeout, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await ParseAsync(response, HttpMethod.Get, path, parse, cancellationToken);
    }

    private async Task<T> ParseAsync<T>(HttpResponseMessage response, HttpMethod method, string path, Func<ReadOnlyMemory<byte>, T> parse, CancellationToken cancellationToken)
    {
        try
        {
            return parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (JsonException exception)
        {
            throw new ApiException(
                response.StatusCode, null, null, FailureKind.Unreachable, connection.Endpoint.Host,
                $"{connection.Name} answered {method} {path} with something that is not JSON.",
                "Check that the endpoint is a Kubernetes API server and not a proxy's page.", exception);
        }
    }

    /// <summary>Opens a response, retrying what may pass; the caller disposes it.</summary>
    internal async Task<HttpResponseMessage> OpenAsync(
        HttpMethod method, string path, string? contentType, byte[]? payload, TimeSpan attemptTimeout, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        var context = RetryPolicy.ContextOf(method, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await retries.ExecuteAsync(
                async resilience => await AttemptAsync(method, path, contentType, payload, attemptTimeout, completion, resilience.CancellationToken), context);
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

    private async Task<HttpResponseMessage> AttemptAsync(
        HttpMethod method, string path, string? contentType, byte[]? payload, TimeSpan attemptTimeout, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Version = Http.DefaultRequestVersion, VersionPolicy = Http.DefaultVersionPolicy };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (payload is not null)
            request.Content = new ByteArrayContent(payload) { Headers = { ContentType = new MediaTypeHeaderValue(contentType ?? "application/json") } };
        if (connection.Token is not null && await connection.Token(cancellationToken) is { Length: > 0 } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var deadline = new CancellationTokenSource(attemptTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var began = time.GetTimestamp();
        var outcome = "no answer";
        try
        {
            var response = await Http.SendAsync(request, completion, linked.Token);
            outcome = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            if (completion == HttpCompletionOption.ResponseContentRead && !await IsWholeAsync(response, linked.Token))
            {
                response.Dispose();
                outcome += ", broken off";
                throw new IOException($"the answer to {method} {path} breaks off");
            }

            return response;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{method} {path} had no answer within {attemptTimeout.TotalSeconds:0} s.");
        }
        finally
        {
            progress?.Report(new RequestReport(method.Method, path, outcome, time.GetElapsedTime(began)));
        }
    }

    // A proxy may end an answer that broke off as if it were whole.
    private static async Task<bool> IsWholeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
            return true;
        try
        {
            var reader = new Utf8JsonReader(await response.Content.ReadAsByteArrayAsync(cancellationToken), isFinalBlock: false, default);
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
    }}
