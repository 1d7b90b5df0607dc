using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

public sealed class FindingsTests
{
    public static TheoryData<string, string, string> Containers => new()
    {
        { """{"waiting":{"reason":"ErrImagePull","message":"failed to resolve reference \"x:1\": x:1: not found"}}""", "ImageNotFound", "x:1" },
        { """{"waiting":{"reason":"ImagePullBackOff","message":"pull access denied, repository does not exist or may require authorization: unauthorized"}}""", "ImagePullDenied", "pull secret" },
        { """{"waiting":{"reason":"ErrImagePull","message":"dial tcp: lookup registry.test: no such host"}}""", "ImageRegistryUnreachable", "nodes reach" },
        { """{"waiting":{"reason":"ErrImagePull","message":"tls: failed to verify certificate: x509: certificate signed by unknown authority"}}""", "ImageRegistryUntrusted", "certificate" },
        { """{"waiting":{"reason":"InvalidImageName","message":"couldn't parse image name \"X\": invalid reference format"}}""", "ImageNotFound", "Images" },
        { """{"waiting":{"reason":"CreateContainerConfigError","message":"secret \"nope\" not found"}}""", "CreateContainerConfigError", "nope" },
        { """{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":3,"reason":"Error"}}""", "CrashLoop", "exit code 3" },
        { """{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":139,"reason":"Error"}}""", "CrashLoop", "signal 11" },
        { """{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}""", "OutOfMemory", "limit of 64Mi" },
        { """{"waiting":{"reason":"PostStartHookError","message":"command 'mount-it' exited with 1"}},"lastState":{"terminated":{"exitCode":137,"reason":"Error"}}""", "PostStartHookFailed", "exited with 1" },
    };

    [Theory]
    [InlineData("2026-01-01T00:00:05Z", "PostStartHookFailed")]
    [InlineData("2026-01-01T00:00:20Z", "CrashLoop")]
    public void A_container_that_its_failed_hook_ended_is_told_from_one_that_crashes(string started, string reason)
    {
        var pod = Given.Json("""
            {"kind":"Pod","metadata":{"name":"a","namespace":"ns","uid":"u"},"spec":{"containers":[{"name":"main","lifecycle":{"postStart":{"exec":{"command":["mount-it","/data"]}}}}]},
            "status":{"phase":"Running","containerStatuses":[{"name":"main","image":"x:1","state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":137,"reason":"Error"}}}]} }
            """);
        var events = Given.Live(Event("FailedPostStartHook", "2026-01-01T00:00:05Z"), Event("Started", started));

        var finding = Assert.Single(PodFindings.Find(pod, events));

        Assert.Equal(reason, finding.Reason);
        Assert.Equal(reason == "PostStartHookFailed", finding.Message.Contains("(mount-it /data)", StringComparison.Ordinal));

        static string Event(string reason, string at) => $$"""
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"{{reason}}","namespace":"ns"},"reason":"{{reason}}","lastTimestamp":"{{at}}","involvedObject":{"uid":"u","fieldPath":"spec.containers{main}"} }
            """;
    }

    [Fact]
    public void Events_of_what_a_pod_is_past_tell_nothing_any_more()
    {
        var pod = Given.Json("""{"kind":"Pod","metadata":{"name":"a","namespace":"ns","uid":"u"},"spec":{"nodeName":"node-1"}}""");
        var waiting = Given.Json("""{"kind":"Pod","metadata":{"name":"a","namespace":"ns","uid":"u"},"spec":{}}""");
        var live = Given.Live(Event("FailedScheduling", 1), Event("FailedMount", 2), Event("Started", 3), Event("BackOff", 4));

        Assert.Equal(["Started", "BackOff"], Reasons(pod));
        Assert.Equal(["FailedScheduling", "Started", "BackOff"], Reasons(waiting));

        IEnumerable<string> Reasons(System.Text.Json.Nodes.JsonObject item) => EventLog.Telling(item, live).Select(found => found.Text("reason"));

        static string Event(string reason, int second) => $$"""
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"{{reason}}","namespace":"ns"},"reason":"{{reason}}","lastTimestamp":"2026-01-01T00:00:0{{second}}Z","involvedObject":{"uid":"u"} }
            """;
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public void A_container_that_cannot_run_is_explained(string state, string reason, string says)
    {
        var pod = Given.Json($$$"""
            {"kind":"Pod","metadata":{"name":"a","namespace":"ns","uid":"u"},"spec":{"containers":[{"name":"main","resources":{"limits":{"memory":"64Mi"} } }]},
            "status":{"phase":"Pending","containerStatuses":[{"name":"main","image":"x:1","state":{{{state}}} }]} }
            """);

        var finding = Assert.Single(PodFindings.Find(pod, Given.Live()));

        Assert.Equal((reason, "main"), (finding.Reason, finding.Container));
        Assert.Contains(says, $"{finding.Message} {finding.Advice}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0/3 nodes are available: 3 Insufficient memory. preemption: none.", "on no node: 0/3 nodes are available: 3 Insufficient memory.", "memory")]
    [InlineData("0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}.", "on no node: 0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}.", "taint")]
    [InlineData(
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.", "available: 1 Insufficient cpu.", "cpu")]
    public void A_pod_that_fits_nowhere_says_why(string message, string why, string says)
    {
        var finding = Assert.Single(PodFindings.Find(Unschedulable(message), Given.Live()));

        Assert.Equal("Unschedulable", finding.Reason);
        Assert.EndsWith(why, finding.Message, StringComparison.Ordinal);
        Assert.Contains(says, finding.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TriggeredScaleUp")]
    [InlineData("Nominated")]
    public void A_pod_for_which_a_node_or_a_volume_is_on_its_way_is_waited_for(string promise)
    {
        var scaling = Given.Live(Event(promise, "", "2026-01-01T00:00:05Z"));

        Assert.Empty(PodFindings.Find(Unschedulable("0/3 nodes are available: 3 Insufficient memory."), scaling));
        Assert.Empty(PodFindings.Find(Unschedulable("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."), Given.Live()));
    }

    [Theory]
    [InlineData("0/3 nodes are available: 3 Insufficient memory.", "", true)]
    [InlineData("0/3 nodes are available: 1 Too many pods, 2 node(s) had untolerated taint {dedicated: gpu}.", "", true)]
    [InlineData("no nodes available to schedule pods", "", true)]
    [InlineData("0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}.", "", false)]
    [InlineData("0/3 nodes are available: 3 Insufficient memory.", "NotTriggerScaleUp", false)]
    [InlineData("0/3 nodes are available: 3 Insufficient memory.", "FailedScaleUp", false)]
    public void A_pod_that_lacks_room_may_need_a_node_until_an_autoscaler_says_that_none_comes(string message, string answer, bool needsNode)
    {
        var live = Given.Live(Event("TriggeredScaleUp", "", "2026-01-01T00:00:04Z"), Event(answer, "no", "2026-01-01T00:00:05Z"));

        Assert.Equal(needsNode, Assert.Single(PodFindings.Find(Unschedulable(message), answer.Length == 0 ? Given.Live() : live)).NeedsNode);
    }

    [Fact]
    public void The_node_that_comes_for_one_pod_is_waited_for_by_another()
    {
        var other = Unschedulable("0/3 nodes are available: 3 Insufficient memory.");
        (other["apiVersion"], other["metadata"]!["uid"]) = ("v1", "u2");
        var pod = Unschedulable("0/3 nodes are available: 3 Insufficient memory.");
        pod["metadata"]!["uid"] = "u1";
        var promise = Event("TriggeredScaleUp", "", "2026-01-01T00:00:05Z").Replace("\"u\"", "\"u2\"", StringComparison.Ordinal);

        Assert.Single(PodFindings.Find(pod, Given.Live(other.ToJsonString())));
        Assert.Empty(PodFindings.Find(pod, Given.Live(other.ToJsonString(), promise)));
    }

    [Fact]
    public void A_missing_secret_that_has_come_since_is_no_failure()
    {
        const string Event = """
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"e","namespace":"ns"},"type":"Warning","reason":"FailedMount","message":"MountVolume.SetUp failed for volume \"v\" : secret \"late\" not found",
            "involvedObject":{"uid":"u"}}
            """;
        var pod = Given.Json(
            """{"kind":"Pod","metadata":{"name":"a","namespace":"ns","uid":"u"},"status":{"phase":"Pending","containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ContainerCreating"}}}]}}""");

        Assert.Equal("FailedMount", Assert.Single(PodFindings.Find(pod, Given.Live(Event))).Reason);
        Assert.Empty(PodFindings.Find(pod, Given.Live(Event, """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"late","namespace":"ns"}}""")));
    }

    [Theory]
    [InlineData("pods \"a\" is forbidden: exceeded quota: small, requested: limits.memory=1Gi, used: 0, limited: 1Mi", "QuotaExceeded")]
    [InlineData("pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": privileged", "AdmissionRefused")]
    [InlineData("pods \"a-\" is forbidden: error looking up service account ns/platform: serviceaccount \"platform\" not found", "ServiceAccountMissing")]
    [InlineData("admission webhook \"policy.test\" denied the request: no", "AdmissionRefused")]
    public void A_workload_that_may_not_make_pods_says_why(string message, string reason)
    {
        var workload = Given.Json("""{"kind":"Deployment","metadata":{"name":"a","uid":"u"},"status":{"conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreate"}]}}""");
        workload["status"]!["conditions"]![0]!["message"] = message;

        Assert.Equal(reason, Assert.Single(WorkloadFindings.Find(workload, Given.Live())).Reason);
    }

    [Fact]
    public void A_claim_of_an_unknown_class_names_the_known_ones()
    {
        var claim = Given.Json("""{"kind":"PersistentVolumeClaim","metadata":{"name":"data","namespace":"ns","uid":"u"},"spec":{"storageClassName":"fast"},"status":{"phase":"Pending"}}""");

        var finding = Assert.Single(ClaimFindings.Find(claim, Given.Live("""{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"standard"}}""")));

        Assert.Equal("StorageClassMissing", finding.Reason);
        Assert.Contains("fast, which does not exist; the cluster has standard", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ingress_without_its_backend_names_it()
    {
        var ingress = Given.Json(
            """{"kind":"Ingress","metadata":{"name":"i","namespace":"ns","uid":"u"},"spec":{"rules":[{"host":"a.test","http":{"paths":[{"path":"/","backend":{"service":{"name":"girder"}}}]}}]}}""");

        Assert.Contains("Service girder", Assert.Single(IngressFindings.Find(ingress, Given.Live())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_newest_pods_of_a_deployment_count()
    {
        var live = Given.Live(
            """{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"old","namespace":"ns","uid":"r1","annotations":{"deployment.kubernetes.io/revision":"1"},"ownerReferences":[{"uid":"d"}]}}""",
            """{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"new","namespace":"ns","uid":"r2","annotations":{"deployment.kubernetes.io/revision":"2"},"ownerReferences":[{"uid":"d"}]}}""",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"old","namespace":"ns","uid":"p1","ownerReferences":[{"uid":"r1"}]}}""",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"new","namespace":"ns","uid":"p2","ownerReferences":[{"uid":"r2"}]}}""");
        var workload = Given.Json("""{"kind":"Deployment","metadata":{"name":"a","uid":"d","annotations":{"deployment.kubernetes.io/revision":"2"}}}""");

        Assert.Equal(["new"], WorkloadFindings.Pods(workload, live).Select(pod => pod.Name()));
    }

    [Theory]
    [InlineData("2026-01-01T00:00:03Z", "", 1)]
    [InlineData("2026-01-01T00:00:03Z", """{"name":"main","state":{"waiting":{"reason":"ContainerCreating"}}}""", 0)]
    [InlineData("2026-01-09T00:00:03Z", "", 0)]
    public void Pods_that_the_cluster_ends_count_where_it_ends_one_after_another_and_no_node_takes_a_replacement_on(string created, string container, int findings)
    {
        var live = Given.Live(
            """{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"a","namespace":"ns","uid":"r","annotations":{"deployment.kubernetes.io/revision":"1"},"ownerReferences":[{"uid":"d"}]}}""",
            Ended("a", "2026-01-01T00:00:00Z"), Ended("b", "2026-01-01T00:00:01Z"), Ended("c", "2026-01-01T00:00:02Z"), Pod("d", created, $$"""{"phase":"Pending","containerStatuses":[{{container}}]}"""));
        var workload = Given.Json("""{"kind":"Deployment","metadata":{"name":"front","uid":"d","annotations":{"deployment.kubernetes.io/revision":"1"}}}""");

        var found = WorkloadFindings.Find(workload, live).ToList();

        Assert.All(WorkloadFindings.Pods(workload, live), pod => Assert.Empty(PodFindings.Find(pod, live)));
        Assert.Equal(findings, found.Count);
        Assert.All(found, finding => Assert.Equal(
            ("NodeAffinity", "The cluster ends the pods of Deployment front one after another, the last one, c, with NodeAffinity: Predicate NodeAffinity failed."), (finding.Reason, finding.Message)));

        static string Ended(string name, string created) => Pod(name, created, """{"phase":"Failed","reason":"NodeAffinity","message":"Predicate NodeAffinity failed"}""");

        static string Pod(string name, string created, string status) => $$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}","namespace":"ns","uid":"{{name}}","creationTimestamp":"{{created}}","ownerReferences":[{"kind":"ReplicaSet","uid":"r","controller":true}]},"status":{{status}} }
            """;
    }

    [Fact]
    public void A_pod_of_its_own_that_the_cluster_has_ended_has_failed()
    {
        var pod = Given.Json("""{"kind":"Pod","metadata":{"name":"a","namespace":"ns","uid":"u"},"status":{"phase":"Failed","reason":"Evicted","message":"The node was low on resource: memory. "}}""");

        Assert.Equal(("Evicted", null), Assert.Single(PodFindings.Find(pod, Given.Live()).Select(finding => (finding.Reason, finding.Grace))));
    }

    [Theory]
    [InlineData("FailedMount", "MountVolume.SetUp failed for volume \\\"v\\\" : failed to sync configmap cache: timed out waiting for the condition", "Pulling", "Pulling image \\\"x:1\\\"", true)]
    [InlineData("FailedAttachVolume", "AttachVolume.Attach failed for volume \\\"pvc-1\\\" : rpc error: code = Internal desc = no", "SuccessfulAttachVolume", "AttachVolume.Attach succeeded for volume \\\"pvc-1\\\" ", true)]
    [InlineData("FailedAttachVolume", "AttachVolume.Attach failed for volume \\\"pvc-1\\\" : rpc error: code = Internal desc = no", "SuccessfulAttachVolume", "AttachVolume.Attach succeeded for volume \\\"pvc-2\\\" ", false)]
    [InlineData("FailedMount", "MountVolume.SetUp failed for volume \\\"pvc-1\\\" : mount failed: exit status 32", "SuccessfulAttachVolume", "AttachVolume.Attach succeeded for volume \\\"pvc-1\\\" ", false)]
    public void A_mount_that_failed_and_has_worked_since_is_no_failure(string reason, string message, string later, string says, bool isOver)
    {
        var pod = Given.Json(
            """{"kind":"Pod","metadata":{"name":"a","namespace":"ns","uid":"u"},"status":{"phase":"Pending","containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ContainerCreating"}}}]}}""");
        var failed = Event(reason, message, "2026-01-01T00:00:05Z");

        Assert.Equal(isOver ? [] : [reason], PodFindings.Find(pod, Given.Live(failed, Event(later, says, "2026-01-01T00:00:05Z"))).Select(finding => finding.Reason));
        Assert.Equal([reason], PodFindings.Find(pod, Given.Live(failed, Event(later, says, "2026-01-01T00:00:04Z"))).Select(finding => finding.Reason));
    }

    [Theory]
    [InlineData("MountVolume.SetUp failed for volume \\\"v\\\" : failed to sync configmap cache: timed out waiting for the condition", true)]
    [InlineData("MountVolume.MountDevice failed for volume \\\"v\\\" : driver name pd.csi.test not found in the list of registered CSI drivers", true)]
    [InlineData("MountVolume.SetUp failed for volume \\\"v\\\" : object \\\"ns\\\"/\\\"settings\\\" not registered", true)]
    [InlineData("AttachVolume.Attach failed for volume \\\"v\\\" : rpc error: code = Unavailable desc = no", true)]
    [InlineData("MountVolume.SetUp failed for volume \\\"v\\\" : configmap \\\"nope\\\" not found", false)]
    [InlineData("MountVolume.SetUp failed for volume \\\"v\\\" : mount failed: exit status 32, access denied by server", false)]
    public void A_mount_that_the_kubelet_may_well_do_later_is_given_more_time(string message, bool passes)
    {
        var pod = Given.Json(
            """{"kind":"Pod","metadata":{"name":"a","namespace":"ns","uid":"u"},"status":{"phase":"Pending","containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ContainerCreating"}}}]}}""");

        Assert.Equal(passes ? Retries.Patience : null, Assert.Single(PodFindings.Find(pod, Given.Live(Event("FailedMount", message, "2026-01-01T00:00:05Z")))).Grace);
    }

    [Theory]
    [InlineData("QUOTA_EXCEEDED", "ExternalProvisioning", "2026-01-01T00:00:09Z", 1, false)]
    [InlineData("QUOTA_EXCEEDED", "Provisioning", "2026-01-01T00:00:05Z", 1, false)]
    [InlineData("QUOTA_EXCEEDED", "Provisioning", "2026-01-01T00:00:06Z", 1, true)]
    [InlineData("rpc error: code = DeadlineExceeded desc = no", "Provisioning", "2026-01-01T00:00:04Z", 1, true)]
    [InlineData("QUOTA_EXCEEDED", "ProvisioningSucceeded", "2026-01-01T00:00:05Z", 0, false)]
    public void A_volume_that_could_not_be_made_counts_until_it_is_and_less_while_it_is_tried_again(string message, string reason, string at, int findings, bool waits)
    {
        var claim = Given.Json("""{"kind":"PersistentVolumeClaim","metadata":{"name":"data","namespace":"ns","uid":"u"},"spec":{"storageClassName":"standard"},"status":{"phase":"Pending"}}""");
        var live = Given.Live(
            """{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"standard"}}""", Event("ProvisioningFailed", message, "2026-01-01T00:00:05Z"), Event(reason, "", at));

        var found = ClaimFindings.Find(claim, live).ToList();

        Assert.Equal(findings, found.Count);
        Assert.All(found, finding => Assert.Equal(waits ? Retries.Patience : null, finding.Grace));
    }

    private static string Event(string reason, string message, string at) => $$"""
        {"apiVersion":"v1","kind":"Event","metadata":{"name":"{{reason}}","namespace":"ns"},"type":"Warning","reason":"{{reason}}","message":"{{message}}","lastTimestamp":"{{at}}","involvedObject":{"uid":"u"} }
        """;

    private static System.Text.Json.Nodes.JsonObject Unschedulable(string message)
    {
        var pod = Given.Json("""{"kind":"Pod","metadata":{"name":"a","namespace":"ns","uid":"u"},"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable"}]}}""");
        pod["status"]!["conditions"]![0]!["message"] = message;
        return pod;
    }
}
