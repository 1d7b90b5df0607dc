using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WholeTale.PowerShell.Tests.Gke;

/// <summary>
/// A proxy (RFC 9110, CONNECT) that leads some hosts of Google's to one port on loopback and all others nowhere: Google's library asks for tokens at
/// addresses that cannot be set.
/// </summary>
internal sealed class GoogleTunnel : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _hosts = [];
    private readonly string[] _known;
    private readonly int _port;
    private readonly Task _serving;

    public GoogleTunnel(int port, params string[] known)
    {
        (_port, _known) = (port, known);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>The hosts that were asked for.</summary>
    public IReadOnlyCollection<string> Hosts
    {
        get
        {
            lock (_hosts)
                return [.. _hosts.Distinct()];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                connections.Add(LeadAsync(await _listener.AcceptTcpClientAsync(_ended.Token)));
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LeadAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var host = await ReadHostAsync(stream);
            lock (_hosts)
                _hosts.Add(host);
            if (!_known.Contains(host))
            {
                await stream.WriteAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _ended.Token);
                return;
            }

            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _port, _ended.Token);
            await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _ended.Token);
            var other = server.GetStream();
            await Task.WhenAny(stream.CopyToAsync(other, _ended.Token), other.CopyToAsync(stream, _ended.Token));
        }
    }

    // CONNECT host:port HTTP/1.1, headers, an empty line.
    private async Task<string> ReadHostAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _ended.Token) > 0)
            head.Append((char)one[0]);
        return head.ToString().Split(' ') is [_, var target, ..] ? target.Split(':')[0] : "";
    }
}
