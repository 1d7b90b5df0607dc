namespace WholeTale.Core.Deployment;

/// <summary>What a plan would do to each object, as far as the server's dry run tells.</summary>
internal static class Foresight
{
    internal static IReadOnlyList<AppliedObject> Of(DeployPlan plan) =>
        [.. plan.Objects.Select(planned => planned.Row(Foresee(plan, planned))), .. plan.Leftovers.Select(planned => planned.Row(AppliedResult.Pruned))];

    /// <summary>The same in lines for a person, after a summary; what stays as it is is left out, and of values too long to read all but what differs.</summary>
    internal static string Describe(string summary, IReadOnlyList<AppliedObject> steps, IReadOnlyList<Change> changes, params IEnumerable<string> further)
    {
        var lines = new List<string> { summary };
        foreach (var step in steps.Where(step => step.Result != AppliedResult.Unchanged))
        {
            lines.Add($"  {Verb(step.Result)} {step.Kind} {step.Name}");
            if (step.Result == AppliedResult.Updated)
                lines.AddRange(changes.Where(change => change.Path.Length > 0 && (change.Kind, change.Name) == (step.Kind, step.Name)).Select(Line));
        }

        return string.Join(Environment.NewLine, lines.Concat(further.Select(line => $"  {line}")));
    }

    private static AppliedResult Foresee(DeployPlan plan, PlannedObject planned) =>
        plan.Live.Find(planned.Reference) is not { } item || Kubernetes.ObjectFields.IsDeleting(item) ? AppliedResult.Created
        : plan.Holds(planned) ? AppliedResult.Unchanged
        : plan.Foreseen.ContainsKey(planned.Reference) ? AppliedResult.Updated
        : AppliedResult.Recreated;

    private static string Verb(AppliedResult result) => result switch
    {
        AppliedResult.Created => "create",
        AppliedResult.Updated => "change",
        AppliedResult.Recreated => "delete and make again",
        _ => "delete",
    };

    private static string Line(Change change)
    {
        var (before, after) = change.Shorten();
        return $"    {change.Path}: {before ?? "nothing"} -> {after ?? "nothing"}";
    }
}
