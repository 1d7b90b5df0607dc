using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Core.Kubernetes;

/// <summary>
/// One list, then watches that follow each other for ever. A watch resumes by the last resourceVersion seen (bookmarks included, KEP-956);
/// 410 means that the server has forgotten it: list anew and tell the differences (API concepts, "Efficient detection of changes").
/// </summary>
internal sealed class ObjectWatch(
    ApiClient client, ApiTransport transport, ResourceType type, string? @namespace, string? labelSelector, ObjectForm form, ObjectList? first, TimeProvider time)
{
    /// <summary>The server is asked to close a watch after this; it sends bookmarks about every minute.</summary>
    private static readonly TimeSpan ServerTimeout = TimeSpan.FromMinutes(5);

    /// <summary>After so much silence a connection may have stalled: it is opened anew, which costs one request where it had not.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>How often in a row a watch may fail before its error is the caller's.</summary>
    private const int MaxFailures = 12;

    // What each object is known by: to keep thousands of them whole would fill the memory.
    private readonly Dictionary<string, JsonObject> known = new(StringComparer.Ordinal);

    internal async IAsyncEnumerable<ObjectEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listed = false;
        var failures = 0;
        while (true)
        {
            // A list that the caller has at hand is as good as one of our own.
            var list = first ?? await client.ListAsync(type, @namespace, labelSelector, form, cancellationToken);
            first = null;
            foreach (var change in Differences(list.Items))
                yield return change;
            if (!listed)
                yield return new ObjectEvent(ObjectChange.Listed, null);
            listed = true;

            var resourceVersion = list.ResourceVersion;
            while (resourceVersion is not null)
            {
                await using var stream = await OpenAsync(resourceVersion, cancellationToken);
                var opened = time.GetTimestamp();
                if (stream is not null)
                {
                    await foreach (var frame in ReadAsync(stream, cancellationToken))
                    {
                        var item = frame["object"] as JsonObject;
                        switch ((string?)frame["type"])
                        {
                            case "BOOKMARK":
                                failures = 0;
                                resourceVersion = Version(item) ?? resourceVersion;
                                break;
                            case "ERROR":
                                // 410 Gone and any other error: what has been seen can no longer be relied on.
                                resourceVersion = null;
                                break;
                            case { } word when item is not null:
                                failures = 0;
                                resourceVersion = Version(item) ?? resourceVersion;
                                yield return Note(word, ApiClient.Typed(type, item));
                                break;
                        }

                        if (resourceVersion is null)
                            break;
                    }

                    // One that lasted did its work, silent or not.
                    if (time.GetElapsedTime(opened) >= Silence)
                        failures = 0;
                }

                // The first end is taken as it comes; a server that ends every watch at once is not hammered.
                if (failures++ > 0)
                    await Task.Delay(TimeSpan.FromMilliseconds(100 * (1 << Math.Min(failures, 6))), time, cancellationToken);
                if (failures > MaxFailures)
                    throw ApiErrors.Unreachable(transport.Connection, new IOException($"the watch of {type.Plural} breaks off again and again"));
            }
        }
    }

    private async Task<Stream?> OpenAsync(string resourceVersion, CancellationToken cancellationToken)
    {
        var path = $"{type.CollectionPath(@namespace)}?watch=true&allowWatchBookmarks=true&timeoutSeconds={(int)ServerTimeout.TotalSeconds}"
            + $"&resourceVersion={Uri.EscapeDataString(resourceVersion)}{(labelSelector is null ? "" : $"&labelSelector={Uri.EscapeDataString(labelSelector)}")}";
        try
        {
            var response = await transport.OpenAsync(path, form.OfObject(), cancellationToken);
            return await response.Content.ReadAsStreamAsync(cancellationToken);
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.Gone)
        {
            return new MemoryStream("{\"type\":\"ERROR\"}\n"u8.ToArray());
        }
        catch (ApiException exception) when (exception.StatusCode is null or >= HttpStatusCode.InternalServerError)
        {
            return null;
        }
    }

    // A stream that breaks or stalls simply ends: the next watch resumes where this one was. A frame is a line of JSON.
    private async IAsyncEnumerable<JsonObject> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 32 * 1024, leaveOpen: true));
        try
        {
            while (true)
            {
                ReadResult read;
                using (var silence = new CancellationTokenSource(Silence, time))
                using (var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token))
                {
                    try
                    {
                        read = await reader.ReadAsync(linked.Token);
                    }
                    catch (Exception exception) when (exception is IOException or HttpRequestException
                        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
                    {
                        yield break;
                    }
                }

                var rest = read.Buffer;
                while (rest.PositionOf((byte)'\n') is { } end)
                {
                    if (!TryParse(rest.Slice(0, end), out var frame))
                        yield break;
                    rest = rest.Slice(rest.GetPosition(1, end));
                    if (frame is not null)
                        yield return frame;
                }

                if (read.IsCompleted)
                {
                    if (!rest.IsEmpty && TryParse(rest, out var last) && last is not null)
                        yield return last;
                    yield break;
                }

                reader.AdvanceTo(rest.Start, rest.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static bool TryParse(ReadOnlySequence<byte> line, out JsonObject? frame)
    {
        try
        {
            // A text in one piece is read once, one of several twice.
            frame = JsonNode.Parse(line.IsSingleSegment ? line.FirstSpan : line.ToArray()) as JsonObject;
            return true;
        }
        catch (JsonException)
        {
            frame = null;
            return false;
        }
    }

    private List<ObjectEvent> Differences(IReadOnlyList<JsonObject> items)
    {
        var changes = new List<ObjectEvent>();
        var now = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var key = Key(item);
            now.Add(key);
            if (!known.TryGetValue(key, out var before))
                changes.Add(new ObjectEvent(ObjectChange.Added, item));
            else if (Version(before) != Version(item))
                changes.Add(new ObjectEvent(ObjectChange.Modified, item));
            known[key] = Identity(item);
        }

        foreach (var gone in known.Keys.Where(key => !now.Contains(key)).ToList())
        {
            known.Remove(gone, out var last);
            changes.Add(new ObjectEvent(ObjectChange.Deleted, last));
        }

        return changes;
    }

    private ObjectEvent Note(string word, JsonObject item)
    {
        if (word == "DELETED")
        {
            known.Remove(Key(item));
            return new ObjectEvent(ObjectChange.Deleted, item);
        }

        var added = !known.ContainsKey(Key(item));
        known[Key(item)] = Identity(item);
        return new ObjectEvent(added ? ObjectChange.Added : ObjectChange.Modified, item);
    }

    private static JsonObject Identity(JsonObject item)
    {
        var metadata = new JsonObject();
        foreach (var name in (ReadOnlySpan<string>)["name", "namespace", "uid", "resourceVersion"])
            metadata[name] = item.Text("metadata", name);
        foreach (var name in (ReadOnlySpan<string>)["labels", "annotations"])
        {
            if (item["metadata"]?[name] is JsonObject texts)
                metadata[name] = new JsonObject(texts.Select(text => KeyValuePair.Create(text.Key, (JsonNode?)(string?)text.Value)));
        }

        return new JsonObject { ["apiVersion"] = item.Text("apiVersion"), ["kind"] = item.Kind(), ["metadata"] = metadata };
    }

    private static string Key(JsonObject item) => $"{(string?)item["metadata"]?["namespace"]}/{(string?)item["metadata"]?["name"]}";

    private static string? Version(JsonObject? item) => (string?)item?["metadata"]?["resourceVersion"];
}
