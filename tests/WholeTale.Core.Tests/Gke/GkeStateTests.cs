using Google.Cloud.Container.V1;
using Google.Rpc;
using Grpc.Core;
using WholeTale.Core.Clusters;
using WholeTale.Gke;
using States = Google.Cloud.Container.V1.Cluster.Types.Status;

namespace WholeTale.Core.Tests.Gke;

/// <summary>What becomes of a cluster in each state that it may be found in, and of each thing that may go wrong on the way.</summary>
public sealed class GkeStateTests
{
    [Fact]
    public async Task A_running_cluster_is_returned_and_nothing_is_changed()
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method == "GetCluster" ? StubAnswer.Of(GkeWorld.Cluster(States.Running)) : Unexpected(call));

        var cluster = await world.CreateAsync();

        Assert.Equal((ClusterStatus.Running, "v1.33.4-gke.1036000", 4, "us-central1-a", new Uri("https://203.0.113.7")), (cluster.Status, cluster.KubernetesVersion, cluster.NodeCount, cluster.Location, cluster.Endpoint));
        Assert.Equal("gke-gcloud-auth-plugin", cluster.Connection!.ExecPlugin!.Command);
        Assert.Equal("ya29.a-token", await cluster.Connection.Token!(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("pool", true)]
    [InlineData("provisioning", true)]
    [InlineData("Autopilot", true)]
    public async Task Whether_a_cluster_adds_nodes_is_told(string by, bool adds)
    {
        var found = GkeWorld.Cluster(States.Running);
        found.NodePools.Add(new NodePool { Name = "default-pool", Autoscaling = by == "pool" ? new NodePoolAutoscaling { Enabled = true, MaxNodeCount = 5 } : null });
        found.Autoscaling = new ClusterAutoscaling { EnableNodeAutoprovisioning = by == "provisioning" };
        found.Autopilot = by == "Autopilot" ? new Autopilot { Enabled = true } : null;
        await using var world = await GkeWorld.StartAsync(call => call.Method == "GetCluster" ? StubAnswer.Of(found) : Unexpected(call));

        Assert.Equal(adds, (await world.CreateAsync()).AddsNodes);
    }

    [Fact]
    public async Task A_cluster_that_is_being_created_is_joined_by_its_operation()
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method switch
        {
            "GetCluster" => StubAnswer.Of(GkeWorld.Cluster(call.Earlier == 0 ? States.Provisioning : States.Running)),
            "ListOperations" => StubAnswer.Of(new ListOperationsResponse { Operations = { Stranger(), GkeWorld.Operation(Operation.Types.Status.Running) } }),
            "GetOperation" => StubAnswer.Of(GkeWorld.Operation(call.Earlier < 3 ? Operation.Types.Status.Running : Operation.Types.Status.Done)),
            _ => Unexpected(call),
        });

        Assert.Equal(ClusterStatus.Running, (await world.CreateAsync()).Status);
        Assert.All(world.Stub.Calls.Where(call => call.Method == "GetOperation"), call => Assert.Contains("operations/operation-1", System.Text.Encoding.UTF8.GetString(call.Message), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_tells_the_stages_of_the_operation_itself()
    {
        var running = GkeWorld.Operation(Operation.Types.Status.Running);
        running.Progress = new OperationProgress
        {
            Metrics =
            {
                Metric("CLUSTER_CONFIGURING", 3), Metric("CLUSTER_CONFIGURING_TOTAL", 3), Metric("CLUSTER_DEPLOYING", 2), Metric("CLUSTER_DEPLOYING_TOTAL", 5),
            },
        };
        await using var world = await GkeWorld.StartAsync(call => call.Method == "GetOperation" && call.Earlier == 0 ? StubAnswer.Of(running) : New(call));

        await world.CreateAsync();

        Assert.Contains(world.Reports.OfType<ProgressReport>(), report => report is { Status: "cluster deploying (2 of 5)", Percent: 62, Activity: "Creating the cluster tales" });
    }

    [Fact]
    public async Task Without_waiting_the_cluster_is_returned_as_it_is_being_created()
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method == "GetCluster" && call.Earlier > 0 ? StubAnswer.Of(GkeWorld.Cluster(States.Provisioning)) : New(call));

        var cluster = await world.CreateAsync(world.Request() with { NoWait = true });

        Assert.Equal(ClusterStatus.Provisioning, cluster.Status);
        Assert.Null(cluster.Connection);
        Assert.DoesNotContain(world.Stub.Calls, call => call.Method == "GetOperation");
    }

    [Fact]
    public async Task Waiting_follows_whatever_is_under_way_and_gives_the_cluster_then()
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method switch
        {
            "GetCluster" => StubAnswer.Of(GkeWorld.Cluster(States.Running)),
            "ListOperations" => StubAnswer.Of(call.Earlier == 0 ? new ListOperationsResponse { Operations = { GkeWorld.Operation(Operation.Types.Status.Running) } } : new ListOperationsResponse()),
            "GetOperation" => StubAnswer.Of(GkeWorld.Operation(Operation.Types.Status.Done)),
            _ => Unexpected(call),
        });
        var begun = new Core.Clusters.Cluster { Name = "tales", Provider = "Gke", Location = "us-central1-a", Settings = world.Settings() };

        Assert.Equal(ClusterStatus.Running, (await world.Provider.WaitAsync(begun, world, TestContext.Current.CancellationToken))!.Status);
    }

    [Fact]
    public async Task A_broken_cluster_is_explained_by_its_conditions_and_left_as_it_is()
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method == "GetCluster" ? StubAnswer.Of(Broken()) : Unexpected(call));

        var error = await Assert.ThrowsAsync<ClusterException>(() => world.CreateAsync());

        Assert.Equal("GkeClusterBroken", error.ErrorId);
        Assert.Contains("Insufficient regional quota: CPUS short 4", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Force", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_cluster_is_replaced_by_force()
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method switch
        {
            "GetCluster" => StubAnswer.Of(call.Earlier < 2 ? Broken() : GkeWorld.Cluster(States.Running)),
            _ => New(call),
        });

        Assert.Equal(ClusterStatus.Running, (await world.CreateAsync(world.Request() with { Force = true })).Status);
        Assert.Equal(["DeleteCluster", "CreateCluster"], world.Stub.Calls.Select(call => call.Method).Where(method => method is "DeleteCluster" or "CreateCluster"));
    }

    [Theory]
    [InlineData("managed-by", "wholetale", "wholetale-deletion-protection", "on", "ClusterProtected")]
    [InlineData("managed-by", "terraform", "team", "papers", "ClusterNotOurs")]
    public async Task A_broken_cluster_that_is_protected_or_not_ours_is_not_replaced_even_by_force(string manager, string who, string label, string value, string refusal)
    {
        var broken = Broken();
        broken.ResourceLabels[manager] = who;
        broken.ResourceLabels[label] = value;
        await using var world = await GkeWorld.StartAsync(call => call.Method == "GetCluster" ? StubAnswer.Of(broken) : New(call));

        var error = await Assert.ThrowsAsync<ClusterException>(() => world.CreateAsync(world.Request() with { Force = true }));

        Assert.Equal(refusal, error.ErrorId);
        Assert.DoesNotContain(world.Stub.Calls, call => call.Method is "DeleteCluster" or "CreateCluster");
    }

    [Fact]
    public async Task A_name_that_is_taken_in_another_location_is_refused_before_anything_is_created()
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method == "ListClusters"
            ? StubAnswer.Of(new ListClustersResponse { Clusters = { new Google.Cloud.Container.V1.Cluster { Name = "tales", Location = "europe-west1" } } })
            : New(call));

        var error = await Assert.ThrowsAsync<ClusterException>(() => world.CreateAsync());

        Assert.Equal("GkeNameTaken", error.ErrorId);
        Assert.Contains("europe-west1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Stub.Calls, call => call.Method == "CreateCluster");
    }

    [Theory]
    [InlineData("us-centrall1-a", "n1-highmem-2", "", "us-central1-a")]
    [InlineData("us-central1-a", "n1-hihgmem-2", "", "n1-highmem-2")]
    [InlineData("us-central1-a", "n1-highmem-3", "", "n1-highmem-2")]
    [InlineData("us-central1-a", "n1-highmem-2", "1.32", "1.33.4-gke.1036000")]
    public async Task What_the_location_does_not_offer_is_refused_with_the_nearest_that_it_does(string location, string machine, string version, string nearest)
    {
        await using var world = await GkeWorld.StartAsync(New);

        var error = await Assert.ThrowsAsync<ClusterException>(() => world.CreateAsync(world.Request(gke => gke with { Location = location, MachineType = machine, KubernetesVersion = version })));

        Assert.Equal("GkeRequestInvalid", error.ErrorId);
        Assert.Contains(nearest, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Stub.Calls, call => call.Method == "CreateCluster");
    }

    [Fact]
    public async Task A_create_request_whose_answer_was_lost_is_taken_up_and_not_sent_twice_in_vain()
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method switch
        {
            "CreateCluster" when call.Earlier == 0 => new StubAnswer { IsReset = true },
            "CreateCluster" => StubAnswer.Error(StatusCode.AlreadyExists, "Already exists: projects/the-project/zones/us-central1-a/clusters/tales."),
            "ListOperations" => StubAnswer.Of(new ListOperationsResponse { Operations = { GkeWorld.Operation(Operation.Types.Status.Running) } }),
            _ => New(call),
        });

        Assert.Equal(ClusterStatus.Running, (await world.CreateAsync()).Status);
    }

    [Theory]
    [InlineData("GetCluster")]
    [InlineData("ListClusters")]
    [InlineData("GetServerConfig")]
    [InlineData("GetOperation")]
    public async Task A_connection_that_is_lost_is_taken_up_again(string method)
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method == method && call.Earlier == 0 ? new StubAnswer { IsReset = true } : New(call, method == "GetCluster" ? 1 : 0));

        Assert.Equal(ClusterStatus.Running, (await world.CreateAsync()).Status);
    }

    [Fact]
    public async Task A_request_that_hangs_ends_with_an_error_that_names_the_address()
    {
        await using var world = await GkeWorld.StartAsync(_ => new StubAnswer { Hangs = true });

        var error = await Assert.ThrowsAsync<ClusterException>(() => world.CreateAsync());

        Assert.Equal("GoogleUnreachable", error.ErrorId);
        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operation_that_hangs_ends_the_waiting_with_its_name_and_goes_on()
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method == "GetOperation" ? StubAnswer.Of(GkeWorld.Operation(Operation.Types.Status.Running)) : New(call));

        var error = await Assert.ThrowsAsync<ClusterException>(() => world.CreateAsync());

        Assert.Equal("GkeOperationTimedOut", error.ErrorId);
        Assert.Contains("operation-1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Stub.Calls, call => call.Method is "DeleteCluster" or "CancelOperation");
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted, "Insufficient regional quota to satisfy request: resource \"CPUS\": request requires '8.0' and is short '4.0'.", "GoogleQuotaExceeded", "short '4.0'")]
    [InlineData(StatusCode.PermissionDenied, "Insufficient regional quota to satisfy request: resource \"CPUS\": request requires '12.0' and is short '4.0'. project has a quota of '9.0' with '8.0' available. View and manage quotas.", "GoogleQuotaExceeded", "the quota CPUS is not enough: 12 are needed, and 8 of 9 are left")]
    [InlineData(StatusCode.PermissionDenied, "Insufficient regional quota to satisfy request for resource: \"IN_USE_ADDRESSES\". The request requires '9.0' and is short '1.0'. The regional quota is '8.0' with '8.0' available.", "GoogleQuotaExceeded", "the quota IN_USE_ADDRESSES is not enough: 9 are needed, and 8 of 8 are left")]
    [InlineData(StatusCode.PermissionDenied, "Required \"container.clusters.create\" permission(s) for \"projects/p\".", "GooglePermissionDenied", "the permission container.clusters.create is missing")]
    [InlineData(StatusCode.PermissionDenied, "The caller does not have permission to use the quota project.", "GooglePermissionDenied", "quota project")]
    [InlineData(StatusCode.Cancelled, "Operation was aborted: user requested.", "GkeOperationCancelled", "cancelled")]
    [InlineData(StatusCode.Internal, "Google Compute Engine: an internal error occurred.", "GoogleUnreachable", "internal error")]
    [InlineData(StatusCode.PermissionDenied, "Required 'compute.networks.get' permission.", "GooglePermissionDenied", "compute.networks.get")]
    public async Task An_operation_that_fails_says_why(StatusCode code, string message, string id, string said)
    {
        var failed = GkeWorld.Operation(Operation.Types.Status.Done);
        failed.Error = new Google.Rpc.Status { Code = (int)code, Message = message };
        await using var world = await GkeWorld.StartAsync(call => call.Method == "GetOperation" ? StubAnswer.Of(failed) : New(call));

        var error = await Assert.ThrowsAsync<ClusterException>(() => world.CreateAsync());

        Assert.Equal(id, error.ErrorId);
        Assert.StartsWith("Creating the cluster tales failed", error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.PermissionDenied, "SERVICE_DISABLED", "GoogleApiDisabled", "gcloud services enable container.googleapis.com")]
    [InlineData(StatusCode.PermissionDenied, "BILLING_DISABLED", "GoogleBillingDisabled", "billing account")]
    [InlineData(StatusCode.PermissionDenied, "IAM_PERMISSION_DENIED", "GooglePermissionDenied", "container.clusters.create")]
    [InlineData(StatusCode.Unauthenticated, "ACCESS_TOKEN_EXPIRED", "GoogleLoginFailed", "expired")]
    public async Task A_refusal_is_said_by_its_reason_with_what_to_do(StatusCode code, string reason, string id, string said)
    {
        var info = new ErrorInfo
        {
            Reason = reason, Domain = "googleapis.com", Metadata = { ["service"] = "container.googleapis.com", ["consumer"] = "projects/the-project", ["permission"] = "container.clusters.create" },
        };
        await using var world = await GkeWorld.StartAsync(call => call.Method == "CreateCluster" ? StubAnswer.Error(code, "Refused.", info) : New(call));

        var error = await Assert.ThrowsAsync<ClusterException>(() => world.CreateAsync());

        Assert.Equal(id, error.ErrorId);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Single(world.Stub.Calls, call => call.Method == "CreateCluster");
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, "", 2)]
    [InlineData(StatusCode.Aborted, "", 2)]
    [InlineData(StatusCode.ResourceExhausted, "RATE_LIMIT_EXCEEDED", 2)]
    [InlineData(StatusCode.ResourceExhausted, "", 1)]
    [InlineData(StatusCode.Internal, "", 1)]
    public async Task What_may_pass_is_sent_again_and_nothing_else(StatusCode code, string reason, int attempts)
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method == "GetServerConfig" && call.Earlier == 0 ? StubAnswer.Error(code, "No.", new ErrorInfo { Reason = reason }) : New(call));

        var error = await Record.ExceptionAsync(() => world.CreateAsync());

        Assert.Equal(attempts == 2, error is null);
        Assert.Equal(attempts, world.Stub.Calls.Count(call => call.Method == "GetServerConfig"));
    }

    [Fact]
    public async Task An_operation_that_is_in_the_way_is_a_conflict()
    {
        await using var world = await GkeWorld.StartAsync(call => call.Method switch
        {
            "GetCluster" => StubAnswer.Of(GkeWorld.Cluster(States.Running)),
            "DeleteCluster" => StubAnswer.Error(StatusCode.FailedPrecondition, "Operation operation-7 is currently upgrading cluster tales. Please wait and try again once it is done."),
            _ => Unexpected(call),
        });
        var cluster = new Core.Clusters.Cluster { Name = "tales", Provider = "Gke", Location = "us-central1-a", Settings = world.Settings(gke => gke) };

        var error = await Assert.ThrowsAsync<ClusterException>(() => world.Provider.DeleteAsync(cluster, force: false, world, TestContext.Current.CancellationToken));

        Assert.Equal("GkeOperationConflict", error.ErrorId);
        Assert.Contains("operation-7", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false, "ClusterNotOurs")]
    [InlineData("", true, null)]
    [InlineData("on", true, "ClusterProtected")]
    public async Task What_this_module_did_not_make_or_must_keep_is_not_deleted(string protection, bool force, string? refusal)
    {
        var cluster = GkeWorld.Cluster(States.Error);
        cluster.ResourceLabels.Clear();
        if (protection.Length > 0)
            cluster.ResourceLabels.Add("wholetale-deletion-protection", protection);
        await using var world = await GkeWorld.StartAsync(call => call.Method == "GetCluster" ? StubAnswer.Of(cluster) : New(call));
        var known = new Core.Clusters.Cluster { Name = "tales", Provider = "Gke", Location = "us-central1-a", Settings = world.Settings() };

        var error = await Record.ExceptionAsync(() => world.Provider.DeleteAsync(known, force, world, TestContext.Current.CancellationToken));

        Assert.Equal(refusal, (error as ClusterException)?.ErrorId);
        Assert.Equal(refusal is null, world.Stub.Calls.Any(call => call.Method == "DeleteCluster"));
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_said_at_once()
    {
        await using var world = await GkeWorld.StartAsync(New);

        var error = await Assert.ThrowsAsync<ClusterException>(() => world.CreateAsync(world.Request(gke => gke with { CertificateAuthorityFile = "" })));

        Assert.Equal("GoogleUnreachable", error.ErrorId);
        Assert.Empty(world.Stub.Calls);
    }

    private static OperationProgress.Types.Metric Metric(string name, long value) => new() { Name = name, IntValue = value };

    private static Operation Stranger() => new()
    {
        Name = "operation-0", Status = Operation.Types.Status.Running, OperationType = Operation.Types.Type.CreateCluster, TargetLink = "https://container.googleapis.com/v1/projects/42/zones/us-central1-a/clusters/tales-2",
    };

    private static Google.Cloud.Container.V1.Cluster Broken()
    {
        var cluster = GkeWorld.Cluster(States.Error);
        cluster.Conditions.Add(new StatusCondition { Code = StatusCondition.Types.Code.GceQuotaExceeded, Message = "Insufficient regional quota: CPUS short 4." });
        return cluster;
    }

    // A project without clusters, in which one is created without trouble.
    private static StubAnswer New(SentCall call) => New(call, 0);

    private static StubAnswer New(SentCall call, int lost) => call.Method switch
    {
        "GetCluster" => call.Earlier <= lost ? StubAnswer.Error(StatusCode.NotFound, "Not found.") : StubAnswer.Of(GkeWorld.Cluster(States.Running)),
        "GetServerConfig" => StubAnswer.Of(new ServerConfig { ValidMasterVersions = { "1.33.4-gke.1036000" }, Channels = { new ServerConfig.Types.ReleaseChannelConfig { Channel = ReleaseChannel.Types.Channel.Regular, ValidVersions = { "1.33.4-gke.1036000" } } } }),
        "ListClusters" => StubAnswer.Of(new ListClustersResponse()),
        "GetOperation" => StubAnswer.Of(GkeWorld.Operation(call.Earlier < 2 ? Operation.Types.Status.Running : Operation.Types.Status.Done)),
        "ListOperations" => StubAnswer.Of(new ListOperationsResponse()),
        _ => StubAnswer.Of(GkeWorld.Operation(Operation.Types.Status.Running)),
    };

    private static StubAnswer Unexpected(SentCall call) => StubAnswer.Error(StatusCode.Unimplemented, $"{call.Method} was not expected.");
}
