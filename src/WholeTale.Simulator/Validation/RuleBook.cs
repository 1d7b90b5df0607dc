using System.Collections.Concurrent;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation.Rules;

namespace WholeTale.Simulator.Validation;

/// <summary>The rules of each kind, made when it is first used.</summary>
internal sealed class RuleBook(ObjectStore store)
{
    private readonly ConcurrentDictionary<Kind, KindRules> _rules = new();

    public KindRules Of(Kind kind) => _rules.GetOrAdd(kind, Make);

    private KindRules Make(Kind kind)
    {
        if (kind.Custom)
            return new CustomRules(kind);
        var schema = ModelSchemas.Find(kind.Group, kind.Version, kind.Name) ?? TypeSchema.Deduced;
        return (kind.Group, kind.Name) switch
        {
            ("", "Pod") => new PodRules(kind, schema),
            ("", "Service") => new ServiceRules(kind, schema, new ServiceAllocator(store, kind)),
            ("", "Namespace") => new NamespaceRules(kind, schema),
            ("", "ConfigMap" or "Secret") => new ConfigRules(kind, schema),
            ("", "PersistentVolumeClaim") => new ClaimRules(kind, schema),
            ("apps", "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet") => new WorkloadRules(kind, schema),
            ("batch", _) => new JobRules(kind, schema),
            _ => new KindRules(kind, schema),
        };
    }
}
