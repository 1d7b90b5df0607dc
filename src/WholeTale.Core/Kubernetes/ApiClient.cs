using System.Text.Json.Nodes;

namespace WholeTale.Core.Kubernetes;

/// <summary>One API server, spoken to in untyped JSON. Thread-safe; one a connection.</summary>
public sealed class ApiClient
{
    /// <summary>Gives the client of a connection: the same one for the same connection.</summary>
    public static ApiClient For(ApiConnection connection) => throw new NotImplementedException();

    /// <summary>The server's version, e.g. <c>v1.33.1</c>.</summary>
    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads an object; null where it does not exist (404 with reason NotFound alone).</summary>
    public Task<JsonObject?> FindAsync(ObjectReference reference, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Lists objects, page by page.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="namespace">The namespace; null for all or for cluster-scoped kinds.</param>
    /// <param name="labelSelector">Label selector, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<ObjectList> ListAsync(ResourceType type, string? @namespace, string? labelSelector, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Lists once, then watches for ever: resumes by resourceVersion, lists anew on 410, reconnects when the server closes or stalls. Ends by cancellation alone.</summary>
    public IAsyncEnumerable<ObjectEvent> WatchAsync(ResourceType type, string? @namespace, string? labelSelector, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Server-side apply as field manager <c>wholetale</c>.</summary>
    public Task<ApplyOutcome> ApplyAsync(JsonObject manifest, ApplyOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Creates an object (POST); its apiVersion and kind say where.</summary>
    public Task<JsonObject> CreateAsync(JsonObject manifest, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Replaces an object (PUT), with optimistic concurrency where it carries a resourceVersion.</summary>
    public Task<JsonObject> ReplaceAsync(JsonObject manifest, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Patches an object by JSON merge patch (RFC 7386).</summary>
    public Task<JsonObject> MergeAsync(ObjectReference reference, JsonObject patch, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Deletes an object; false where it was gone already.</summary>
    public Task<bool> DeleteAsync(ObjectReference reference, Propagation propagation, string? uid, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Opens a container's log.</summary>
    public Task<Stream> OpenLogAsync(string @namespace, string pod, LogOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Runs a command in a container over WebSocket (v5.channel.k8s.io, else v4) and gives its exit code.</summary>
    public Task<int> ExecuteAsync(string @namespace, string pod, string? container, IReadOnlyList<string> command, Stream? input, Stream output, Stream error, bool terminal, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>An HTTP client whose base address is a Service seen through the API server's proxy. The server strips <c>Authorization</c>; use other headers for the service's own credentials.</summary>
    /// <param name="namespace">The Service's namespace.</param>
    /// <param name="service">The Service's name.</param>
    /// <param name="port">Its port's name or number.</param>
    public HttpClient CreateServiceProxy(string @namespace, string service, string port) => throw new NotImplementedException();

    /// <summary>Finds how a kind is served: built-in ones without a request, others by discovery.</summary>
    public ValueTask<ResourceType> ResolveAsync(string apiVersion, string kind, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>A list as the server gave it.</summary>
/// <param name="Items">The objects, each with apiVersion and kind.</param>
/// <param name="ResourceVersion">Where a watch may begin.</param>
public sealed record ObjectList(IReadOnlyList<JsonObject> Items, string ResourceVersion);

/// <summary>A change that a watch has seen.</summary>
/// <param name="Change">What happened.</param>
/// <param name="Object">The object as it is now, or as it was when it was deleted; null for <see cref="ObjectChange.Listed"/>.</param>
public sealed record ObjectEvent(ObjectChange Change, JsonObject? Object);

/// <summary>What a watch can tell of an object.</summary>
public enum ObjectChange
{
    /// <summary>It is there (from a list, or added since).</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>The first list is complete: what has not been named does not exist.</summary>
    Listed,
}

/// <summary>How to apply.</summary>
public sealed record ApplyOptions
{
    /// <summary>The plain form.</summary>
    public static ApplyOptions Default { get; } = new();

    /// <summary>Takes fields over from other managers.</summary>
    public bool Force { get; init; }

    /// <summary>Only shows what would be stored.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who applies; <c>wholetale</c> by default.</summary>
    public string FieldManager { get; init; } = "wholetale";
}

/// <summary>What an apply did.</summary>
/// <param name="Object">The object as stored.</param>
/// <param name="Created">Whether the server created it (201).</param>
/// <param name="Warnings">The server's Warning headers.</param>
public sealed record ApplyOutcome(JsonObject Object, bool Created, IReadOnlyList<string> Warnings);

/// <summary>What becomes of dependants when an object is deleted.</summary>
public enum Propagation
{
    /// <summary>They go later.</summary>
    Background,

    /// <summary>They go first.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}

/// <summary>Which part of a log.</summary>
public sealed record LogOptions
{
    /// <summary>The container; null where the pod has one alone.</summary>
    public string? Container { get; init; }

    /// <summary>Goes on as lines come.</summary>
    public bool Follow { get; init; }

    /// <summary>Of the container before its last restart.</summary>
    public bool Previous { get; init; }

    /// <summary>Only the last so many lines.</summary>
    public int? Tail { get; init; }

    /// <summary>Only lines younger than this.</summary>
    public TimeSpan? Since { get; init; }

    /// <summary>Begins each line with its RFC 3339 time.</summary>
    public bool Timestamps { get; init; }
}
