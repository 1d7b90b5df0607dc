using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>Answers get and list.</summary>
internal sealed class ReadHandler(KubernetesApi api)
{
    public Task GetAsync(HttpContext context, RequestInfo request, Kind kind)
    {
        var form = Representation.Choose(context.Request);
        CheckVersion(context.Request.Query["resourceVersion"].ToString());
        var stored = api.Store.Get(kind, request.Namespace, request.Name) ?? throw ApiStatusException.NotFound(kind, request.Name);
        return form switch
        {
            Form.Metadata => context.WriteAsync(200, Representation.Metadata(stored)),
            Form.Table => context.WriteAsync(200, api.Tables.Of(kind, [stored], stored.ResourceVersion, IncludeObject(context.Request))),
            _ => context.WriteAsync(200, stored.Utf8),
        };
    }

    public Task ListAsync(HttpContext context, RequestInfo request, Kind kind)
    {
        var form = Representation.Choose(context.Request);
        var options = ListOptions.Read(context.Request.Query, kind, isWatch: false);
        CheckVersion(options.ResourceVersion);
        var page = Page(kind, request.Namespace.Length == 0 ? null : request.Namespace, options);
        if (form == Form.Table)
        {
            var table = api.Tables.Of(kind, page.Items, page.ResourceVersion, IncludeObject(context.Request));
            Annotate(table["metadata"]!.AsObject(), page);
            return context.WriteAsync(200, table);
        }

        return context.WriteAsync(200, form == Form.Metadata ? Write("PartialObjectMetadataList", "meta.k8s.io/v1", page, Representation.AppendMetadata) : Write(kind, page));
    }

    /// <summary>A list as JSON.</summary>
    public static ReadOnlyMemory<byte> Write(Kind kind, ListPage page) =>
        Write(kind.ListName, kind.ApiVersion, page, (writer, stored) => Representation.Append(writer, stored, kind));

    private static ReadOnlyMemory<byte> Write(string kind, string apiVersion, ListPage page, Action<IBufferWriter<byte>, StoredObject> append)
    {
        var size = 256;
        foreach (var item in page.Items)
            size += item.Utf8.Length + 1;
        var buffer = new ArrayBufferWriter<byte>(size);
        var metadata = new JsonObject { ["resourceVersion"] = page.ResourceVersion.ToString(CultureInfo.InvariantCulture) };
        Annotate(metadata, page);
        buffer.Write(Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"{apiVersion}\",\"metadata\":{metadata.ToJsonString()},\"items\":["));
        for (var at = 0; at < page.Items.Count; at++)
        {
            if (at > 0)
                buffer.Write(","u8);
            append(buffer, page.Items[at]);
        }

        buffer.Write("]}"u8);
        return buffer.WrittenMemory;
    }

    public ListPage Page(Kind kind, string? ns, ListOptions options)
    {
        ListSnapshot snapshot;
        ObjectKey? after = null;
        if (options.Continue.Length > 0)
        {
            var token = ContinueToken.Parse(options.Continue);
            if (options.ResourceVersion is not ("" or "0"))
                throw ApiStatusException.BadRequest("specifying resource version is not allowed when using continue");
            snapshot = api.Store.ListAt(kind, ns, token.ResourceVersion) ?? throw ContinueToken.Expired();
            after = token.After;
        }
        else if (options.ResourceVersionMatch == "Exact")
        {
            var version = long.Parse(options.ResourceVersion, CultureInfo.InvariantCulture);
            snapshot = api.Store.ListAt(kind, ns, version)
                ?? throw new ApiStatusException(410, "Expired", "The resourceVersion for the provided list is too old.");
        }
        else
        {
            snapshot = api.Store.List(kind, ns);
        }

        if (after is null && options.Limit <= 0 && options.Labels.MatchesAll && options.Fields.MatchesAll)
            return new ListPage(snapshot.Items, snapshot.ResourceVersion, "", null);
        var items = new List<StoredObject>();
        var limit = options.Limit > 0 ? options.Limit : long.MaxValue;
        var rest = 0L;
        var more = false;
        foreach (var item in snapshot.Items)
        {
            if (after is { } start && item.Key.CompareTo(start) <= 0)
                continue;
            if (more)
            {
                rest++;
                continue;
            }

            if (!options.Matches(item))
                continue;
            if (items.Count == limit)
            {
                more = true;
                rest = 1;
                continue;
            }

            items.Add(item);
        }

        if (!more)
            return new ListPage(items, snapshot.ResourceVersion, "", null);
        // With selectors the server does not count what it has not looked at.
        long? remaining = options.Labels.MatchesAll && options.Fields.MatchesAll ? rest : null;
        return new ListPage(items, snapshot.ResourceVersion, new ContinueToken(snapshot.ResourceVersion, items[^1].Key).ToString(), remaining);
    }

    private static bool IncludeObject(HttpRequest request) => request.Query["includeObject"].ToString() != "None";

    private void CheckVersion(string version)
    {
        if (version.Length == 0)
            return;
        if (!ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new ApiStatusException(
                500,
                "",
                $"resourceVersion: Invalid value: \"{version}\": strconv.ParseUint: parsing \"{version}\": invalid syntax");
        }

        // The real server waits three seconds for the version to come before it says so.
        if (number > (ulong)api.Store.ResourceVersion)
        {
            throw new ApiStatusException(504, "Timeout", $"Timeout: Too large resource version: {number}, current: {api.Store.ResourceVersion}", new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
                ["retryAfterSeconds"] = 1,
            });
        }
    }

    private static void Annotate(JsonObject metadata, ListPage page)
    {
        if (page.Continue.Length > 0)
            metadata["continue"] = page.Continue;
        if (page.Remaining is { } remaining)
            metadata["remainingItemCount"] = remaining;
    }
}
