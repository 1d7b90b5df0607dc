using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Pods;

namespace WholeTale.Core.Kubernetes;

/// <summary>One API server, spoken to in untyped JSON. Thread-safe; one a connection.</summary>
public sealed class ApiClient
{
    /// <summary>Objects a page of a list.</summary>
    private const int PageSize = 500;

    private static readonly ConcurrentDictionary<ApiConnection, ApiTransport> Transports = new();

    private readonly ApiTransport transport;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<(string, string), ResourceType> discovered = new();

    internal ApiClient(ApiTransport transport, TimeProvider time)
    {
        this.transport = transport;
        this.time = time;
    }

    /// <summary>How it is reached.</summary>
    public ApiConnection Connection => transport.Connection;

    /// <summary>Gives a client of a connection. All of one connection share its pool; what a client discovers is its own, since kinds come and go in a session.</summary>
    public static ApiClient For(ApiConnection connection) =>
        new(Transports.GetOrAdd(connection, static key => new ApiTransport(key, TimeProvider.System)), TimeProvider.System);

    /// <summary>The same client, telling each request to a listener: one line each, without a secret.</summary>
    internal ApiClient ReportingTo(IProgress<Report>? progress) => progress is null ? this : new ApiClient(transport.ReportingTo(progress), time);

    /// <summary>The server's version, e.g. <c>v1.33.1</c>.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken)
    {
        var (body, _) = await transport.SendAsync(HttpMethod.Get, "version", null, null, cancellationToken);
        return (string?)body["gitVersion"] ?? "";
    }

    /// <summary>The server's clock, to the second, as its answers tell it; null where something before it takes that away.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal async Task<DateTimeOffset?> GetTimeAsync(CancellationToken cancellationToken)
    {
        var (_, response) = await transport.SendAsync(HttpMethod.Get, "version", null, null, cancellationToken);
        return response.Headers.Date;
    }

    /// <summary>Reads an object; null where it does not exist (404 with reason NotFound alone).</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public async Task<JsonObject?> FindAsync(ObjectReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return (await transport.SendAsync(HttpMethod.Get, reference.Path, null, null, cancellationToken)).Body;
        }
        catch (ApiException exception) when (IsNotFound(exception))
        {
            return null;
        }
    }

    /// <summary>Lists objects, page by page.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="namespace">The namespace; null for all or for cluster-scoped kinds.</param>
    /// <param name="labelSelector">Label selector, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public Task<ObjectList> ListAsync(ResourceType type, string? @namespace, string? labelSelector, CancellationToken cancellationToken) =>
        ListAsync(type, @namespace, labelSelector, ObjectForm.Whole, cancellationToken);

    /// <summary>The same, of as much of the objects as is needed.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal async Task<ObjectList> ListAsync(ResourceType type, string? @namespace, string? labelSelector, ObjectForm form, CancellationToken cancellationToken)
    {
        var (items, resourceVersion) = await ListElementsAsync(type, @namespace, labelSelector, form, item => Typed(type, JsonObject.Create(item.Clone())!), cancellationToken);
        return new ObjectList(items, resourceVersion);
    }

    /// <summary>The same, keeping of each object what a reader takes from it: thousands of whole objects would fill the memory.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="namespace">The namespace; null for all or for cluster-scoped kinds.</param>
    /// <param name="labelSelector">Label selector, or null.</param>
    /// <param name="read">Is given one object after the other, each valid until it returns.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal async Task<IReadOnlyList<T>> ListAsync<T>(
        ResourceType type, string? @namespace, string? labelSelector, Func<JsonObject, T> read, CancellationToken cancellationToken) =>
        (await ListElementsAsync(type, @namespace, labelSelector, ObjectForm.Whole, item => read(Typed(type, JsonObject.Create(item)!)), cancellationToken)).Items;

    private async Task<(IReadOnlyList<T> Items, string ResourceVersion)> ListElementsAsync<T>(
        ResourceType type, string? @namespace, string? labelSelector, ObjectForm form, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var items = new List<T>();
        string? token = null;
        while (true)
        {
            var query = $"limit={PageSize}" + (labelSelector is null ? "" : $"&labelSelector={Uri.EscapeDataString(labelSelector)}")
                + (token is null ? "" : $"&continue={Uri.EscapeDataString(token)}");
            ObjectPage<T> page;
            try
            {
                page = await transport.ReadAsync($"{type.CollectionPath(@namespace)}?{query}", form.OfList(), utf8 => ObjectPage<T>.Parse(utf8, read), cancellationToken);
            }
            catch (ApiException exception) when (token is not null && exception.StatusCode == HttpStatusCode.Gone)
            {
                // The continue token has expired (410): begin anew. API concepts, "Retrieving large results sets in chunks".
                items.Clear();
                token = null;
                continue;
            }

            items.AddRange(page.Items);
            token = page.Continue;
            if (token is null)
                return (items, page.ResourceVersion);
        }
    }

    // Items of a list of built-in kinds do not say what they are, and metadata says that it is metadata.
    internal static JsonObject Typed(ResourceType type, JsonObject item)
    {
        item["apiVersion"] = type.ApiVersion;
        item["kind"] = type.Kind;
        return item;
    }

    /// <summary>Lists once, then watches for ever: resumes by resourceVersion, lists anew on 410, reconnects when the server closes or stalls. Ends by cancellation alone, or by an error that retrying cannot mend.</summary>
    /// <exception cref="ApiException">The server refuses.</exception>
    public IAsyncEnumerable<ObjectEvent> WatchAsync(ResourceType type, string? @namespace, string? labelSelector, CancellationToken cancellationToken) =>
        WatchAsync(type, @namespace, labelSelector, ObjectForm.Whole, null, cancellationToken);

    /// <summary>The same, of as much of the objects as is needed, and going on from a list that the caller has at hand.</summary>
    internal IAsyncEnumerable<ObjectEvent> WatchAsync(
        ResourceType type, string? @namespace, string? labelSelector, ObjectForm form, ObjectList? first, CancellationToken cancellationToken) =>
        new ObjectWatch(this, transport, type, @namespace, labelSelector, form, first, time).RunAsync(cancellationToken);

    /// <summary>Server-side apply (KEP-555).</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses; status 409 for a conflict with another field manager.</exception>
    public async Task<ApplyOutcome> ApplyAsync(JsonObject manifest, ApplyOptions options, CancellationToken cancellationToken)
    {
        var reference = await ReferenceAsync(manifest, cancellationToken);
        var path = $"{reference.Path}?fieldManager={Uri.EscapeDataString(options.FieldManager)}{(options.Force ? "&force=true" : "")}{(options.DryRun ? "&dryRun=All" : "")}";
        var (body, response) = await transport.SendAsync(HttpMethod.Patch, path, "application/apply-patch+yaml", manifest, cancellationToken);
        return new ApplyOutcome(body, response.StatusCode == HttpStatusCode.Created, Warnings(response));
    }

    /// <summary>Creates an object (POST); its apiVersion and kind say where.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public async Task<JsonObject> CreateAsync(JsonObject manifest, CancellationToken cancellationToken)
    {
        var type = await ResolveAsync((string?)manifest["apiVersion"] ?? "", (string?)manifest["kind"] ?? "", cancellationToken);
        var path = $"{type.CollectionPath((string?)manifest["metadata"]?["namespace"])}?fieldManager=wholetale";
        return (await transport.SendAsync(HttpMethod.Post, path, "application/json", manifest, cancellationToken)).Body;
    }

    /// <summary>Replaces an object (PUT), with optimistic concurrency where it carries a resourceVersion.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public async Task<JsonObject> ReplaceAsync(JsonObject manifest, CancellationToken cancellationToken)
    {
        var reference = await ReferenceAsync(manifest, cancellationToken);
        return (await transport.SendAsync(HttpMethod.Put, $"{reference.Path}?fieldManager=wholetale", "application/json", manifest, cancellationToken)).Body;
    }

    /// <summary>Patches an object by JSON merge patch (RFC 7386).</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public Task<JsonObject> MergeAsync(ObjectReference reference, JsonObject patch, CancellationToken cancellationToken) => MergeAsync(reference, patch, "wholetale", cancellationToken);

    /// <summary>The same, under another name of a field manager.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal async Task<JsonObject> MergeAsync(ObjectReference reference, JsonObject patch, string fieldManager, CancellationToken cancellationToken) =>
        (await transport.SendAsync(HttpMethod.Patch, $"{reference.Path}?fieldManager={Uri.EscapeDataString(fieldManager)}", "application/merge-patch+json", patch, cancellationToken)).Body;

    /// <summary>Deletes an object.</summary>
    /// <param name="reference">The object.</param>
    /// <param name="propagation">What becomes of its dependants.</param>
    /// <param name="uid">Deletes only the object of this uid; null for any of that name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public async Task<Deletion> DeleteAsync(ObjectReference reference, Propagation propagation, string? uid, CancellationToken cancellationToken)
    {
        try
        {
            return await DeleteAsync(reference, propagation, uid is null ? [] : new JsonObject { ["uid"] = uid }, cancellationToken);
        }
        catch (ApiException exception) when (uid is not null && exception.StatusCode == HttpStatusCode.Conflict)
        {
            // Another object has taken the name since: ours is gone.
            return Deletion.Absent;
        }
    }

    /// <summary>Deletes an object, but for one that somebody has changed since it was seen: of that it says false.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal async Task<bool> DeleteUnchangedAsync(ObjectReference reference, Propagation propagation, JsonObject seen, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteAsync(reference, propagation, new JsonObject { ["uid"] = seen.Uid(), ["resourceVersion"] = seen.ResourceVersion() }, cancellationToken);
            return true;
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private async Task<Deletion> DeleteAsync(ObjectReference reference, Propagation propagation, JsonObject preconditions, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = propagation.ToString() };
        if (preconditions.Count > 0)
            body["preconditions"] = preconditions;
        try
        {
            var (answer, _) = await transport.SendAsync(HttpMethod.Delete, reference.Path, "application/json", body, cancellationToken);

            // What is gone at once is answered by a Status, or as it was last: some kinds are given back.
            return answer.IsDeleting() ? Deletion.Begun : Deletion.Done;
        }
        catch (ApiException exception) when (IsNotFound(exception))
        {
            return Deletion.Absent;
        }
    }

    /// <summary>Opens a container's log.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public async Task<Stream> OpenLogAsync(string @namespace, string pod, LogOptions options, CancellationToken cancellationToken)
    {
        var query = new List<string>();
        if (options.Container is not null)
            query.Add($"container={Uri.EscapeDataString(options.Container)}");
        if (options.Follow)
            query.Add("follow=true");
        if (options.Previous)
            query.Add("previous=true");
        if (options.Timestamps)
            query.Add("timestamps=true");
        if (options.Tail is { } tail)
            query.Add($"tailLines={tail}");
        if (options.Since is { } since)
            query.Add($"sinceSeconds={Math.Max(1, (long)since.TotalSeconds)}");
        var path = $"{new ObjectReference(ResourceTypes.Pod, @namespace, pod).Path}/log?{string.Join('&', query)}";
        var response = await transport.OpenAsync(path, ApiTransport.Json, cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>Runs a command in a container over WebSocket (v5.channel.k8s.io, else v4) and gives its exit code.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public Task<int> ExecuteAsync(
        string @namespace, string pod, string? container, IReadOnlyList<string> command, Stream? input, Stream output, Stream error, bool terminal,
        CancellationToken cancellationToken) =>
        ExecSession.RunAsync(transport.Connection, @namespace, pod, container, command, input, output, error, terminal, null, cancellationToken);

    /// <summary>Runs a command in a container on a terminal, and gives its exit code.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal Task<int> ExecuteAsync(string @namespace, string pod, string? container, IReadOnlyList<string> command, ITerminal terminal, CancellationToken cancellationToken) => ExecSession.RunAsync(
        transport.Connection, @namespace, pod, container, command, terminal.Input, terminal.Output, Stream.Null, terminal: true, terminal.WatchSizeAsync(cancellationToken), cancellationToken);

    /// <summary>Opens a connection to a port of a pod. Unlike the service proxy it carries everything as it is, the service's own credentials too.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal async Task<Stream> OpenPortAsync(string @namespace, string pod, int port, CancellationToken cancellationToken) =>
        await PodPortStream.OpenAsync(transport.Connection, @namespace, pod, port, cancellationToken);

    /// <summary>An HTTP client whose base address is a Service seen through the API server's proxy. The server strips <c>Authorization</c>; use other headers for the service's own credentials.</summary>
    /// <param name="namespace">The Service's namespace.</param>
    /// <param name="service">The Service's name.</param>
    /// <param name="port">Its port's name or number.</param>
    public HttpClient CreateServiceProxy(string @namespace, string service, string port) =>
        new(new BearerHandler(transport.Connection, transport.Handler), disposeHandler: false)
        {
            BaseAddress = new Uri(transport.Address, $"{new ObjectReference(ResourceTypes.Service, @namespace, $"{service}:{port}").Path}/proxy/"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };

    /// <summary>Finds how a kind is served: built-in ones without a request, others by discovery.</summary>
    /// <exception cref="ApiException">The server does not serve it.</exception>
    public async ValueTask<ResourceType> ResolveAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        await FindTypeAsync(apiVersion, kind, cancellationToken) ?? throw new ApiException(
            HttpStatusCode.NotFound, "NotFound", null, FailureKind.NotFound, $"{apiVersion} {kind}",
            $"{transport.Connection.Name} does not serve the kind {kind} of {apiVersion}.", "Install its CustomResourceDefinition, or choose a setting that does without.");

    /// <summary>The same; null where the server surely does not serve the kind, so that no object of it can exist.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses, or does not say whether it serves the kind.</exception>
    internal async ValueTask<ResourceType?> FindTypeAsync(string apiVersion, string kind, CancellationToken cancellationToken)
    {
        if (ResourceTypes.Find(apiVersion, kind) is { } known || discovered.TryGetValue((apiVersion, kind), out known))
            return known;
        var (group, version) = ResourceType.Split(apiVersion);
        JsonObject resources;
        try
        {
            resources = await DiscoverAsync(group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}", "APIResourceList", cancellationToken);
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            // A server on its way up, an aggregated one that is down and a proxy answer so, too: the list of all that is served has to say the same.
            if ((await VersionsAsync(group, cancellationToken)).Contains(version))
                throw Undiscoverable(apiVersion, exception);
            return null;
        }

        foreach (var resource in resources.Items("resources"))
        {
            if (resource.Kind() == kind && resource.Text("name") is { Length: > 0 } plural && !plural.Contains('/', StringComparison.Ordinal))
                return discovered[(apiVersion, kind)] = new ResourceType(group, version, kind, plural, (bool?)resource["namespaced"] ?? true);
        }

        return null;
    }

    /// <summary>The versions of an API group that are served, preferred ones first; none where the group is not served.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal async Task<IReadOnlyList<string>> VersionsAsync(string group, CancellationToken cancellationToken)
    {
        if (group.Length == 0)
            return [.. ((await DiscoverAsync("api", "APIVersions", cancellationToken))["versions"] as JsonArray ?? []).Select(version => (string?)version ?? "")];
        var groups = await DiscoverAsync("apis", "APIGroupList", cancellationToken);
        return [.. groups.Items("groups").Where(item => item.Text("name") == group).SelectMany(item => item.Items("versions")).Select(item => item.Text("version"))];
    }

    /// <summary>Whether a kind is served.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal async Task<bool> IsServedAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        await FindTypeAsync(apiVersion, kind, cancellationToken) is not null;

    private async Task<JsonObject> DiscoverAsync(string path, string kind, CancellationToken cancellationToken)
    {
        var (document, _) = await transport.SendAsync(HttpMethod.Get, path, null, null, cancellationToken);
        return document.Kind() == kind ? document : throw Undiscoverable(path, null);
    }

    private ApiException Undiscoverable(string what, Exception? cause) => new(
        null, null, null, FailureKind.Unreachable, what, $"{transport.Connection.Name} does not say which kinds it serves of {what}.",
        "See that the API server and those that it aggregates (kubectl get apiservices) are well, and try again.", cause);

    /// <summary>Says which object a manifest describes.</summary>
    internal async ValueTask<ObjectReference> ReferenceAsync(JsonObject manifest, CancellationToken cancellationToken)
    {
        var type = await ResolveAsync((string?)manifest["apiVersion"] ?? "", (string?)manifest["kind"] ?? "", cancellationToken);
        var metadata = manifest["metadata"];
        return new ObjectReference(type, type.Namespaced ? (string?)metadata?["namespace"] : null, (string?)metadata?["name"] ?? "");
    }

    // Only the server's own NotFound means absent: a proxy's 404 page does not.
    internal static bool IsNotFound(ApiException exception) => exception.StatusCode == HttpStatusCode.NotFound && exception.Status is not null && exception.Reason == "NotFound";

    private static List<string> Warnings(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Warning", out var values) ? [.. values.Select(WarningText)] : [];

    // `299 - "text"` (RFC 7234, 5.5)
    private static string WarningText(string header)
    {
        var begin = header.IndexOf('"', StringComparison.Ordinal);
        var end = header.LastIndexOf('"');
        return begin >= 0 && end > begin ? header[(begin + 1)..end].Replace("\\\"", "\"", StringComparison.Ordinal) : header;
    }
}
