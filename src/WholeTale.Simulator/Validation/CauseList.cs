using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>Causes that many checks add.</summary>
internal static class CauseList
{
    /// <summary>Demands one of some texts.</summary>
    public static void OneOf(this List<Cause> causes, JsonNode? value, string path, params string[] allowed)
    {
        var text = value.Text() ?? "";
        if (text.Length == 0)
            causes.Add(Cause.Required(path));
        else if (!allowed.Contains(text))
            causes.Add(Cause.NotSupported(path, GoSyntax.Quote(text), allowed));
    }

    /// <summary>Adds what is wrong with a name.</summary>
    public static void Named(this List<Cause> causes, IReadOnlyList<string> problems, string path, string value) =>
        causes.AddRange(problems.Select(problem => Cause.Invalid(path, GoSyntax.Quote(value), problem)));
}
