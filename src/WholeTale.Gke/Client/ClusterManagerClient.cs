using Grpc.Core;

namespace Google.Cloud.Container.V1;

/// <summary>The client that callers use, under the name and with the signatures that the package Google.Cloud.Container.V1 gives it: with the package this file goes.</summary>
internal sealed class ClusterManagerClient
{
    // The reference: a request names its resource in this header too, so that it can be routed unread.
    private const string RoutingHeader = "x-goog-request-params";

    private readonly ClusterManager.ClusterManagerClient client;

    internal ClusterManagerClient(CallInvoker invoker) => client = new ClusterManager.ClusterManagerClient(invoker);

    internal async Task<ListClustersResponse> ListClustersAsync(ListClustersRequest request, CancellationToken cancellationToken) =>
        await client.ListClustersAsync(request, Parent(request.Parent), cancellationToken: cancellationToken);

    internal async Task<Cluster> GetClusterAsync(GetClusterRequest request, CancellationToken cancellationToken) =>
        await client.GetClusterAsync(request, Name(request.Name), cancellationToken: cancellationToken);

    internal async Task<Operation> CreateClusterAsync(CreateClusterRequest request, CancellationToken cancellationToken) =>
        await client.CreateClusterAsync(request, Parent(request.Parent), cancellationToken: cancellationToken);

    internal async Task<Operation> DeleteClusterAsync(DeleteClusterRequest request, CancellationToken cancellationToken) =>
        await client.DeleteClusterAsync(request, Name(request.Name), cancellationToken: cancellationToken);

    internal async Task<ListOperationsResponse> ListOperationsAsync(ListOperationsRequest request, CancellationToken cancellationToken) =>
        await client.ListOperationsAsync(request, Parent(request.Parent), cancellationToken: cancellationToken);

    internal async Task<Operation> GetOperationAsync(GetOperationRequest request, CancellationToken cancellationToken) =>
        await client.GetOperationAsync(request, Name(request.Name), cancellationToken: cancellationToken);

    internal async Task CancelOperationAsync(CancelOperationRequest request, CancellationToken cancellationToken) =>
        await client.CancelOperationAsync(request, Name(request.Name), cancellationToken: cancellationToken);

    internal async Task<ServerConfig> GetServerConfigAsync(GetServerConfigRequest request, CancellationToken cancellationToken) =>
        await client.GetServerConfigAsync(request, Name(request.Name), cancellationToken: cancellationToken);

    internal async Task<Operation> SetNodePoolSizeAsync(SetNodePoolSizeRequest request, CancellationToken cancellationToken) =>
        await client.SetNodePoolSizeAsync(request, Name(request.Name), cancellationToken: cancellationToken);

    internal async Task<Operation> SetLabelsAsync(SetLabelsRequest request, CancellationToken cancellationToken) =>
        await client.SetLabelsAsync(request, Name(request.Name), cancellationToken: cancellationToken);

    private static Metadata Name(string name) => new() { { RoutingHeader, "name=" + Uri.EscapeDataString(name) } };

    private static Metadata Parent(string parent) => new() { { RoutingHeader, "parent=" + Uri.EscapeDataString(parent) } };
}
