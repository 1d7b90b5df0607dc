using System.Text.RegularExpressions;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>
/// <c>kubectl describe</c> asks for more than the object it describes: its pods, events, claims, leases, quotas. Of every kind it must succeed without
/// a complaint and tell what Kubernetes guarantees.
/// </summary>
public sealed partial class DescribeTests(DescribedCluster cluster) : IClassFixture<DescribedCluster>
{
    [Theory]
    [InlineData("pod db-0", "Node: simulated-node-[123]/10\\.0\\.", "Controlled By: StatefulSet/db", "QoS Class: Burstable", "Scheduled .* Successfully assigned d/db-0 to simulated-node-")]
    [InlineData("service web", "Type: ClusterIP", "IP Families: IPv4", "Endpoints: 10\\.244\\.[0-9.]+:80,10\\.244\\.[0-9.]+:80\n")]
    [InlineData("endpoints web", "Addresses: 10\\.244\\.", "80 TCP")]
    [InlineData("endpointslice -l kubernetes.io/service-name=web", "AddressType: IPv4", "Ready: true", "TargetRef: Pod/web-")]
    [InlineData("configmap settings", "Data\n====\ncolour:\n----\ngreen\n", "raw: 3 bytes")]
    [InlineData("secret key", "Type: Opaque", "password: 4 bytes")]
    [InlineData("serviceaccount robot", "Image pull secrets: key\n")]
    [InlineData("persistentvolumeclaim data", "Status: Bound", "Used By: web-", "StorageClass: standard", "Finalizers: \\[kubernetes\\.io/pvc-protection\\]")]
    [InlineData("persistentvolume d-disk", "Reclaim Policy: Retain", "Status: Available", "Type: NFS", "Finalizers: \\[kubernetes\\.io/pv-protection\\]")]
    [InlineData("storageclass standard", "IsDefaultClass: Yes", "VolumeBindingMode: Immediate", "ReclaimPolicy: Delete")]
    [InlineData("node simulated-node-1", "HolderIdentity: simulated-node-1", "RenewTime: [A-Z][a-z][a-z], \\d", "Ready True .* KubeletReady kubelet is posting ready status",
        "Non-terminated Pods: \\([1-9]", "cpu [1-9]\\d*m \\([1-9]", "RegisteredNode .* node-controller")]
    [InlineData("event", "Reason: Scheduled", "Involved Object:\n Kind: Pod|Involved Object:\n API Version: v1\n", "Field Path: spec\\.containers\\{main\\}")]
    [InlineData("resourcequota bounds", "persistentvolumeclaims 2 4", "pods \\d 20")]
    [InlineData("limitrange limits", "Container cpu - 1 100m 200m -", "Container memory - - 32Mi 64Mi -")]
    [InlineData("deployment web", "Replicas: 2 desired \\| 2 updated \\| 2 total \\| 2 available \\| 0 unavailable", "NewReplicaSet: web-[a-z0-9]+ \\(2/2 replicas created\\)",
        "ScalingReplicaSet .* Scaled up replica set web-[a-z0-9]+ to 2")]
    [InlineData("replicaset -l app=web", "Controlled By: Deployment/web", "Pods Status: 2 Running / 0 Waiting / 0 Succeeded / 0 Failed", "SuccessfulCreate .* Created pod: web-")]
    [InlineData("statefulset db", "Replicas: 1 desired \\| 1 total", "Pods Status: 1 Running", "create Claim disk-db-0 Pod db-0 in StatefulSet db success")]
    [InlineData("daemonset agent", "Desired Number of Nodes Scheduled: 3", "Pods Status: 3 Running", "SuccessfulCreate .* Created pod: agent-")]
    [InlineData("job once", "Completion Mode: NonIndexed", "Pods Statuses: 0 Active \\(0 Ready\\) / 1 Succeeded / 0 Failed", "Completed .* Job completed")]
    [InlineData("cronjob daily", "Concurrency Policy: Allow", "Successful Job History Limit: 3", "Active Jobs: <none>")]
    [InlineData("ingress web", "Ingress Class: simulator", "key terminates a\\.example", "/ web:80 \\(10\\.244\\.[0-9.]+:80,10\\.244\\.[0-9.]+:80\\)")]
    [InlineData("ingressclass nginx", "Controller: k8s\\.io/ingress-nginx")]
    [InlineData("networkpolicy inside", "PodSelector: app=db", "To Port: 27017/TCP", "Policy Types: Ingress")]
    [InlineData("role reader", "pods \\[\\] \\[\\] \\[get list\\]")]
    [InlineData("rolebinding reader", "Kind: Role\n Name: reader", "ServiceAccount robot d")]
    [InlineData("clusterrole view", "configmaps \\[\\] \\[\\] \\[get list watch\\]")]
    [InlineData("clusterrolebinding cluster-admin", "Kind: ClusterRole\n Name: cluster-admin", "Group system:masters")]
    [InlineData("poddisruptionbudget web", "Min available: 1", "Allowed disruptions: 1\n Current: 2\n Desired: 1\n Total: 2")]
    [InlineData("horizontalpodautoscaler web", "Reference: Deployment/db", "Min replicas: 1", "Max replicas: 3")]
    [InlineData("lease -n kube-node-lease simulated-node-1", "Holder Identity: simulated-node-1", "Lease Duration Seconds: 40", "Kind: Node\n Name: simulated-node-1")]
    [InlineData("crd widgets.d.example", "Message: the initial names have been accepted", "Type: Established", "Stored Versions:\n v1")]
    [InlineData("widget w", "API Version: d\\.example/v1", "Kind: Widget", "Spec:\n Size: 3")]
    [InlineData("namespace d", "Status: Active", "persistentvolumeclaims 2 4", "Container cpu - 1 100m 200m -")]
    [InlineData("priorityclass system-cluster-critical", "Value: 2000000000")]
    [InlineData("controllerrevision -l app=db", "Revision: 1\n", "Kind: StatefulSet\n Name: db")]
    [InlineData("service -n default kubernetes", "IP: 10\\.96\\.0\\.1", "Port: https 443/TCP")]
    [InlineData("endpoints -n default kubernetes", "Addresses: 10\\.0\\.0\\.1")]
    [InlineData("configmap kube-root-ca.crt", "-----BEGIN CERTIFICATE-----")]
    public async Task Describe_tells_what_Kubernetes_guarantees_and_complains_of_nothing(string what, params string[] facts)
    {
        var described = await cluster.Kubectl.RunAsync(["-n", "d", "describe", .. what.Split(' ')]);

        Assert.Equal((0, ""), (described.ExitCode, described.Error));
        var text = Blanks().Replace(described.Output, " ");
        Assert.All(facts, fact => Assert.Matches(fact, text));
    }

    [Fact]
    public async Task Events_are_described_in_the_order_in_which_they_were_told()
    {
        var described = await cluster.Kubectl.RunAsync("-n", "d", "describe", "pod", "db-0");

        var reasons = described.Text[described.Text.IndexOf("Events:", StringComparison.Ordinal)..].Split('\n').Skip(3)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1)).Where(reason => reason is "Scheduled" or "Pulling" or "Pulled" or "Created" or "Started");
        Assert.Equal(["Scheduled", "Pulling", "Pulled", "Created", "Started"], reasons);
    }

    // Columns are as wide as their longest cell: what is told counts, not its distance.
    [GeneratedRegex("(?<=\\S)[ \t]+|(?<=\n) +")]
    private static partial Regex Blanks();
}
