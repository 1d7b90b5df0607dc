using System.Security.Cryptography;
using System.Text;
using Google.Rpc;
using WholeTale.Simulator.Gke.Messages;

namespace WholeTale.Simulator.Gke.Methods;

/// <summary>ClusterManager's methods that list, make and delete clusters.</summary>
internal sealed class ClusterMethods(GkeProject project, ClusterLife life)
{
    private static readonly (string, int)[] CreationStages = [("CLUSTER_CONFIGURING", 3), ("CLUSTER_DEPLOYING", 6), ("CLUSTER_HEALTHCHECKING", 3)];

    public ListClustersResponse List(ResourceName parent)
    {
        lock (project.Gate)
            return new ListClustersResponse { Clusters = { project.ClustersIn(parent).Select(cluster => cluster.Description.Clone()) } };
    }

    public Cluster Get(ResourceName name)
    {
        lock (project.Gate)
            return project.Require(name).Description.Clone();
    }

    public Operation Create(ResourceName parent, Cluster? wanted)
    {
        parent.RequireProject();
        var cluster = wanted?.Clone() ?? throw new GoogleError(Code.InvalidArgument, "Request must contain a cluster.");
        var name = new ResourceName(parent.Project, parent.Location, cluster.Name);
        ClusterRules.Check(cluster, parent.Location);
        lock (project.Gate)
        {
            ClusterRules.Complete(cluster, name);
            cluster.Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToString())));
            cluster.CreateTime = OperationRun.Now(project.Options.Time);
            cluster.Status = Cluster.Types.Status.Provisioning;
            var live = new LiveCluster(name, cluster);
            project.Add(live);
            live.Change(_ => { });
            live.SetPools(NodePool.Types.Status.Provisioning);
            return project.Begin(live, name, Operation.Types.Type.CreateCluster, CreationStages, "CreateCluster", () => life.StartAsync(live), live.Break);
        }
    }

    public Operation Delete(ResourceName name)
    {
        lock (project.Gate)
        {
            var live = project.RequireIdle(name);
            live.Description.Status = Cluster.Types.Status.Stopping;
            live.SetPools(NodePool.Types.Status.Stopping);
            return project.Begin(live, name, Operation.Types.Type.DeleteCluster, null, "DeleteCluster", () => life.StopAsync(live), live.Break);
        }
    }

    /// <summary>The keys that sign the tokens of a cluster's service accounts.</summary>
    public GetJSONWebKeysResponse GetKeys(ResourceName parent)
    {
        lock (project.Gate)
        {
            var response = new GetJSONWebKeysResponse();
            if (project.Require(parent).Kubernetes is { } kubernetes)
            {
                var (id, x, y) = kubernetes.Api.Tokens.PublicKey;
                response.Keys.Add(new Jwk { Kty = "EC", Alg = "ES256", Use = "sig", Kid = id, Crv = "P-256", X = x, Y = y });
            }

            return response;
        }
    }
}
