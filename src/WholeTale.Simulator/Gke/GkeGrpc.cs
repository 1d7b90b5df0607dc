using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using WholeTale.Simulator.Gke.Messages;

namespace WholeTale.Simulator.Gke;

/// <summary>ClusterManager over gRPC.</summary>
internal sealed class GkeGrpc(GkeCalls calls) : ClusterManager.ClusterManagerBase
{
    public override Task<ListClustersResponse> ListClusters(ListClustersRequest request, ServerCallContext context) => AnswerAsync<ListClustersResponse>(request, context);

    public override Task<Cluster> GetCluster(GetClusterRequest request, ServerCallContext context) => AnswerAsync<Cluster>(request, context);

    public override Task<Operation> CreateCluster(CreateClusterRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> UpdateCluster(UpdateClusterRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> UpdateMaster(UpdateMasterRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> DeleteCluster(DeleteClusterRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetLoggingService(SetLoggingServiceRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetMonitoringService(SetMonitoringServiceRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetAddonsConfig(SetAddonsConfigRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetLocations(SetLocationsRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetMasterAuth(SetMasterAuthRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetLabels(SetLabelsRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetLegacyAbac(SetLegacyAbacRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetNetworkPolicy(SetNetworkPolicyRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetMaintenancePolicy(SetMaintenancePolicyRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<ListNodePoolsResponse> ListNodePools(ListNodePoolsRequest request, ServerCallContext context) => AnswerAsync<ListNodePoolsResponse>(request, context);

    public override Task<NodePool> GetNodePool(GetNodePoolRequest request, ServerCallContext context) => AnswerAsync<NodePool>(request, context);

    public override Task<Operation> CreateNodePool(CreateNodePoolRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> UpdateNodePool(UpdateNodePoolRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> DeleteNodePool(DeleteNodePoolRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetNodePoolSize(SetNodePoolSizeRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetNodePoolAutoscaling(SetNodePoolAutoscalingRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Operation> SetNodePoolManagement(SetNodePoolManagementRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Empty> CompleteNodePoolUpgrade(CompleteNodePoolUpgradeRequest request, ServerCallContext context) => AnswerAsync<Empty>(request, context);

    public override Task<Operation> RollbackNodePoolUpgrade(RollbackNodePoolUpgradeRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<ListOperationsResponse> ListOperations(ListOperationsRequest request, ServerCallContext context) => AnswerAsync<ListOperationsResponse>(request, context);

    public override Task<Operation> GetOperation(GetOperationRequest request, ServerCallContext context) => AnswerAsync<Operation>(request, context);

    public override Task<Empty> CancelOperation(CancelOperationRequest request, ServerCallContext context) => AnswerAsync<Empty>(request, context);

    public override Task<ServerConfig> GetServerConfig(GetServerConfigRequest request, ServerCallContext context) => AnswerAsync<ServerConfig>(request, context);

    public override Task<GetJSONWebKeysResponse> GetJSONWebKeys(GetJSONWebKeysRequest request, ServerCallContext context) => AnswerAsync<GetJSONWebKeysResponse>(request, context);

    public override Task<ListUsableSubnetworksResponse> ListUsableSubnetworks(ListUsableSubnetworksRequest request, ServerCallContext context) => AnswerAsync<ListUsableSubnetworksResponse>(request, context);

    private async Task<T> AnswerAsync<T>(IMessage request, ServerCallContext context)
        where T : IMessage
    {
        var http = context.GetHttpContext();
        try
        {
            return (T)await calls.AnswerAsync(request, http.Request.Headers.Authorization.ToString(), http.Abort, context.CancellationToken);
        }
        catch (GoogleError error)
        {
            // The details travel in a trailer of their own (AIP-193).
            throw new RpcException(new Status((StatusCode)(int)error.Code, error.Message), new Metadata { { "grpc-status-details-bin", error.Status.ToByteArray() } });
        }
    }
}
