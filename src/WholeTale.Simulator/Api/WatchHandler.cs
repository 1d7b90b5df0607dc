using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>Answers watches: a line of JSON an event.</summary>
internal sealed class WatchHandler(KubernetesApi api)
{
    private static readonly TimeSpan _bookmarks = TimeSpan.FromMinutes(1);

    public async Task WatchAsync(HttpContext context, RequestInfo request, Kind kind)
    {
        var form = Representation.Choose(context.Request);
        var options = ListOptions.Read(context.Request.Query, kind, isWatch: true);
        var ns = request.Namespace.Length == 0 ? null : request.Namespace;
        var since = Since(options);
        if (request.Name.Length > 0)
            options = options with { Fields = FieldSelector.Parse("metadata.name=" + request.Name, kind) };

        // Real servers end a watch after 30 to 60 minutes when the client names no time.
        var seconds = options.TimeoutSeconds is > 0 and var named ? named : 1800 + Random.Shared.Next(1800);
        using var ending = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), api.Options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, context.RequestAborted);
        using var session = new Session(api, context, kind, options, form);
        try
        {
            await session.RunAsync(ns, since, either.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The time is up: the stream ends in good order.
        }
    }

    private static long? Since(ListOptions options)
    {
        var text = options.ResourceVersion;
        if (text.Length == 0)
            return null;
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new ApiStatusException(500, "", $"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
        return version == 0 ? null : (long)Math.Min(version, long.MaxValue);
    }

    private sealed class Session(KubernetesApi api, HttpContext context, Kind kind, ListOptions options, Form form) : IDisposable
    {
        private readonly ArrayBufferWriter<byte> _buffer = new(4096);
        private readonly SemaphoreSlim _writing = new(1, 1);
        private bool _columnsSent;
        private long _seen;

        public void Dispose() => _writing.Dispose();

        public async Task RunAsync(string? ns, long? since, CancellationToken cancellationToken)
        {
            context.Response.StatusCode = 200;
            context.Response.ContentType = Responses.Json;
            await context.Response.StartAsync(cancellationToken);
            if (since is null)
            {
                var snapshot = api.Store.List(kind, ns);
                _seen = snapshot.ResourceVersion;
                foreach (var stored in snapshot.Items.Where(options.Matches))
                    await SendAsync("ADDED", stored, cancellationToken);
            }
            else
            {
                _seen = since.Value;
            }

            await context.Response.Body.FlushAsync(cancellationToken);
            using var bookmarks = options.AllowBookmarks
                ? api.Options.Time.CreateTimer(_ => _ = TickAsync(cancellationToken), null, _bookmarks, _bookmarks)
                : null;
            try
            {
                await foreach (var change in api.Store.WatchAsync(kind, ns, _seen, cancellationToken))
                {
                    _seen = change.ResourceVersion;
                    await SendAsync(change, cancellationToken);
                }
            }
            catch (ApiStatusException refusal)
            {
                await WriteAsync("ERROR", JsonTree.Write(refusal.ToStatus()), cancellationToken);
            }
        }

        private async Task TickAsync(CancellationToken cancellationToken)
        {
            try
            {
                await BookmarkAsync(null, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // The watch has ended meanwhile.
            }
            catch (Exception ended) when (ended is IOException or ObjectDisposedException)
            {
                // So has the connection.
            }
        }

        private Task BookmarkAsync(JsonObject? annotations, CancellationToken cancellationToken)
        {
            // Everything up to the store's version has been seen once the log has been read; between changes nothing is left out.
            var metadata = new JsonObject { ["resourceVersion"] = _seen.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
            if (annotations is not null)
                metadata["annotations"] = annotations;
            var zero = kind.Custom ? [] : api.Rules.Of(kind).Empty();
            zero.Remove("metadata");
            zero.Insert(0, "kind", kind.Name);
            zero.Insert(1, "apiVersion", kind.ApiVersion);
            zero["metadata"] = metadata;
            return WriteAsync("BOOKMARK", JsonTree.Write(zero), cancellationToken);
        }

        private Task SendAsync(Change change, CancellationToken cancellationToken)
        {
            // An object that leaves the selection is deleted for this watcher, one that enters it is added.
            var was = change.Old is not null && options.Matches(change.Old);
            var stays = !change.Deleted && options.Matches(change.New);
            return (was, stays) switch
            {
                (false, true) => SendAsync("ADDED", change.New, cancellationToken),
                (true, true) => SendAsync("MODIFIED", change.New, cancellationToken),
                (true, false) => SendAsync("DELETED", Last(change), cancellationToken),
                _ => Task.CompletedTask,
            };
        }

        // The last state that matched, with the version of the change (watch cache, convertToWatchEvent).
        private static StoredObject Last(Change change) =>
            change.Deleted ? change.New : new StoredObject(change.New.Kind, change.Old!.Read(), change.ResourceVersion);

        private async Task SendAsync(string type, StoredObject stored, CancellationToken cancellationToken)
        {
            switch (form)
            {
                case Form.Metadata:
                    await WriteAsync(type, Representation.Metadata(stored), cancellationToken);
                    break;
                case Form.Table:
                    var table = api.Tables.Of(kind, [stored], stored.ResourceVersion, context.Request.Query["includeObject"].ToString() != "None");
                    if (_columnsSent)
                        table["columnDefinitions"] = null;
                    _columnsSent = true;
                    await WriteAsync(type, JsonTree.Write(table), cancellationToken);
                    break;
                default:
                    await WriteAsync(type, stored.Utf8, cancellationToken);
                    break;
            }
        }

        private async Task WriteAsync(string type, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
        {
            await _writing.WaitAsync(cancellationToken);
            try
            {
                _buffer.ResetWrittenCount();
                _buffer.Write(Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":"));
                _buffer.Write(body.Span);
                _buffer.Write("}\n"u8);
                await context.Response.Body.WriteAsync(_buffer.WrittenMemory, cancellationToken);
                await context.Response.Body.FlushAsync(cancellationToken);
            }
            finally
            {
                _writing.Release();
            }
        }
    }
}
