using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>
/// Keeps two deploys from working on one namespace at once. Held while one runs, renewed meanwhile, deleted at its end. One whose holder died expires by itself;
/// where the holder was a process of this machine that is gone, it counts for nothing at once. Whether one has expired is judged by the server's clock where it tells it, since this machine's and the holder's may be wrong.
/// </summary>
internal sealed class DeployLease : IAsyncDisposable
{
    internal const string Name = "wholetale-deploy";
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(10);

    // Ctrl+C has to answer within a second.
    private static readonly TimeSpan HastyPatience = TimeSpan.FromMilliseconds(700);
    private static readonly ConcurrentDictionary<string, bool> HeldHere = new();

    private readonly ApiClient client;
    private readonly string @namespace;
    private readonly TimeProvider time;
    private readonly string holder;
    private readonly CancellationTokenSource ended = new();
    private readonly CancellationTokenSource lost;
    private readonly Task renewing;

    // The lease as it was written last, and why it is ours no more.
    private JsonObject lease;
    private string? loss;
    private Task? releasing;

    private DeployLease(ApiClient client, string @namespace, TimeProvider time, string holder, JsonObject lease, CancellationToken cancellationToken)
    {
        this.client = client;
        this.@namespace = @namespace;
        this.time = time;
        this.holder = holder;
        this.lease = lease;
        lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        renewing = RenewAsync();
    }

    /// <summary>Ends when the caller cancels, or when the lease is lost to somebody else.</summary>
    internal CancellationToken Token => lost.Token;

    /// <summary>Whether somebody else has taken the lease over, or may have.</summary>
    internal bool IsLost => loss is not null;

    /// <summary>Takes the lease.</summary>
    /// <param name="client">Whom it asks.</param>
    /// <param name="namespace">What it is the lease of.</param>
    /// <param name="time">The clock.</param>
    /// <param name="asking">Stops its being asked for.</param>
    /// <param name="cancellationToken">Stops that, too, and what is done under the lease.</param>
    /// <exception cref="DeploymentException">Somebody holds it.</exception>
    internal static async Task<DeployLease> AcquireAsync(ApiClient client, string @namespace, TimeProvider time, CancellationToken asking, CancellationToken cancellationToken)
    {
        var holder = LeaseHolder.New().ToString();
        HeldHere[holder] = true;
        try
        {
            var lease = await TakeAsync(client, @namespace, time, holder, asking);
            return new DeployLease(client, @namespace, time, holder, lease, cancellationToken);
        }
        catch
        {
            HeldHere.TryRemove(holder, out _);
            throw;
        }
    }

    /// <summary>Takes away the lease of a deploy that did all its work and was killed at the very end; where nothing is to be done, nobody else would.</summary>
    internal static async Task SweepAsync(ApiClient client, string @namespace, LiveObjects live, TimeProvider time, CancellationToken cancellationToken)
    {
        if (live.Find(Reference(@namespace)) is { } lease && await IsDeadAsync(client, lease, time, cancellationToken))
            await client.DeleteUnchangedAsync(Reference(@namespace), Propagation.Background, lease, cancellationToken);
    }

    /// <summary>What to tell of work that ended because the lease was lost.</summary>
    internal DeploymentException Explain(string work, OperationCanceledException cause) => new(
        "LeaseLost", FailureKind.Conflict, @namespace, $"{work} stopped, because {loss}.", "Wait until nobody else works on the namespace, then repeat the command.", cause);

    public async ValueTask DisposeAsync()
    {
        await ReleaseAsync();
        ended.Dispose();
        lost.Dispose();
    }

    /// <summary>Gives the lease back; its token stays good for what is under way.</summary>
    internal Task ReleaseAsync() => releasing ??= ReleaseOnceAsync();

    private async Task ReleaseOnceAsync()
    {
        await ended.CancelAsync();
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        HeldHere.TryRemove(holder, out _);
        if (!IsLost)
        {
            using var patience = new CancellationTokenSource(lost.IsCancellationRequested ? HastyPatience : ReleasePatience);
            using var hurry = lost.Token.Register(() => patience.CancelAfter(HastyPatience));
            try
            {
                await DeleteOwnAsync(patience.Token);
            }
            catch (Exception exception) when (exception is WholeTaleException or OperationCanceledException)
            {
                // It expires by itself.
            }
        }
    }

    // Another may have taken it over since the last renewal, or a renewal that was broken off have arrived.
    private async Task DeleteOwnAsync(CancellationToken cancellationToken)
    {
        var own = lease;
        while (own.Text("spec", "holderIdentity") == holder && !await client.DeleteUnchangedAsync(Reference(@namespace), Propagation.Background, own!, cancellationToken))
            own = await client.FindAsync(Reference(@namespace), cancellationToken);
    }

    private static async Task<JsonObject> TakeAsync(ApiClient client, string @namespace, TimeProvider time, string holder, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await client.CreateAsync(Describe(@namespace, holder, time.GetUtcNow(), null), cancellationToken);
            }
            catch (ApiException exception) when (attempt < 5 && (exception.StatusCode == HttpStatusCode.Conflict || exception.Kind == FailureKind.Unreachable && exception.StatusCode is null or >= HttpStatusCode.InternalServerError))
            {
                // It exists; or nobody knows whether the request arrived.
                if (await client.FindAsync(Reference(@namespace), cancellationToken) is not { } lease)
                    continue;
                if (lease.Text("spec", "holderIdentity") == holder)
                    return lease;
                if (!await IsDeadAsync(client, lease, time, cancellationToken))
                    throw Held(lease, @namespace, exception);
                try
                {
                    return await client.ReplaceAsync(Describe(@namespace, holder, time.GetUtcNow(), lease), cancellationToken);
                }
                catch (ApiException other) when (other.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
                {
                    // Somebody was faster: look again.
                }
            }
        }
    }

    private static async Task<bool> IsDeadAsync(ApiClient client, JsonObject lease, TimeProvider time, CancellationToken cancellationToken) =>
        IsHolderGone(lease) || (await client.GetTimeAsync(cancellationToken) ?? time.GetUtcNow()) > Expiry(lease);

    // managedFields tell by the server's clock when a field was last written (KEP-555); renewTime tells by the holder's.
    private static DateTimeOffset Expiry(JsonObject lease)
    {
        var written = lease.Items("metadata", "managedFields").Select(entry => entry.Time("time")).Append(lease.Time("metadata", "creationTimestamp")).Max();
        return (written ?? DateTimeOffset.MinValue) + TimeSpan.FromSeconds(lease.Number("spec", "leaseDurationSeconds") ?? (long)Duration.TotalSeconds);
    }

    private static bool IsHolderGone(JsonObject lease) =>
        LeaseHolder.Parse(lease.Text("spec", "holderIdentity")) is { } holder && (holder.IsSelf ? !HeldHere.ContainsKey(holder.ToString()) : holder.IsGone);

    private static DeploymentException Held(JsonObject lease, string @namespace, ApiException cause)
    {
        var holder = lease.Text("spec", "holderIdentity").Split('/')[0];
        var since = lease.Time("spec", "acquireTime");
        return new DeploymentException(
            "DeployInProgress", FailureKind.Conflict, $"Lease {@namespace}/{Name}",
            $"Another deploy works on the namespace {@namespace}: {holder} holds the lease {Name} since {since:yyyy-MM-dd HH:mm:ss} UTC.",
            $"Wait until it has ended; if its process has died, the lease expires at {Expiry(lease):HH:mm:ss} UTC by itself.", cause);
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(RenewEvery, time);
        var renewed = time.GetTimestamp();
        while (loss is null)
        {
            await timer.WaitForNextTickAsync(ended.Token);
            using var attempt = new CancellationTokenSource(RenewEvery, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, ended.Token);
            var sent = time.GetTimestamp();
            try
            {
                var patch = new JsonObject { ["spec"] = new JsonObject { ["renewTime"] = Micro(time.GetUtcNow()) } };
                lease = await client.MergeAsync(Reference(@namespace), patch, either.Token);

                // The server wrote it when it was sent, or later: what comes of it may take its time.
                renewed = sent;
                if (lease.Text("spec", "holderIdentity") is var now && now != holder)
                    loss = $"{now.Split('/')[0]} has taken its lease over";
            }
            catch (ApiException exception) when (ApiClient.IsNotFound(exception))
            {
                loss = "somebody has deleted its lease";
            }
            catch (Exception exception) when (exception is WholeTaleException || (exception is OperationCanceledException && !ended.IsCancellationRequested))
            {
                // The server may be away, or what gives the credentials; whoever waits may take the lease over when it has expired.
                if (time.GetElapsedTime(renewed) >= Duration)
                    loss = $"its lease could not be renewed for {Duration.TotalSeconds:0} s: {(exception is WholeTaleException ? exception.Message.TrimEnd('.') : "the server does not answer")}";
            }
        }

        await lost.CancelAsync();
    }

    private static ObjectReference Reference(string @namespace) => new(ResourceTypes.Lease, @namespace, Name);

    private static JsonObject Describe(string @namespace, string holder, DateTimeOffset now, JsonObject? former)
    {
        var lease = new JsonObject
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["namespace"] = @namespace,
                ["labels"] = new JsonObject { [Labels.PartOf] = Labels.Product, [Labels.ManagedBy] = Labels.Product, [Labels.Component] = "lease" },
            },
            ["spec"] = new JsonObject
            {
                ["holderIdentity"] = holder,
                ["leaseDurationSeconds"] = (int)Duration.TotalSeconds,
                ["acquireTime"] = Micro(now),
                ["renewTime"] = Micro(now),
                ["leaseTransitions"] = (former.Number("spec", "leaseTransitions") ?? -1) + 1,
            },
        };
        if (former is not null)
            lease["metadata"]!["resourceVersion"] = former.ResourceVersion();
        return lease;
    }

    // MicroTime: RFC 3339 with exactly six digits.
    private static string Micro(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
