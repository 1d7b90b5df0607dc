using System.Net;
using System.Net.WebSockets;

namespace WholeTale.Core.Kubernetes;

/// <summary>Opens WebSockets to an API server, with its trust and credentials.</summary>
internal static class ApiSocket
{
    /// <summary>Opens one.</summary>
    /// <param name="connection">The server.</param>
    /// <param name="path">The path with its query, below the server's address.</param>
    /// <param name="protocols">The sub-protocols offered.</param>
    /// <param name="advice">What to do where the server does not open it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal static async Task<ClientWebSocket> OpenAsync(ApiConnection connection, string path, IReadOnlyList<string> protocols, string advice, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        foreach (var protocol in protocols)
            socket.Options.AddSubProtocol(protocol);
        socket.Options.CollectHttpResponseDetails = true;
        var address = new UriBuilder(new Uri(new Uri(connection.Endpoint.AbsoluteUri.TrimEnd('/') + "/"), path))
        {
            Scheme = connection.Endpoint.Scheme == Uri.UriSchemeHttp ? "ws" : "wss",
        }.Uri;
        try
        {
            if (connection.Token is not null && await connection.Token(cancellationToken) is { Length: > 0 } token)
                socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            using var handler = new SocketsHttpHandler { SslOptions = ApiTransport.Trust(connection), UseProxy = !connection.Endpoint.IsLoopback };
            using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
            await socket.ConnectAsync(address, invoker, cancellationToken);
            return socket;
        }
        catch (WebSocketException exception) when (socket.HttpStatusCode is not 0 and not HttpStatusCode.SwitchingProtocols)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            throw new ApiException(
                status, status == HttpStatusCode.NotFound ? "NotFound" : null, null, FailureKind.Refused, address.AbsolutePath,
                $"{connection.Name} did not open {address.AbsolutePath} ({(int)status}).", advice, exception);
        }
        catch (WebSocketException exception)
        {
            socket.Dispose();
            throw ApiErrors.Unreachable(connection, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
