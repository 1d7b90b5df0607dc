using System.Collections.Concurrent;
using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Validation;

/// <summary>The rules of each kind, made when it is first used.</summary>
internal sealed class RuleBook
{
    private readonly ConcurrentDictionary<Kind, KindRules> _rules = new();

    public KindRules Of(Kind kind) => _rules.GetOrAdd(kind, Make);

    private static KindRules Make(Kind kind)
    {
        var schema = ModelSchemas.Find(kind.Group, kind.Version, kind.Name) ?? TypeSchema.Deduced;
        return new KindRules(kind, schema);
    }
}
