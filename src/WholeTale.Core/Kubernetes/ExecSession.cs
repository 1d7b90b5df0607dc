using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Pods;

namespace WholeTale.Core.Kubernetes;

/// <summary>
/// A command in a container over WebSocket. Each message begins with its channel: 0 stdin, 1 stdout, 2 stderr, 3 the closing Status, 4 terminal size;
/// v5 adds 255, which closes a channel and so lets stdin end (KEP-4006). With v4 a command that reads stdin to its end cannot be told that it has come.
/// </summary>
internal static class ExecSession
{
    private const byte Stdin = 0;
    private const byte Stdout = 1;
    private const byte Stderr = 2;
    private const byte Closing = 3;
    private const byte Size = 4;
    private const byte Close = 255;

    internal static async Task<int> RunAsync(
        ApiConnection connection, string @namespace, string pod, string? container, IReadOnlyList<string> command,
        Stream? input, Stream output, Stream error, bool terminal, IAsyncEnumerable<TerminalSize>? sizes, CancellationToken cancellationToken)
    {
        using var socket = await ApiSocket.OpenAsync(
            connection, Address(@namespace, pod, container, command, input is not null, terminal), ["v5.channel.k8s.io", "v4.channel.k8s.io"],
            "Check that the pod runs, that the container's name is right and that you may create pods/exec.", cancellationToken);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var gate = new SemaphoreSlim(1);
        var sending = Task.WhenAll(
            input is null ? Task.CompletedTask : SendAsync(socket, input, gate, ended.Token),
            sizes is null ? Task.CompletedTask : SendAsync(socket, sizes, gate, ended.Token));
        try
        {
            return await ReceiveAsync(socket, output, error, cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string Address(string @namespace, string pod, string? container, IReadOnlyList<string> command, bool stdin, bool terminal)
    {
        var query = string.Join('&', command.Select(word => $"command={Uri.EscapeDataString(word)}"))
            + (container is null ? "" : $"&container={Uri.EscapeDataString(container)}")
            + $"&stdout=true&stderr={(terminal ? "false" : "true")}&stdin={(stdin ? "true" : "false")}&tty={(terminal ? "true" : "false")}";
        return $"{new ObjectReference(ResourceTypes.Pod, @namespace, pod).Path}/exec?{query}";
    }

    // A socket takes one message at a time.
    private static async Task SendAsync(ClientWebSocket socket, ReadOnlyMemory<byte> message, SemaphoreSlim gate, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, true, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    // remotecommand.TerminalSize, as JSON.
    private static async Task SendAsync(ClientWebSocket socket, IAsyncEnumerable<TerminalSize> sizes, SemaphoreSlim gate, CancellationToken cancellationToken)
    {
        await foreach (var size in sizes.WithCancellation(cancellationToken))
            await SendAsync(socket, (byte[])[Size, .. JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["Width"] = size.Width, ["Height"] = size.Height })], gate, cancellationToken);
    }

    private static async Task SendAsync(ClientWebSocket socket, Stream input, SemaphoreSlim gate, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        buffer[0] = Stdin;
        int count;
        while ((count = await input.ReadAsync(buffer.AsMemory(1), cancellationToken)) > 0)
            await SendAsync(socket, buffer.AsMemory(0, count + 1), gate, cancellationToken);
        if (socket.SubProtocol == "v5.channel.k8s.io")
            await SendAsync(socket, new byte[] { Close, Stdin }, gate, cancellationToken);
    }

    private static async Task<int> ReceiveAsync(ClientWebSocket socket, Stream output, Stream error, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        using var closing = new MemoryStream();
        var channel = -1;
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (result.MessageType == WebSocketMessageType.Close)
                return ExitCode(closing);
            var part = buffer.AsMemory(0, result.Count);
            if (channel < 0 && part.Length > 0)
            {
                channel = part.Span[0];
                part = part[1..];
            }

            var target = channel switch { Stdout => output, Stderr => error, Closing => closing, _ => Stream.Null };
            await target.WriteAsync(part, cancellationToken);
            await target.FlushAsync(cancellationToken);
            if (result.EndOfMessage)
                channel = -1;
        }
    }

    private static int ExitCode(MemoryStream closing)
    {
        JsonNode? status;
        try
        {
            status = closing.Length == 0 ? null : JsonNode.Parse(closing.ToArray());
        }
        catch (JsonException)
        {
            status = null;
        }

        if ((string?)status?["status"] == "Success")
            return 0;
        foreach (var cause in status?["details"]?["causes"] as JsonArray ?? [])
        {
            if ((string?)cause?["reason"] == "ExitCode" && int.TryParse((string?)cause["message"], CultureInfo.InvariantCulture, out var code))
                return code;
        }

        throw new ApiException(
            null, (string?)status?["reason"] ?? "Unknown", status as JsonObject, FailureKind.Refused, null,
            $"The command could not be run: {(string?)status?["message"] ?? "the connection closed without a result"}.", "Check the command and the container.");
    }
}
