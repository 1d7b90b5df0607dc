using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Another field manager holds fields that the plan sets to other values.</summary>
public sealed partial class ConflictException : WholeTaleException
{
    private ConflictException(ObjectReference reference, IReadOnlyList<FieldConflict> conflicts, ApiException? cause)
        : base("Conflict", FailureKind.Conflict, reference.ToString(), Describe(reference, conflicts), Recommend(conflicts), cause)
    {
        Object = reference;
        Conflicts = conflicts;
    }

    /// <summary>The object.</summary>
    public ObjectReference Object { get; }

    /// <summary>The fields, each with who holds it.</summary>
    public IReadOnlyList<FieldConflict> Conflicts { get; }

    /// <summary>Reads a refusal; null where it is not a conflict between field managers.</summary>
    internal static ConflictException? From(ObjectReference reference, ApiException exception)
    {
        if (exception.StatusCode != System.Net.HttpStatusCode.Conflict)
            return null;
        var conflicts = exception.Status.Items("details", "causes").Where(cause => cause.Text("reason") == "FieldManagerConflict").Select(Read).ToList();
        return conflicts.Count == 0 ? null : new ConflictException(reference, conflicts, exception);
    }

    /// <summary>A conflict that the server does not see, because nobody names the field.</summary>
    internal static ConflictException Of(ObjectReference reference, IReadOnlyList<FieldConflict> conflicts) => new(reference, conflicts, null);

    private static FieldConflict Read(JsonObject cause)
    {
        // `conflict with "kubectl-edit" using apps/v1` or `conflict with "kubectl" with subresource "scale" using ...`
        var match = Manager().Match(cause.Text("message"));
        return new FieldConflict(cause.Text("field").TrimStart('.'), match.Success ? match.Groups[1].Value : cause.Text("message"));
    }

    private static string Describe(ObjectReference reference, IReadOnlyList<FieldConflict> conflicts) =>
        $"{reference} was not changed, because others hold fields of it: {string.Join("; ", conflicts.Select(conflict => $"{conflict.Field} is held by {conflict.Manager}"))}.";

    private static string Recommend(IReadOnlyList<FieldConflict> conflicts) =>
        $"Repeat with -Force to take {(conflicts.Count == 1 ? "it" : "them")} over, or have {conflicts[0].Manager} give way.";

    [GeneratedRegex("conflict with \"([^\"]+)\"")]
    private static partial Regex Manager();
}

/// <summary>A field that somebody else holds.</summary>
/// <param name="Field">Its path.</param>
/// <param name="Manager">The field manager that holds it.</param>
public sealed record FieldConflict(string Field, string Manager);
