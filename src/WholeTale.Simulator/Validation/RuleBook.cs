using System.Collections.Concurrent;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation.Rules;

namespace WholeTale.Simulator.Validation;

/// <summary>The rules of each kind, made when it is first used.</summary>
/// <param name="store">The objects.</param>
/// <param name="minor">The server's minor version.</param>
internal sealed class RuleBook(ObjectStore store, int minor)
{
    private readonly ConcurrentDictionary<Kind, KindRules> _rules = new();

    public KindRules Of(Kind kind) => _rules.GetOrAdd(kind, Make);

    private KindRules Make(Kind kind)
    {
        if (kind.Custom)
            return new CustomRules(kind);
        var schema = ModelSchemas.Find(kind.Group, kind.Version, kind.Name, minor) ?? TypeSchema.Deduced;
        return (kind.Group, kind.Name) switch
        {
            ("", "Pod") => new PodRules(kind, schema),
            ("", "Service") => new ServiceRules(kind, schema, new ServiceAllocator(store, kind)),
            ("", "Namespace") => new NamespaceRules(kind, schema),
            ("", "ConfigMap" or "Secret") => new ConfigRules(kind, schema),
            ("", "PersistentVolumeClaim") => new ClaimRules(kind, schema),
            ("apps", "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet") => new WorkloadRules(kind, schema),
            ("batch", _) => new JobRules(kind, schema),
            ("", "Node") => new CheckedRules(kind, schema, NodeChecks.Check),
            ("", "Event") => new CheckedRules(kind, schema, EventChecks.Check),
            ("events.k8s.io", "Event") => new CheckedRules(kind, schema, EventChecks.Modern),
            ("", "PersistentVolume") => new CheckedRules(kind, schema, VolumeChecks.Volume),
            ("", "ResourceQuota") => new CheckedRules(kind, schema, QuotaChecks.Quota),
            ("", "LimitRange") => new CheckedRules(kind, schema, QuotaChecks.Limits),
            ("", "Endpoints") => new CheckedRules(kind, schema, EndpointChecks.Endpoints),
            ("discovery.k8s.io", "EndpointSlice") => new CheckedRules(kind, schema, EndpointChecks.Slice),
            ("networking.k8s.io", "Ingress") => new CheckedRules(kind, schema, IngressChecks.Ingress),
            ("networking.k8s.io", "IngressClass") => new CheckedRules(kind, schema, IngressChecks.Class),
            ("networking.k8s.io", "NetworkPolicy") => new CheckedRules(kind, schema, PolicyChecks.Network),
            ("policy", "PodDisruptionBudget") => new CheckedRules(kind, schema, PolicyChecks.Budget),
            ("scheduling.k8s.io", "PriorityClass") => new CheckedRules(kind, schema, PolicyChecks.Priority),
            ("coordination.k8s.io", "Lease") => new CheckedRules(kind, schema, PolicyChecks.Lease),
            ("storage.k8s.io", "StorageClass") => new CheckedRules(kind, schema, VolumeChecks.Class),
            ("rbac.authorization.k8s.io", "Role") => new CheckedRules(kind, schema, AccessChecks.Role),
            ("rbac.authorization.k8s.io", "ClusterRole") => new CheckedRules(kind, schema, AccessChecks.ClusterRole),
            ("rbac.authorization.k8s.io", "RoleBinding") => new CheckedRules(kind, schema, AccessChecks.RoleBinding),
            ("rbac.authorization.k8s.io", "ClusterRoleBinding") => new CheckedRules(kind, schema, AccessChecks.ClusterRoleBinding),
            ("apiextensions.k8s.io", "CustomResourceDefinition") => new DefinitionRules(kind, schema),
            _ => new KindRules(kind, schema),
        };
    }
}
