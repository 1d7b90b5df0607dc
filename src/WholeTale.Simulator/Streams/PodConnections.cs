using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace WholeTale.Simulator.Streams;

/// <summary>
/// Connections to simulated pods, within the process: the web server reads HTTP from them as from a socket, so that a forwarded port
/// speaks it wholly. No port is opened for them.
/// </summary>
internal sealed class PodConnections : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly Channel<ConnectionContext> _clear = Channel.CreateUnbounded<ConnectionContext>();
    private readonly Channel<ConnectionContext> _secure = Channel.CreateUnbounded<ConnectionContext>();

    /// <summary>What the web server is told to listen on.</summary>
    public sealed class Place(bool isSecure) : EndPoint
    {
        /// <summary>Whether the web server speaks TLS there.</summary>
        public bool IsSecure => isSecure;

        public override string ToString() => isSecure ? "pods-tls" : "pods";
    }

    /// <summary>Opens a connection to a pod's port; the pipe's reader is what the pod says.</summary>
    public IDuplexPipe Open(PodPort target, bool isSecure)
    {
        var toPod = new Pipe();
        var fromPod = new Pipe();
        var connection = new DefaultConnectionContext(Guid.NewGuid().ToString("N"), new Duplex(toPod.Reader, fromPod.Writer), new Duplex(fromPod.Reader, toPod.Writer));
        connection.Items[typeof(PodPort)] = target;
        connection.LocalEndPoint = connection.RemoteEndPoint = new Place(isSecure);
        (isSecure ? _secure : _clear).Writer.TryWrite(connection);
        return new Duplex(fromPod.Reader, toPod.Writer);
    }

    public bool CanBind(EndPoint endpoint) => endpoint is Place;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new Listener(endpoint is Place { IsSecure: true } ? _secure : _clear, endpoint));

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Listener(Channel<ConnectionContext> waiting, EndPoint endpoint) : IConnectionListener
    {
        public EndPoint EndPoint => endpoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await waiting.Reader.WaitToReadAsync(cancellationToken) && waiting.Reader.TryRead(out var connection) ? connection : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            waiting.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
