using System.Net.Http.Headers;

namespace WholeTale.Core.Kubernetes;

/// <summary>Adds the connection's bearer token to requests that go through the API server's proxy.</summary>
internal sealed class BearerHandler : DelegatingHandler
{
    private readonly ApiConnection connection;

    internal BearerHandler(ApiConnection connection, HttpMessageHandler inner)
        : base(inner) => this.connection = connection;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (connection.Token is not null && await connection.Token(cancellationToken) is { Length: > 0 } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await base.SendAsync(request, cancellationToken);
    }
}
