using System.Net;
using System.Net.Sockets;
using Polly;
using Polly.Retry;

namespace WholeTale.Core.Kubernetes;

/// <summary>Sends again what may pass, with jitter, as often as the run's budget allows; what the server refused is never sent again. The last answer or error is kept.</summary>
internal sealed class RetryPolicy(TimeProvider time)
{
    private const int MaxRetries = 5;

    // A server that wants to be left alone for longer is an error that a person should see.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly ResiliencePropertyKey<string> MethodKey = new("method");

    private readonly RetryBudget budget = new();

    /// <summary>Makes the pipeline that attempts go through.</summary>
    internal ResiliencePipeline<HttpResponseMessage> Build() => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(10),
            ShouldHandle = arguments => ValueTask.FromResult(IsSentAgain(arguments.Outcome, arguments.Context)),
            DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result)),
            OnRetry = arguments =>
            {
                arguments.Outcome.Result?.Dispose();
                return default;
            },
        })
        .Build();

    /// <summary>The context of one request.</summary>
    internal static ResilienceContext ContextOf(HttpMethod method, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(MethodKey, method.Method);
        return context;
    }

    private bool IsSentAgain(Outcome<HttpResponseMessage> outcome, ResilienceContext context)
    {
        if (outcome.Result?.IsSuccessStatusCode == true)
            budget.Refill();
        return IsTransient(outcome, context) && !(RetryAfter(outcome.Result) > LongestWait) && budget.TryTake();
    }

    // A POST that may have been carried out is not sent again: only one that surely was not.
    private static bool IsTransient(Outcome<HttpResponseMessage> outcome, ResilienceContext context)
    {
        var repeatable = !string.Equals(context.Properties.GetValue(MethodKey, ""), "POST", StringComparison.Ordinal);
        if (outcome.Result is { } response)
        {
            return response.StatusCode switch
            {
                HttpStatusCode.TooManyRequests => true,
                HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => repeatable,
                _ => false,
            };
        }

        return outcome.Exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError } => false,
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError, InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => false,
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => true,
            HttpRequestException or IOException or TimeoutException => repeatable,
            _ => false,
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage? response) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };
}
