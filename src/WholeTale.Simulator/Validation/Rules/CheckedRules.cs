using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Rules of a kind that adds checks of its own and nothing else.</summary>
/// <param name="kind">The kind.</param>
/// <param name="schema">Its schema.</param>
/// <param name="check">Checks a new object, and a changed one (with what it was) again.</param>
internal sealed class CheckedRules(Kind kind, TypeSchema schema, Action<JsonObject, JsonObject?, List<Cause>> check) : KindRules(kind, schema)
{
    private protected override void CheckCreate(JsonObject content, List<Cause> causes) => check(content, null, causes);

    private protected override void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes)
    {
        if (subresource.Length == 0)
            check(next, live, causes);
    }
}
