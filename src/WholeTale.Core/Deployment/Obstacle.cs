namespace WholeTale.Core.Deployment;

/// <summary>Something for which a deploy would be refused.</summary>
/// <param name="Words">What a person is told beside the change: <c>needs -Force</c>.</param>
/// <param name="Fields">The fields concerned; empty for the whole object.</param>
/// <param name="Owners">Whose fields are concerned, beside.</param>
internal sealed record Obstacle(string Words, IReadOnlyList<string> Fields, IReadOnlyList<string> Owners)
{
    internal static Obstacle Of(ConflictException conflict) =>
        new("needs -Force", [.. conflict.Conflicts.Select(item => item.Field)], [.. conflict.Conflicts.Select(item => item.Manager).Distinct(StringComparer.Ordinal)]);

    /// <summary>Puts an object's obstacles beside its changes, each where it belongs: beside all of them where the fields are not found again.</summary>
    internal static IReadOnlyList<Change> Mark(IReadOnlyList<Change> changes, IReadOnlyList<Obstacle> obstacles)
    {
        var words = changes.Select(_ => new List<string>()).ToList();
        foreach (var obstacle in obstacles)
        {
            var concerned = Enumerable.Range(0, changes.Count).Where(index => obstacle.Concerns(changes[index])).ToList();
            foreach (var index in concerned.Count > 0 ? concerned : Enumerable.Range(0, changes.Count))
                words[index].Add(obstacle.Words);
        }

        return [.. changes.Select((change, index) => change with { Obstacle = string.Join(", ", words[index].Distinct(StringComparer.Ordinal)) })];
    }

    private bool Concerns(Change change) =>
        Fields.Any(field => Immutability.IsWithin(change.Path, field)) || change.Owner.Split(", ", StringSplitOptions.RemoveEmptyEntries).Any(Owners.Contains);
}
