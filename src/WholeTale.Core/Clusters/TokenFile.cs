namespace WholeTale.Core.Clusters;

/// <summary>A token that stands in a file and is renewed there, as a pod's is: read again every minute (client-go, transport.NewCachedFileTokenSource).</summary>
internal sealed class TokenFile(string path, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private sealed record Reading(string Token, DateTimeOffset At);

    private Reading? last;

    internal async ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref last) is { } reading && time.GetUtcNow() - reading.At < Freshness)
            return reading.Token;
        try
        {
            var token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            Volatile.Write(ref last, new Reading(token, time.GetUtcNow()));
            return token;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClusterException(
                "TokenFileUnreadable", FailureKind.Unauthenticated, path, $"The token file {path} cannot be read: {exception.Message.TrimEnd('.')}.", "Correct the kubeconfig or the file's permissions.", exception);
        }
    }
}
