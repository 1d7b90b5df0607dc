using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>The names that a CustomResourceDefinition gives its kind (ValidateCustomResourceDefinitionNames).</summary>
internal static class DefinitionNames
{
    public static void Required(JsonNode? names, List<Cause> causes) => causes.AddRange(new[] { "plural", "singular", "kind", "listKind" }
        .Where(name => names?[name].Text() is null or "").Select(name => Cause.Required("spec.names." + name)));

    public static void Check(JsonNode? names, string path, List<Cause> causes)
    {
        foreach (var name in new[] { "plural", "singular" })
            Label(names?[name].Text() ?? "", $"{path}.{name}", causes);
        foreach (var name in new[] { "kind", "listKind" })
        {
            var value = names?[name].Text() ?? "";
            if (value.Length > 0 && Names.Dns1035Label(value.ToLowerInvariant()) is { Count: > 0 } problems)
                causes.Add(Cause.Invalid($"{path}.{name}", GoSyntax.Quote(value), "may have mixed case, but should otherwise match: " + string.Join(",", problems)));
        }

        List(names?["shortNames"], path + ".shortNames", causes);
        if (names?["kind"].Text() is { Length: > 0 } kind && kind == names["listKind"].Text())
            causes.Add(Cause.Invalid(path + ".listKind", GoSyntax.Quote(kind), "kind and listKind may not be the same"));
        List(names?["categories"], path + ".categories", causes);
    }

    private static void List(JsonNode? items, string path, List<Cause> causes)
    {
        var texts = items.Texts();
        for (var at = 0; at < texts.Count; at++)
            Label(texts[at], $"{path}[{at}]", causes);
    }

    private static void Label(string value, string path, List<Cause> causes)
    {
        if (value.Length > 0 && Names.Dns1035Label(value) is { Count: > 0 } problems)
            causes.Add(Cause.Invalid(path, GoSyntax.Quote(value), string.Join(",", problems)));
    }
}
