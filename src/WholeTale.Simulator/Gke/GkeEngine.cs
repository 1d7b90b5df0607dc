using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Gke.Messages.Rpc;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Gke;

/// <summary>ClusterManager's clusters and operations. Each of its methods is a method of the API; gRPC and REST call the same ones.</summary>
/// <param name="options">Clock, delays, seed: as the simulator's.</param>
/// <param name="tokens">Whose tokens the clusters take.</param>
/// <param name="faults">What goes wrong on request.</param>
/// <param name="complain">Told of what should not have happened.</param>
internal sealed class GkeEngine(SimulatedClusterOptions options, GoogleTokens tokens, FaultBook faults, Action<string> complain) : IAsyncDisposable
{
    private static readonly (string, int)[] CreationStages = [("CLUSTER_CONFIGURING", 3), ("CLUSTER_DEPLOYING", 6), ("CLUSTER_HEALTHCHECKING", 3)];
    private static readonly (string, int)[] NodeStages = [("NODES_CHANGING", 3)];

    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceName, LiveCluster> _clusters = [];
    private readonly List<OperationRun> _operations = [];
    private readonly List<Task> _running = [];

    private TimeSpan Step => options.Delays ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;

    public ListClustersResponse ListClusters(ResourceName parent)
    {
        lock (_gate)
            return new ListClustersResponse { Clusters = { _clusters.Values.Where(cluster => IsIn(cluster.Name, parent)).Select(cluster => cluster.Description.Clone()) } };
    }

    public Cluster GetCluster(ResourceName name)
    {
        lock (_gate)
            return Require(name).Description.Clone();
    }

    public Operation CreateCluster(ResourceName parent, Cluster? wanted)
    {
        RequireProject(parent);
        var cluster = wanted?.Clone() ?? throw new GoogleError(Code.InvalidArgument, "Request must contain a cluster.");
        var name = new ResourceName(parent.Project, parent.Location, cluster.Name);
        ClusterRules.Check(cluster, parent.Location);
        lock (_gate)
        {
            if (_clusters.ContainsKey(name))
                throw new GoogleError(Code.AlreadyExists, $"Already exists: {Short(name)}.");
            ClusterRules.Complete(cluster, name);
            cluster.Id = Identity(name);
            cluster.CreateTime = OperationRun.Now(options.Time);
            cluster.Status = Cluster.Types.Status.Provisioning;
            cluster.LabelFingerprint = Fingerprint(cluster);
            SetPools(cluster, NodePool.Types.Status.Provisioning);
            var live = new LiveCluster(name, cluster);
            _clusters.Add(name, live);
            return Begin(live, Operation.Types.Type.CreateCluster, CreationStages, "CreateCluster", () => StartAsync(live), error => Break(live, error));
        }
    }

    public Operation DeleteCluster(ResourceName name)
    {
        lock (_gate)
        {
            var live = RequireIdle(name);
            live.Description.Status = Cluster.Types.Status.Stopping;
            SetPools(live.Description, NodePool.Types.Status.Stopping);
            return Begin(live, Operation.Types.Type.DeleteCluster, NodeStages, "DeleteCluster", () => StopAsync(live), error => Break(live, error));
        }
    }

    public Operation UpdateCluster(ResourceName name, ClusterUpdate? update) => Change(name, Operation.Types.Type.UpdateCluster, "UpdateCluster", cluster =>
    {
        if (update is null)
            throw new GoogleError(Code.InvalidArgument, "Must specify a field to update.");
        if (update.DesiredReleaseChannel is { } channel)
            cluster.ReleaseChannel = channel.Clone();
        if (update.DesiredWorkloadIdentityConfig is { } identity)
            cluster.WorkloadIdentityConfig = identity.Clone();
        if (update.DesiredLocations.Count > 0)
        {
            cluster.Locations.Clear();
            cluster.Locations.AddRange(update.DesiredLocations);
        }

        if (update.DesiredNodePoolAutoscaling is { } scaling)
            RequirePool(cluster, update.DesiredNodePoolId.Length > 0 ? update.DesiredNodePoolId : cluster.NodePools[0].Name).Autoscaling = scaling.Clone();
        if (update.DesiredMasterVersion.Length > 0)
            cluster.CurrentMasterVersion = Catalogue.Resolve(update.DesiredMasterVersion, ClusterRules.Channel(cluster)) ?? throw new GoogleError(Code.InvalidArgument, $"Master version \"{update.DesiredMasterVersion}\" is unsupported.");
    });

    public Operation SetLabels(ResourceName name, IDictionary<string, string> labels, string fingerprint) => Change(name, Operation.Types.Type.SetLabels, "SetLabels", cluster =>
    {
        // The reference: the fingerprint must be the cluster's, so that no change in between is lost. gcloud may leave it out.
        if (fingerprint.Length > 0 && fingerprint != cluster.LabelFingerprint)
            throw new GoogleError(Code.FailedPrecondition, "Labels could not be set due to fingerprint mismatch.");
        cluster.ResourceLabels.Clear();
        cluster.ResourceLabels.Add(labels);
        cluster.LabelFingerprint = Fingerprint(cluster);
    });

    public ListOperationsResponse ListOperations(ResourceName parent)
    {
        lock (_gate)
            return new ListOperationsResponse { Operations = { _operations.Where(run => IsIn(run.Target, parent)).Select(run => run.Description.Clone()) } };
    }

    public Operation GetOperation(ResourceName name)
    {
        lock (_gate)
            return RequireOperation(name).Description.Clone();
    }

    public void CancelOperation(ResourceName name)
    {
        lock (_gate)
        {
            var run = RequireOperation(name);
            if (run.IsDone)
                throw new GoogleError(Code.FailedPrecondition, $"Operation {name.Operation} is already done and cannot be cancelled.");
            run.Cancel();
        }
    }

    public static ServerConfig GetServerConfig(ResourceName parent)
    {
        RequireProject(parent);
        return Catalogue.IsLocation(parent.Location) ? Catalogue.Offer() : throw new GoogleError(Code.InvalidArgument, $"Location \"{parent.Location}\" does not exist.");
    }

    public ListNodePoolsResponse ListNodePools(ResourceName parent)
    {
        lock (_gate)
            return new ListNodePoolsResponse { NodePools = { Require(parent).Description.NodePools.Select(pool => pool.Clone()) } };
    }

    public NodePool GetNodePool(ResourceName name)
    {
        lock (_gate)
            return RequirePool(Require(name).Description, name.NodePool).Clone();
    }

    public Operation CreateNodePool(ResourceName parent, NodePool? wanted) => Change(parent, Operation.Types.Type.CreateNodePool, "CreateNodePool", cluster =>
    {
        var pool = wanted?.Clone() ?? throw new GoogleError(Code.InvalidArgument, "Request must contain a node pool.");
        ClusterRules.Check(pool, ClusterRules.Channel(cluster));
        if (cluster.NodePools.Any(other => other.Name == pool.Name))
            throw new GoogleError(Code.AlreadyExists, $"Already exists: {Short(parent)}/nodePools/{pool.Name}.");
        ClusterRules.Complete(pool, cluster, parent);
        pool.Status = NodePool.Types.Status.Provisioning;
        cluster.NodePools.Add(pool);
    });

    public Operation DeleteNodePool(ResourceName name) => Change(name, Operation.Types.Type.DeleteNodePool, "DeleteNodePool", cluster => cluster.NodePools.Remove(RequirePool(cluster, name.NodePool)));

    public Operation SetNodePoolSize(ResourceName name, int count) => Change(name, Operation.Types.Type.SetNodePoolSize, "SetNodePoolSize", cluster =>
    {
        if (count is < 0 or > 1000)
            throw new GoogleError(Code.InvalidArgument, "Invalid value for field \"node_count\": must be from 0 to 1000.");
        RequirePool(cluster, name.NodePool).InitialNodeCount = count;
    });

    public Operation SetNodePoolAutoscaling(ResourceName name, NodePoolAutoscaling? scaling) =>
        Change(name, Operation.Types.Type.UpdateCluster, "SetNodePoolAutoscaling", cluster => RequirePool(cluster, name.NodePool).Autoscaling = scaling?.Clone());

    public Operation SetNodePoolManagement(ResourceName name, NodeManagement? management) =>
        Change(name, Operation.Types.Type.SetNodePoolManagement, "SetNodePoolManagement", cluster => RequirePool(cluster, name.NodePool).Management = management?.Clone());

    public async ValueTask DisposeAsync()
    {
        List<Task> running;
        List<LiveCluster> clusters;
        lock (_gate)
        {
            _operations.ForEach(run => run.Cancel());
            running = [.. _running];
            clusters = [.. _clusters.Values];
        }

        await Task.WhenAll(running);
        foreach (var cluster in clusters)
        {
            if (cluster.Kubernetes is { } kubernetes)
                await kubernetes.DisposeAsync();
        }

        _operations.ForEach(run => run.Dispose());
    }

    // A change of a running cluster: what it asks for holds at once, the nodes follow at the operation's end.
    private Operation Change(ResourceName name, Operation.Types.Type type, string method, Action<Cluster> change)
    {
        lock (_gate)
        {
            var live = RequireIdle(name);
            if (live.Kubernetes is null)
                throw new GoogleError(Code.FailedPrecondition, $"Cluster is not running: {Short(name)}.");
            var changed = live.Description.Clone();
            change(changed);
            Replace(live.Description, changed);
            live.Description.Status = Cluster.Types.Status.Reconciling;
            return Begin(live, type, NodeStages, method, () => SettleAsync(live), _ => live.Description.Status = Cluster.Types.Status.Running);
        }
    }

    // One message object stays with the cluster; its content is the changed one's.
    private static void Replace(Cluster target, Cluster source)
    {
        foreach (var field in Cluster.Descriptor.Fields.InFieldNumberOrder())
            field.Accessor.Clear(target);
        target.MergeFrom(source);
    }

    private Operation Begin(LiveCluster live, Operation.Types.Type type, IReadOnlyList<(string, int)> stages, string method, Func<Task> work, Action<Status> failed)
    {
        var fault = faults.Strike(new FaultEvent("gke") { Verb = $"{method}/operation", Name = live.Name.Cluster });
        var number = string.Create(CultureInfo.InvariantCulture, $"operation-{options.Time.GetUtcNow().ToUnixTimeMilliseconds()}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        var run = new OperationRun(
            new Operation
            {
                Name = number,
                OperationType = type,
                Status = Operation.Types.Status.Pending,
                Location = live.Name.Location,
                Zone = live.Name.Location,
                StartTime = OperationRun.Now(options.Time),
                // Google names targets by the project's number.
                TargetLink = ClusterRules.Link(live.Name, SimulatedProject.Number),
                SelfLink = $"https://{SimulatedProject.Service}/v1/projects/{SimulatedProject.Number}/{(live.Name.IsZonal ? "zones" : "locations")}/{live.Name.Location}/operations/{number}",
            },
            live.Name, _gate, options.Time);
        _operations.Add(run);
        _running.RemoveAll(task => task.IsCompleted);
        _running.Add(Task.Run(() => run.RunAsync(stages, Step, fault, work, failed)));
        return run.Description.Clone();
    }

    private async Task StartAsync(LiveCluster live)
    {
        var kubernetes = await SimulatedCluster.StartAsync(
            options with
            {
                Name = live.Name.Cluster,
                Token = null,
                Port = 0,
                Nodes = 0,
                ManagedNodes = true,
                ForeignTokens = tokens.Owner,
                Version = $"v{live.Description.CurrentMasterVersion}+wholetale.simulator",
            },
            null, null, CancellationToken.None);
        kubernetes.Complaint += complain;
        lock (_gate)
        {
            live.Kubernetes = kubernetes;
            live.Description.Endpoint = kubernetes.Endpoint.Authority;
            live.Description.MasterAuth = new MasterAuth { ClusterCaCertificate = Convert.ToBase64String(Encoding.UTF8.GetBytes(kubernetes.AuthorityPem)) };
        }

        await SettleAsync(live);
    }

    private Task SettleAsync(LiveCluster live)
    {
        lock (_gate)
        {
            NodePools.Reconcile(live);
            live.Description.Status = Cluster.Types.Status.Running;
            SetPools(live.Description, NodePool.Types.Status.Running);
        }

        return Task.CompletedTask;
    }

    private async Task StopAsync(LiveCluster live)
    {
        SimulatedCluster? kubernetes;
        lock (_gate)
        {
            _clusters.Remove(live.Name);
            kubernetes = live.Kubernetes;
            live.Kubernetes = null;
        }

        if (kubernetes is not null)
            await kubernetes.DisposeAsync();
    }

    private static void Break(LiveCluster live, Status error)
    {
        live.Description.Status = Cluster.Types.Status.Error;
        live.Description.StatusMessage = error.Message;
        live.Description.Conditions.Add(new StatusCondition
        {
            Code = error.Code == (int)Code.ResourceExhausted ? StatusCondition.Types.Code.GceQuotaExceeded : StatusCondition.Types.Code.Unknown,
            CanonicalCode = (Code)error.Code,
            Message = error.Message,
        });
    }

    private static void SetPools(Cluster cluster, NodePool.Types.Status status)
    {
        foreach (var pool in cluster.NodePools)
            pool.Status = status;
    }

    private LiveCluster Require(ResourceName name)
    {
        RequireProject(name);
        return _clusters.TryGetValue(name with { NodePool = "" }, out var live) ? live : throw new GoogleError(Code.NotFound, $"Not found: {Short(name)}.");
    }

    private LiveCluster RequireIdle(ResourceName name)
    {
        var live = Require(name);
        if (_operations.Find(run => !run.IsDone && run.Target == live.Name) is { } busy)
        {
            throw new GoogleError(
                Code.FailedPrecondition,
                $"Operation {busy.Description.Name} is currently {Doing(busy.Description.OperationType)} cluster {live.Name.Cluster}. Please wait and try again once it is done.");
        }

        return live;
    }

    private OperationRun RequireOperation(ResourceName name)
    {
        RequireProject(name);
        return _operations.Find(run => run.Description.Name == name.Operation && run.Target.Location == name.Location)
            ?? throw new GoogleError(Code.NotFound, $"Not found: projects/{name.Project}/{(name.IsZonal ? "zones" : "locations")}/{name.Location}/operations/{name.Operation}.");
    }

    private static NodePool RequirePool(Cluster cluster, string name) =>
        cluster.NodePools.FirstOrDefault(pool => pool.Name == name) ?? throw new GoogleError(Code.NotFound, $"Not found: node pool \"{name}\" not found.");

    private static void RequireProject(ResourceName name)
    {
        if (name.Project is not (SimulatedProject.Id or SimulatedProject.Number))
        {
            throw new GoogleError(
                Code.PermissionDenied, $"Required \"container.clusters.get\" permission(s) for \"projects/{name.Project}\".",
                new ErrorInfo { Reason = "IAM_PERMISSION_DENIED", Domain = "iam.googleapis.com", Metadata = { ["permission"] = "container.clusters.get", ["resource"] = $"projects/{name.Project}" } });
        }
    }

    private static bool IsIn(ResourceName name, ResourceName parent)
    {
        RequireProject(parent);
        return parent.Location is ResourceName.Everywhere or "" || name.Location == parent.Location;
    }

    private static string Doing(Operation.Types.Type type) => type switch
    {
        Operation.Types.Type.CreateCluster => "creating",
        Operation.Types.Type.DeleteCluster => "deleting",
        _ => "updating",
    };

    private static string Short(ResourceName name) => $"projects/{name.Project}/{(name.IsZonal ? "zones" : "locations")}/{name.Location}/clusters/{name.Cluster}";

    private static string Identity(ResourceName name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToString())));

    private static string Fingerprint(Cluster cluster) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', cluster.ResourceLabels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}")))))[..8];
}
