using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WholeTale.Core.Tests.Checks;

/// <summary>An HTTP proxy that leads every CONNECT to one port of this machine: so a client can be made to use a name that no DNS knows.</summary>
internal sealed class LoopbackProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public LoopbackProxy(int port)
    {
        listener.Start();
        running = AcceptAsync(port);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await running;
        stop.Dispose();
    }

    private async Task AcceptAsync(int port)
    {
        var tunnels = new List<Task>();
        try
        {
            while (true)
                tunnels.Add(TunnelAsync(await listener.AcceptTcpClientAsync(stop.Token), port));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(tunnels);
        }
    }

    private async Task TunnelAsync(TcpClient client, int port)
    {
        using (client)
        using (var target = new TcpClient())
        {
            try
            {
                var from = client.GetStream();
                var head = new StringBuilder();
                var one = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await from.ReadAsync(one, stop.Token) > 0)
                    head.Append((char)one[0]);
                await target.ConnectAsync(IPAddress.Loopback, port, stop.Token);
                await from.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), stop.Token);
                var to = target.GetStream();
                await Task.WhenAny(from.CopyToAsync(to, stop.Token), to.CopyToAsync(from, stop.Token));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One of the two has gone.
            }
        }
    }
}
