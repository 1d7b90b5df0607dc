using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

public sealed class ReadinessRulesTests
{
    private const string WaitingClass =
        """{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"slow"},"volumeBindingMode":"WaitForFirstConsumer"}""";

    public static TheoryData<string, string, string, string> Objects => new()
    {
        { "apps/v1", "Deployment", """ "generation":2},"spec":{"replicas":1},"status":{"observedGeneration":1,"replicas":1,"updatedReplicas":1,"readyReplicas":1,"availableReplicas":1}""", "Waiting" },
        { "apps/v1", "Deployment", """ "generation":2},"spec":{"replicas":1},"status":{}""", "Waiting" },
        {
            "apps/v1", "Deployment",
            """ "generation":2},"spec":{"replicas":1},"status":{"observedGeneration":2,"replicas":1,"updatedReplicas":1,"readyReplicas":1,"availableReplicas":1,"conditions":[{"type":"Available","status":"True"}]}""",
            "Ready"
        },
        { "apps/v1", "Deployment", """ "generation":2},"spec":{"replicas":1},"status":{"observedGeneration":2,"replicas":2,"updatedReplicas":1,"readyReplicas":2,"availableReplicas":2}""", "Waiting" },
        { "apps/v1", "Deployment", """ "generation":2},"spec":{"replicas":1},"status":{"observedGeneration":2,"conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded"}]}""", "Failed" },
        { "apps/v1", "StatefulSet", """ "generation":1},"spec":{"replicas":1},"status":{"observedGeneration":1,"replicas":1,"readyReplicas":1,"updateRevision":"a","currentRevision":"a"}""", "Ready" },
        { "apps/v1", "StatefulSet", """ "generation":1},"spec":{"replicas":1},"status":{"observedGeneration":1,"replicas":1,"readyReplicas":1,"updateRevision":"b","currentRevision":"a"}""", "Waiting" },
        { "apps/v1", "StatefulSet", """ "generation":1},"spec":{"replicas":1,"updateStrategy":{"type":"OnDelete"}},"status":{"observedGeneration":1,"replicas":1,"readyReplicas":1,"updateRevision":"b","currentRevision":"a"}""", "Ready" },
        { "apps/v1", "DaemonSet", """ "generation":1},"status":{"observedGeneration":1,"desiredNumberScheduled":3,"currentNumberScheduled":3,"updatedNumberScheduled":3,"numberAvailable":2,"numberReady":3}""", "Waiting" },
        { "apps/v1", "DaemonSet", """ "generation":1},"status":{"observedGeneration":1,"desiredNumberScheduled":0,"currentNumberScheduled":0}""", "Ready" },
        { "batch/v1", "Job", """ "generation":1},"spec":{"completions":1},"status":{"active":1}""", "Waiting" },
        { "batch/v1", "Job", """ "generation":1},"status":{"conditions":[{"type":"Complete","status":"True"}]}""", "Ready" },
        { "batch/v1", "Job", """ "generation":1},"status":{"conditions":[{"type":"Failed","status":"True","reason":"BackoffLimitExceeded"}]}""", "Failed" },
        { "v1", "Pod", """ "x":1},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}""", "Ready" },
        { "v1", "Pod", """ "x":1},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}]}""", "Waiting" },
        { "v1", "Pod", """ "x":1},"status":{"phase":"Failed"}""", "Failed" },
        { "v1", "PersistentVolumeClaim", """ "x":1},"status":{"phase":"Bound"}""", "Ready" },
        { "v1", "PersistentVolumeClaim", """ "x":1},"status":{"phase":"Pending"}""", "Waiting" },
        { "v1", "PersistentVolumeClaim", """ "x":1},"spec":{"storageClassName":"slow"},"status":{"phase":"Pending"}""", "Ready" },
        { "v1", "PersistentVolumeClaim", """ "x":1},"status":{"phase":"Lost"}""", "Failed" },
        { "v1", "Service", """ "x":1},"spec":{"type":"ClusterIP"}""", "Ready" },
        { "v1", "Service", """ "x":1},"spec":{"type":"LoadBalancer"},"status":{"loadBalancer":{}}""", "Waiting" },
        { "networking.k8s.io/v1", "Ingress", """ "x":1},"spec":{"ingressClassName":"nginx"}""", "Waiting" },
        { "networking.k8s.io/v1", "Ingress", """ "x":1},"spec":{}""", "Ready" },
        { "networking.k8s.io/v1", "Ingress", """ "annotations":{"ingress.kubernetes.io/backends":"{\"a\":\"UNHEALTHY\"}"}},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"}]}}""", "Waiting" },
        { "networking.k8s.io/v1", "Ingress", """ "annotations":{"ingress.kubernetes.io/backends":"{\"a\":\"HEALTHY\"}"}},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"}]}}""", "Ready" },
        { "v1", "ConfigMap", """ "deletionTimestamp":"2026-01-01T00:00:00Z"}""", "Waiting" },
        { "v1", "ConfigMap", """ "x":1}""", "Ready" },
    };

    /// <summary>Kinds that no namespace holds, or that the product knows nothing of.</summary>
    public static TheoryData<string, string, string, string> Others => new()
    {
        { "Namespace", """ "x":1},"status":{"phase":"Active"}""", "Ready", "" },
        { "Namespace", """ "x":1}""", "Ready", "" },
        { "Namespace", """ "x":1},"status":{"phase":"Terminating"}""", "Waiting", "Namespace a: it is Terminating" },
        { "CustomResourceDefinition", """ "x":1}""", "Waiting", "CustomResourceDefinition a: its kind is not served" },
        { "CustomResourceDefinition", """ "x":1},"status":{"conditions":[{"type":"NamesAccepted","status":"True"}]}""", "Waiting", "CustomResourceDefinition a: its kind is not served" },
        {
            "CustomResourceDefinition", """ "x":1},"status":{"conditions":[{"type":"NamesAccepted","status":"True"},{"type":"Established","status":"False","reason":"Installing"}]}""", "Waiting",
            "CustomResourceDefinition a: its kind is not served"
        },
        { "CustomResourceDefinition", """ "x":1},"status":{"conditions":[{"type":"NamesAccepted","status":"True"},{"type":"Established","status":"True"}]}""", "Ready", "" },
        {
            "CustomResourceDefinition",
            """ "x":1},"status":{"conditions":[{"type":"NamesAccepted","status":"False","message":"\"tales\" is already in use"},{"type":"Established","status":"True"}]}""", "Failed",
            "CustomResourceDefinition a: its names are taken: \"tales\" is already in use"
        },
        { "Widget", """ "x":1}""", "Ready", "" },
        { "Widget", """ "generation":2},"status":{"observedGeneration":1,"conditions":[{"type":"Ready","status":"True"}]}""", "Waiting", "Widget a has not been looked at by its controller" },
        { "Widget", """ "generation":2},"status":{"observedGeneration":1,"conditions":[{"type":"Stalled","status":"True","message":"of the former spec"}]}""", "Waiting", "Widget a has not been looked at by its controller" },
        { "Widget", """ "generation":2},"status":{"observedGeneration":2,"conditions":[{"type":"Ready","status":"True"}]}""", "Ready", "" },
        { "Widget", """ "x":1},"status":{"conditions":[{"type":"Ready","status":"False","message":"no disk yet"}]}""", "Waiting", "Widget a: no disk yet" },
        { "Widget", """ "x":1},"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}""", "Waiting", "Widget a: it is not ready" },
        { "Widget", """ "x":1},"status":{"conditions":[{"type":"Reconciling","status":"True","message":"rolling out"},{"type":"Ready","status":"True"}]}""", "Waiting", "Widget a: rolling out" },
        { "Widget", """ "x":1},"status":{"conditions":[{"type":"Reconciling","status":"False"},{"type":"Stalled","status":"False"},{"type":"Ready","status":"True"}]}""", "Ready", "" },
        {
            "Widget", """ "x":1},"status":{"conditions":[{"type":"Reconciling","status":"True","message":"rolling out"},{"type":"Stalled","status":"True","message":"no quota"}]}""", "Failed",
            "Widget a: it is stalled: no quota"
        },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void An_object_of_the_cluster_s_or_of_a_custom_kind_is_judged_by_its_phase_or_conditions(string kind, string rest, string phase, string message)
    {
        var type = ResourceTypes.All.FirstOrDefault(known => known.Kind == kind) ?? new ResourceType("example.org", "v1", kind, "widgets", Namespaced: false);
        var live = new LiveObjects();
        live.Put(type, Given.Json($$"""{"apiVersion":"{{type.ApiVersion}}","kind":"{{kind}}","metadata":{"name":"a",{{rest}}}"""));

        var state = ReadinessRules.Evaluate(new ObjectReference(type, null, "a"), live);

        Assert.Equal((phase, message), (state.Phase.ToString(), state.Message));
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void An_object_is_ready_when_its_status_says_so(string apiVersion, string kind, string rest, string phase)
    {
        var live = Given.Live($$"""{"apiVersion":"{{apiVersion}}","kind":"{{kind}}","metadata":{"name":"a","namespace":"ns",{{rest}}}""", WaitingClass);

        var state = ReadinessRules.Evaluate(Given.Reference(apiVersion, kind, "a"), live);

        Assert.Equal(phase, state.Phase.ToString());
        Assert.Equal(phase == "Ready", state.Message.Length == 0);
    }

    [Fact]
    public void An_object_that_does_not_exist_is_waited_for() =>
        Assert.Equal(ReadinessPhase.Waiting, ReadinessRules.Evaluate(Given.Reference("v1", "ConfigMap", "a"), Given.Live()).Phase);

    [Fact]
    public void A_claim_without_a_default_class_is_never_taken_for_ready() =>
        Assert.Equal(ReadinessPhase.Waiting, ReadinessRules.Evaluate(
            Given.Reference("v1", "PersistentVolumeClaim", "a"),
            Given.Live("""{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"a","namespace":"ns"},"status":{"phase":"Pending"}}""")).Phase);
}
