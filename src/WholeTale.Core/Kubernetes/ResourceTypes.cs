namespace WholeTale.Core.Kubernetes;

/// <summary>The built-in kinds that this product works with, as the Kubernetes API reference (1.26 to 1.35) serves them.</summary>
public static class ResourceTypes
{
    /// <summary>Namespace.</summary>
    public static readonly ResourceType Namespace = new("", "v1", "Namespace", "namespaces", false);

    /// <summary>Node.</summary>
    public static readonly ResourceType Node = new("", "v1", "Node", "nodes", false);

    /// <summary>Pod.</summary>
    public static readonly ResourceType Pod = new("", "v1", "Pod", "pods", true);

    /// <summary>Service.</summary>
    public static readonly ResourceType Service = new("", "v1", "Service", "services", true);

    /// <summary>Endpoints.</summary>
    public static readonly ResourceType Endpoints = new("", "v1", "Endpoints", "endpoints", true);

    /// <summary>ConfigMap.</summary>
    public static readonly ResourceType ConfigMap = new("", "v1", "ConfigMap", "configmaps", true);

    /// <summary>Secret.</summary>
    public static readonly ResourceType Secret = new("", "v1", "Secret", "secrets", true);

    /// <summary>ServiceAccount.</summary>
    public static readonly ResourceType ServiceAccount = new("", "v1", "ServiceAccount", "serviceaccounts", true);

    /// <summary>PersistentVolumeClaim.</summary>
    public static readonly ResourceType PersistentVolumeClaim = new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true);

    /// <summary>PersistentVolume.</summary>
    public static readonly ResourceType PersistentVolume = new("", "v1", "PersistentVolume", "persistentvolumes", false);

    /// <summary>Event of the core group.</summary>
    public static readonly ResourceType Event = new("", "v1", "Event", "events", true);

    /// <summary>ResourceQuota.</summary>
    public static readonly ResourceType ResourceQuota = new("", "v1", "ResourceQuota", "resourcequotas", true);

    /// <summary>LimitRange.</summary>
    public static readonly ResourceType LimitRange = new("", "v1", "LimitRange", "limitranges", true);

    /// <summary>Deployment.</summary>
    public static readonly ResourceType Deployment = new("apps", "v1", "Deployment", "deployments", true);

    /// <summary>ReplicaSet.</summary>
    public static readonly ResourceType ReplicaSet = new("apps", "v1", "ReplicaSet", "replicasets", true);

    /// <summary>StatefulSet.</summary>
    public static readonly ResourceType StatefulSet = new("apps", "v1", "StatefulSet", "statefulsets", true);

    /// <summary>DaemonSet.</summary>
    public static readonly ResourceType DaemonSet = new("apps", "v1", "DaemonSet", "daemonsets", true);

    /// <summary>Job.</summary>
    public static readonly ResourceType Job = new("batch", "v1", "Job", "jobs", true);

    /// <summary>CronJob.</summary>
    public static readonly ResourceType CronJob = new("batch", "v1", "CronJob", "cronjobs", true);

    /// <summary>Ingress.</summary>
    public static readonly ResourceType Ingress = new("networking.k8s.io", "v1", "Ingress", "ingresses", true);

    /// <summary>IngressClass.</summary>
    public static readonly ResourceType IngressClass = new("networking.k8s.io", "v1", "IngressClass", "ingressclasses", false);

    /// <summary>NetworkPolicy.</summary>
    public static readonly ResourceType NetworkPolicy = new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true);

    /// <summary>Role.</summary>
    public static readonly ResourceType Role = new("rbac.authorization.k8s.io", "v1", "Role", "roles", true);

    /// <summary>RoleBinding.</summary>
    public static readonly ResourceType RoleBinding = new("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", true);

    /// <summary>ClusterRole.</summary>
    public static readonly ResourceType ClusterRole = new("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false);

    /// <summary>ClusterRoleBinding.</summary>
    public static readonly ResourceType ClusterRoleBinding = new("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", false);

    /// <summary>PodDisruptionBudget.</summary>
    public static readonly ResourceType PodDisruptionBudget = new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", true);

    /// <summary>StorageClass.</summary>
    public static readonly ResourceType StorageClass = new("storage.k8s.io", "v1", "StorageClass", "storageclasses", false);

    /// <summary>Lease.</summary>
    public static readonly ResourceType Lease = new("coordination.k8s.io", "v1", "Lease", "leases", true);

    /// <summary>CustomResourceDefinition.</summary>
    public static readonly ResourceType CustomResourceDefinition = new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ResourceType> All { get; } =
    [
        Namespace, Node, Pod, Service, Endpoints, ConfigMap, Secret, ServiceAccount, PersistentVolumeClaim, PersistentVolume, Event, ResourceQuota, LimitRange,
        Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, Ingress, IngressClass, NetworkPolicy, Role, RoleBinding, ClusterRole, ClusterRoleBinding,
        PodDisruptionBudget, StorageClass, Lease, CustomResourceDefinition,
    ];

    /// <summary>Kinds that run pods: what they need must outlast them.</summary>
    public static IReadOnlySet<ResourceType> Workloads { get; } = new HashSet<ResourceType> { Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, Pod };

    // Nobody makes objects for one of these and has them go with it, or only what means nothing without it and runs nothing: a Service's EndpointSlices.
    private static readonly HashSet<ResourceType> Leaves =
        [ConfigMap, Secret, ServiceAccount, PersistentVolumeClaim, Role, RoleBinding, NetworkPolicy, PodDisruptionBudget, Service, Ingress];

    private static readonly Dictionary<(string, string), ResourceType> ByKind = All.ToDictionary(type => (type.ApiVersion, type.Kind));

    /// <summary>How an object is deleted so that it is gone after all that runs for it. One for which nothing runs goes at once: in the foreground it would wait for the garbage collector to find that out.</summary>
    public static Propagation PropagationOf(ResourceType type) => Leaves.Contains(type) ? Propagation.Background : Propagation.Foreground;

    /// <summary>Whether objects of a kind as a rule are still there when their deletion is answered: they go after what runs for them, or, a claim, after the pods that use it (pvc-protection).</summary>
    public static bool Lingers(ResourceType type) => type == PersistentVolumeClaim || PropagationOf(type) == Propagation.Foreground;

    /// <summary>Finds a built-in kind; null where it is not one.</summary>
    public static ResourceType? Find(string apiVersion, string kind) => ByKind.GetValueOrDefault((apiVersion, kind));
}
