namespace WholeTale.Gke.Access;

/// <summary>The project of the machine that we run on, by its metadata server (<see href="https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys"/>).</summary>
internal static class MetadataProject
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    internal static async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        var host = Environment.GetEnvironmentVariable("GCE_METADATA_HOST") is { Length: > 0 } given ? given : "metadata.google.internal";
        using var client = new HttpClient { Timeout = Timeout };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}/computeMetadata/v1/project/project-id");
        request.Headers.Add("Metadata-Flavor", "Google");
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode ? (await response.Content.ReadAsStringAsync(cancellationToken)).Trim() : null;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
