using System.Collections.Immutable;

namespace WholeTale.Simulator.Schema;

/// <summary>The kinds of Kubernetes 1.26 that are served, with the names and verbs its discovery gives.</summary>
internal static class BuiltInKinds
{
    private static readonly IReadOnlyList<string> _create = ["create"];
    private static readonly IReadOnlyList<string> _connect = ["create", "get"];
    private static readonly IReadOnlyList<string> _proxy = ["create", "delete", "get", "patch", "update"];

    private static readonly Subresource _status = Subresource.Status;
    private static readonly Subresource _scale = Subresource.Scale;

    public static ImmutableArray<Kind> All { get; } = WithEvents(
    [
        .. In("", "v1",
        [
            Stored("ComponentStatus", "componentstatuses", ["cs"]) with { Namespaced = false, Verbs = ["get", "list"] },
            Stored("ConfigMap", "configmaps", ["cm"]),
            Stored("Endpoints", "endpoints", ["ep"]) with { Singular = "endpoints", ListName = "EndpointsList" },
            Stored("Event", "events", ["ev"]),
            Stored("LimitRange", "limitranges", ["limits"]),
            Stored("Namespace", "namespaces", ["ns"], _status, new("finalize", ["update"])) with
            {
                Namespaced = false,
                Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"],
            },
            Stored("Node", "nodes", ["no"], new("proxy", _proxy, "NodeProxyOptions"), _status) with { Namespaced = false },
            Stored("PersistentVolumeClaim", "persistentvolumeclaims", ["pvc"], _status),
            Stored("PersistentVolume", "persistentvolumes", ["pv"], _status) with { Namespaced = false, Lookup = Lookups.OfVolume },
            Stored(
                "Pod",
                "pods",
                ["po"],
                new("attach", _connect, "PodAttachOptions"),
                new("binding", _create, "Binding"),
                new("ephemeralcontainers", ["get", "patch", "update"]),
                new("eviction", _create, "Eviction", "policy", "v1"),
                new("exec", _connect, "PodExecOptions"),
                new("log", ["get"]),
                new("portforward", _connect, "PodPortForwardOptions"),
                new("proxy", _proxy, "PodProxyOptions"),
                _status) with { Categories = ["all"], FoundByLabels = true, Lookup = Lookups.OfPod },
            Stored("PodTemplate", "podtemplates", []),
            Stored("ReplicationController", "replicationcontrollers", ["rc"], _scale, _status) with { Categories = ["all"] },
            Stored("ResourceQuota", "resourcequotas", ["quota"], _status),
            Stored("Secret", "secrets", []),
            Stored("ServiceAccount", "serviceaccounts", ["sa"], new Subresource("token", _create, "TokenRequest", "authentication.k8s.io", "v1")),
            Stored("Service", "services", ["svc"], new("proxy", _proxy, "ServiceProxyOptions"), _status) with { Categories = ["all"], Lookup = Lookups.OfService },
            Virtual("Binding", "bindings", true),
        ]),
        .. In("apps", "v1",
        [
            Stored("ControllerRevision", "controllerrevisions", []),
            Stored("DaemonSet", "daemonsets", ["ds"], _status) with { Categories = ["all"] },
            Stored("Deployment", "deployments", ["deploy"], _scale, _status) with { Categories = ["all"] },
            Stored("ReplicaSet", "replicasets", ["rs"], _scale, _status) with { Categories = ["all"], FoundByLabels = true },
            Stored("StatefulSet", "statefulsets", ["sts"], _scale, _status) with { Categories = ["all"] },
        ]),
        .. In("authentication.k8s.io", "v1",
        [
            Virtual("TokenReview", "tokenreviews", false),
        ]),
        .. In("authorization.k8s.io", "v1",
        [
            Virtual("LocalSubjectAccessReview", "localsubjectaccessreviews", true),
            Virtual("SelfSubjectAccessReview", "selfsubjectaccessreviews", false),
            Virtual("SelfSubjectRulesReview", "selfsubjectrulesreviews", false),
            Virtual("SubjectAccessReview", "subjectaccessreviews", false),
        ]),
        .. In("autoscaling", "v2",
        [
            Stored("HorizontalPodAutoscaler", "horizontalpodautoscalers", ["hpa"], _status) with { Categories = ["all"] },
        ]),
        .. In("batch", "v1",
        [
            Stored("CronJob", "cronjobs", ["cj"], _status) with { Categories = ["all"] },
            Stored("Job", "jobs", [], _status) with { Categories = ["all"] },
        ]),
        .. In("networking.k8s.io", "v1",
        [
            Stored("IngressClass", "ingressclasses", []) with { Namespaced = false },
            Stored("Ingress", "ingresses", ["ing"], _status) with { Lookup = Lookups.OfIngress },
            Stored("NetworkPolicy", "networkpolicies", ["netpol"], _status),
        ]),
        .. In("policy", "v1",
        [
            Stored("PodDisruptionBudget", "poddisruptionbudgets", ["pdb"], _status),
        ]),
        .. In("rbac.authorization.k8s.io", "v1",
        [
            Stored("ClusterRoleBinding", "clusterrolebindings", []) with { Namespaced = false },
            Stored("ClusterRole", "clusterroles", []) with { Namespaced = false },
            Stored("RoleBinding", "rolebindings", []),
            Stored("Role", "roles", []),
        ]),
        .. In("storage.k8s.io", "v1",
        [
            Stored("CSIDriver", "csidrivers", []) with { Namespaced = false },
            Stored("CSINode", "csinodes", []) with { Namespaced = false },
            Stored("CSIStorageCapacity", "csistoragecapacities", []) with { ListName = "CSIStorageCapacityList" },
            Stored("StorageClass", "storageclasses", ["sc"]) with { Namespaced = false },
            Stored("VolumeAttachment", "volumeattachments", [], _status) with { Namespaced = false },
        ]),
        .. In("apiextensions.k8s.io", "v1",
        [
            Stored("CustomResourceDefinition", "customresourcedefinitions", ["crd", "crds"], _status) with
            {
                Namespaced = false,
                Categories = ["api-extensions"],
            },
        ]),
        .. In("scheduling.k8s.io", "v1",
        [
            Stored("PriorityClass", "priorityclasses", ["pc"]) with { Namespaced = false },
        ]),
        .. In("coordination.k8s.io", "v1",
        [
            Stored("Lease", "leases", []),
        ]),
        .. In("discovery.k8s.io", "v1",
        [
            Stored("EndpointSlice", "endpointslices", []),
        ]),
    ]);

    // Events are served by two groups, and discovery names the second one after "apps".
    private static ImmutableArray<Kind> WithEvents(ImmutableArray<Kind> kinds)
    {
        var core = kinds.Single(kind => kind is { Group: "", Name: "Event" });
        var after = kinds.Last(kind => kind.Group == "apps");
        return kinds.Insert(kinds.IndexOf(after) + 1, Stored("Event", "events", ["ev"]) with
        {
            Group = "events.k8s.io",
            Version = "v1",
            StoredAs = core,
            FromStored = EventForms.FromCore,
            ToStored = EventForms.ToCore,
        });
    }

    private static IEnumerable<Kind> In(string group, string version, IEnumerable<Kind> kinds) =>
        kinds.Select(kind => kind with { Group = group, Version = version });

    private static Kind Stored(string name, string plural, IReadOnlyList<string> shortNames, params Subresource[] subresources) => new()
    {
        Group = "",
        Version = "",
        Name = name,
        Plural = plural,
        Singular = name.ToLowerInvariant(),
        ShortNames = shortNames,
        Subresources = subresources,
    };

    private static Kind Virtual(string name, string plural, bool namespaced) =>
        Stored(name, plural, []) with { Namespaced = namespaced, Verbs = _create };
}
