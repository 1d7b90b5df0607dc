using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Pods;

/// <summary>Where a pod may run: node terms, tolerations, spreading.</summary>
internal sealed class PlacementChecks(List<Cause> causes)
{
    public void NodeTerms(JsonNode? selector, string field)
    {
        if (selector is not null && !selector["nodeSelectorTerms"].Objects().Any())
            causes.Add(Cause.Required(field + ".nodeSelectorTerms", "must have at least one node selector term"));
    }

    public void Tolerations(JsonArray tolerations, string field)
    {
        for (var at = 0; at < tolerations.Count; at++)
        {
            var path = $"{field}[{at}]";
            var toleration = tolerations[at]!;
            var key = toleration["key"].Text() ?? "";
            if (key.Length > 0)
                causes.AddRange(Names.QualifiedName(key).Select(problem => Cause.Invalid(path + ".key", GoSyntax.Quote(key), problem)));
            else if (toleration["operator"].Text() != "Exists")
                causes.Add(Cause.Invalid(path + ".operator", GoSyntax.Quote(toleration["operator"].Text() ?? ""), "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
            if (toleration["tolerationSeconds"] is not null && toleration["effect"].Text() != "NoExecute")
                causes.Add(Cause.Invalid(path + ".effect", GoSyntax.Quote(toleration["effect"].Text() ?? ""), "effect must be 'NoExecute' when `tolerationSeconds` is set"));
            switch (toleration["operator"].Text())
            {
                case "Equal" or null or "":
                    causes.AddRange(Names.LabelValue(toleration["value"].Text() ?? "").Select(problem => Cause.Invalid(path + ".operator", GoSyntax.Quote(toleration["value"].Text() ?? ""), problem)));
                    break;
                case "Exists":
                    if (toleration["value"].Text() is { Length: > 0 } value)
                        causes.Add(Cause.Invalid(path + ".operator", GoSyntax.Quote(value), "value must be empty when `operator` is 'Exists'"));
                    break;
                default:
                    causes.Add(Cause.NotSupported(path + ".operator", GoSyntax.Quote(toleration["operator"].Text()!), "Equal", "Exists"));
                    break;
            }

            if (toleration["effect"].Text() is { Length: > 0 } effect && effect is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute"))
                causes.Add(Cause.NotSupported(path + ".effect", GoSyntax.Quote(effect), "NoSchedule", "PreferNoSchedule", "NoExecute"));
        }
    }

    public void Spread(JsonArray constraints, string field)
    {
        for (var at = 0; at < constraints.Count; at++)
        {
            var constraint = constraints[at]!;
            if ((constraint["maxSkew"].Number() ?? 0) <= 0)
                causes.Add(Cause.Invalid($"{field}[{at}].maxSkew", GoSyntax.Number(constraint["maxSkew"].Number() ?? 0), "must be greater than zero"));
            if (constraint["topologyKey"].Text() is null or "")
                causes.Add(Cause.Required($"{field}[{at}].topologyKey", "can not be empty"));
            if (constraint["whenUnsatisfiable"].Text() is not ("DoNotSchedule" or "ScheduleAnyway"))
                causes.Add(Cause.NotSupported($"{field}[{at}].whenUnsatisfiable", GoSyntax.Quote(constraint["whenUnsatisfiable"].Text() ?? ""), "DoNotSchedule", "ScheduleAnyway"));
        }
    }
}
