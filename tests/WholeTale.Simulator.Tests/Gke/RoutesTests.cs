using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Gke.Rest;

namespace WholeTale.Simulator.Tests.Gke;

/// <summary>The paths of ClusterManager's REST reference (https://cloud.google.com/kubernetes-engine/docs/reference/rest), the current ones and the older ones by zone.</summary>
public sealed class RoutesTests
{
    private const string Cluster = "/v1/projects/p/locations/l/clusters/c";
    private const string Pool = Cluster + "/nodePools/n";
    private const string Zone = "/v1/projects/p/zones/z";
    private const string Named = "name=projects/p/locations/l/clusters/c";
    private const string Old = "project_id=p zone=z";

    private static readonly HttpTable Table = new(ClusterManager.Descriptor);

    [Theory]
    [InlineData("GET", "/v1/projects/p/locations/-/clusters", "ListClusters", "parent=projects/p/locations/-")]
    [InlineData("GET", Zone + "/clusters", "ListClusters", Old)]
    [InlineData("POST", "/v1/projects/p/locations/l/clusters", "CreateCluster", "parent=projects/p/locations/l")]
    [InlineData("POST", Zone + "/clusters", "CreateCluster", Old)]
    [InlineData("GET", Cluster, "GetCluster", Named)]
    [InlineData("GET", Zone + "/clusters/c", "GetCluster", Old + " cluster_id=c")]
    [InlineData("PUT", Cluster, "UpdateCluster", Named)]
    [InlineData("PUT", Zone + "/clusters/c", "UpdateCluster", Old + " cluster_id=c")]
    [InlineData("DELETE", Cluster, "DeleteCluster", Named)]
    [InlineData("DELETE", Zone + "/clusters/c", "DeleteCluster", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + ":updateMaster", "UpdateMaster", Named)]
    [InlineData("POST", Zone + "/clusters/c/master", "UpdateMaster", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + ":setLogging", "SetLoggingService", Named)]
    [InlineData("POST", Zone + "/clusters/c/logging", "SetLoggingService", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + ":setMonitoring", "SetMonitoringService", Named)]
    [InlineData("POST", Zone + "/clusters/c/monitoring", "SetMonitoringService", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + ":setAddons", "SetAddonsConfig", Named)]
    [InlineData("POST", Zone + "/clusters/c/addons", "SetAddonsConfig", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + ":setLocations", "SetLocations", Named)]
    [InlineData("POST", Zone + "/clusters/c/locations", "SetLocations", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + ":setMasterAuth", "SetMasterAuth", Named)]
    [InlineData("POST", Zone + "/clusters/c:setMasterAuth", "SetMasterAuth", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + ":setResourceLabels", "SetLabels", Named)]
    [InlineData("POST", Zone + "/clusters/c/resourceLabels", "SetLabels", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + ":setLegacyAbac", "SetLegacyAbac", Named)]
    [InlineData("POST", Zone + "/clusters/c/legacyAbac", "SetLegacyAbac", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + ":setNetworkPolicy", "SetNetworkPolicy", Named)]
    [InlineData("POST", Zone + "/clusters/c:setNetworkPolicy", "SetNetworkPolicy", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + ":setMaintenancePolicy", "SetMaintenancePolicy", Named)]
    [InlineData("POST", Zone + "/clusters/c:setMaintenancePolicy", "SetMaintenancePolicy", Old + " cluster_id=c")]
    [InlineData("GET", Cluster + "/jwks", "GetJSONWebKeys", "parent=projects/p/locations/l/clusters/c")]
    [InlineData("GET", Cluster + "/nodePools", "ListNodePools", "parent=projects/p/locations/l/clusters/c")]
    [InlineData("GET", Zone + "/clusters/c/nodePools", "ListNodePools", Old + " cluster_id=c")]
    [InlineData("POST", Cluster + "/nodePools", "CreateNodePool", "parent=projects/p/locations/l/clusters/c")]
    [InlineData("POST", Zone + "/clusters/c/nodePools", "CreateNodePool", Old + " cluster_id=c")]
    [InlineData("GET", Pool, "GetNodePool", Named + "/nodePools/n")]
    [InlineData("GET", Zone + "/clusters/c/nodePools/n", "GetNodePool", Old + " cluster_id=c node_pool_id=n")]
    [InlineData("PUT", Pool, "UpdateNodePool", Named + "/nodePools/n")]
    [InlineData("POST", Zone + "/clusters/c/nodePools/n/update", "UpdateNodePool", Old + " cluster_id=c node_pool_id=n")]
    [InlineData("DELETE", Pool, "DeleteNodePool", Named + "/nodePools/n")]
    [InlineData("DELETE", Zone + "/clusters/c/nodePools/n", "DeleteNodePool", Old + " cluster_id=c node_pool_id=n")]
    [InlineData("POST", Pool + ":setSize", "SetNodePoolSize", Named + "/nodePools/n")]
    [InlineData("POST", Zone + "/clusters/c/nodePools/n/setSize", "SetNodePoolSize", Old + " cluster_id=c node_pool_id=n")]
    [InlineData("POST", Pool + ":setAutoscaling", "SetNodePoolAutoscaling", Named + "/nodePools/n")]
    [InlineData("POST", Zone + "/clusters/c/nodePools/n/autoscaling", "SetNodePoolAutoscaling", Old + " cluster_id=c node_pool_id=n")]
    [InlineData("POST", Pool + ":setManagement", "SetNodePoolManagement", Named + "/nodePools/n")]
    [InlineData("POST", Zone + "/clusters/c/nodePools/n/setManagement", "SetNodePoolManagement", Old + " cluster_id=c node_pool_id=n")]
    [InlineData("POST", Pool + ":rollback", "RollbackNodePoolUpgrade", Named + "/nodePools/n")]
    [InlineData("POST", Zone + "/clusters/c/nodePools/n:rollback", "RollbackNodePoolUpgrade", Old + " cluster_id=c node_pool_id=n")]
    [InlineData("POST", Pool + ":completeUpgrade", "CompleteNodePoolUpgrade", Named + "/nodePools/n")]
    [InlineData("GET", "/v1/projects/p/locations/l/operations", "ListOperations", "parent=projects/p/locations/l")]
    [InlineData("GET", Zone + "/operations", "ListOperations", Old)]
    [InlineData("GET", "/v1/projects/p/locations/l/operations/o", "GetOperation", "name=projects/p/locations/l/operations/o")]
    [InlineData("GET", Zone + "/operations/o", "GetOperation", Old + " operation_id=o")]
    [InlineData("POST", "/v1/projects/p/locations/l/operations/o:cancel", "CancelOperation", "name=projects/p/locations/l/operations/o")]
    [InlineData("POST", Zone + "/operations/o:cancel", "CancelOperation", Old + " operation_id=o")]
    [InlineData("GET", "/v1/projects/p/locations/l/serverConfig", "GetServerConfig", "name=projects/p/locations/l")]
    [InlineData("GET", Zone + "/serverconfig", "GetServerConfig", Old)]
    [InlineData("GET", "/v1/projects/p/aggregated/usableSubnetworks", "ListUsableSubnetworks", "parent=projects/p")]
    public void A_path_means_its_method_and_gives_its_fields(string verb, string path, string method, string fields)
    {
        var found = Table.Find(verb, path);

        Assert.Equal(method, found?.Method.Name);
        Assert.Equal(fields, string.Join(' ', found!.Value.Fields.Select(field => $"{field.Field}={field.Value}")));
    }

    [Theory]
    [InlineData("POST", Cluster)]
    [InlineData("GET", Cluster + ":setLogging")]
    [InlineData("POST", Cluster + ":nothing")]
    [InlineData("GET", Cluster + "/")]
    [InlineData("GET", "/v1/projects/p/locations//clusters")]
    [InlineData("GET", "/v1/projects/p/places/l/clusters")]
    [InlineData("GET", "/v2/projects/p/locations/l/clusters")]
    [InlineData("GET", "/")]
    public void A_path_that_is_none_means_nothing(string verb, string path) => Assert.Null(Table.Find(verb, path));
}
