using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Google.Cloud.Container.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Polly;
using Polly.Retry;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Gke.Failures;

namespace WholeTale.Gke.Access;

/// <summary>
/// Sends requests to Google's API: trust, credentials, deadlines and retries; errors become <see cref="ClusterException"/>. Retried is what the API says may be:
/// UNAVAILABLE (the request did not get there, AIP-194), ABORTED (a concurrent change, google.rpc.Code) and rate limits.
/// </summary>
internal sealed class GkeApi : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    private readonly GrpcChannel channel;
    private readonly ClusterManagerClient client;
    private readonly GoogleCredentials credentials;
    private readonly ResiliencePipeline pipeline;

    internal GkeApi(ResolvedSettings settings, GoogleCredentials credentials, TimeProvider time)
    {
        var gke = settings.Settings.Gke;
        this.credentials = credentials;
        channel = GrpcChannel.ForAddress(gke.ApiEndpoint, new GrpcChannelOptions
        {
            HttpHandler = CreateHandler(ReadAuthorities(settings)),
            DisposeHttpClient = true,
            Credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, CallCredentials.FromInterceptor(async (context, metadata) =>
                metadata.Add("Authorization", $"Bearer {await credentials.GetTokenAsync(context.CancellationToken)}"))),
            ThrowOperationCanceledOnCancellation = true,
        });
        client = new ClusterManagerClientBuilder { CallInvoker = channel.CreateCallInvoker() }.Build();
        pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(gke.RequestTimeout)
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 6,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(15),
                ShouldHandle = new PredicateBuilder().Handle<RpcException>(MayPass),
            })
            .Build();
    }

    /// <summary>Sends one request.</summary>
    /// <param name="call">The request, by the client.</param>
    /// <param name="target">What it is about.</param>
    /// <param name="doing">What is being done, as the beginning of a sentence.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ClusterException">It was refused, or Google did not answer in time.</exception>
    internal async Task<T> SendAsync<T>(Func<ClusterManagerClient, CancellationToken, Task<T>> call, string target, string doing, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(async token => await AttemptAsync(call, token), cancellationToken);
        }
        catch (RpcException exception)
        {
            // What failed before the request was sent, credentials for one, comes wrapped.
            throw exception.Status.DebugException as ClusterException ?? GoogleFailure.Explain(exception, target, doing);
        }
        catch (Polly.Timeout.TimeoutRejectedException exception)
        {
            throw new ClusterException(
                "GoogleUnreachable", FailureKind.Unreachable, target, $"{doing} failed: Google's API {channel.Target} did not answer in time.",
                "Check the network and the setting Gke.ApiEndpoint, and run this again: what was begun is picked up.", exception);
        }
    }

    /// <summary>Sends one request that asks for something; null where that does not exist.</summary>
    /// <exception cref="ClusterException">It was refused, or Google did not answer in time.</exception>
    internal async Task<T?> FindAsync<T>(Func<ClusterManagerClient, CancellationToken, Task<T>> call, string target, string doing, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await SendAsync(call, target, doing, cancellationToken);
        }
        catch (ClusterException exception) when (exception.InnerException is RpcException { StatusCode: StatusCode.NotFound })
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => channel.Dispose();

    // A token can be refused before its time: revoked, or the clocks differ. What was refused so has done nothing.
    private async Task<T> AttemptAsync<T>(Func<ClusterManagerClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(client, cancellationToken);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unauthenticated)
        {
            if (!await credentials.RenewAsync(cancellationToken))
                throw;
            return await call(client, cancellationToken);
        }
    }

    private static bool MayPass(RpcException exception) => exception.StatusCode switch
    {
        StatusCode.Unavailable => exception.Status.DebugException is not ClusterException && !IsBy<AuthenticationException>(exception),
        // .NET's client says Internal of a stream that was reset; the API's own Internal has no such cause.
        StatusCode.Internal => IsBy<IOException>(exception),
        StatusCode.Aborted => true,
        StatusCode.ResourceExhausted => RichStatus.Of(exception).Info?.Reason == "RATE_LIMIT_EXCEEDED",
        _ => false,
    };

    // A certificate that is not trusted, for one, will not be at the next attempt either.
    private static bool IsBy<TCause>(RpcException exception)
        where TCause : Exception
    {
        for (var cause = exception.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is TCause)
                return true;
        }

        return false;
    }

    private static SocketsHttpHandler CreateHandler(X509Certificate2Collection? authorities)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            KeepAlivePingDelay = KeepAlive,
            KeepAlivePingTimeout = KeepAlive,
            EnableMultipleHttp2Connections = true,
        };
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return handler;
    }

    private static X509Certificate2Collection? ReadAuthorities(ResolvedSettings settings)
    {
        if (settings.Settings.Gke.CertificateAuthorityFile is not { Length: > 0 } file)
            return null;
        var path = Path.GetFullPath(file, settings.BaseFolder);
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(path);
            return authorities.Count > 0 ? authorities : throw new System.Security.Cryptography.CryptographicException("there is no certificate in it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new ClusterException(
                "CertificateAuthorityUnreadable", FailureKind.Malformed, path, $"The authorities' file {path} cannot be read: {exception.Message.TrimEnd('.')}.", "Correct the setting Gke.CertificateAuthorityFile.", exception);
        }
    }
}
