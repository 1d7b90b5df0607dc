namespace WholeTale.Core;

/// <summary>Finds what a mistyped name was probably meant to be.</summary>
public static class Spelling
{
    /// <summary>Gives the candidate nearest to a name; null where none is near enough to be a likely slip.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        var best = candidates
            .Select(candidate => (Candidate: candidate, Distance: Distance(name, candidate)))
            .OrderBy(pair => pair.Distance)
            .ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
            .FirstOrDefault();

        // Half of the letters wrong is no slip any more.
        return best.Candidate is not null && best.Distance <= Math.Max(2, name.Length / 2) ? best.Candidate : null;
    }

    /// <summary>A sentence that names the nearest candidate, or all of a few, or nothing.</summary>
    public static string Suggest(string name, IReadOnlyCollection<string> candidates) =>
        Nearest(name, candidates) is { } nearest ? $"Did you mean '{nearest}'?"
        : candidates.Count is > 0 and <= 12 ? $"Known are {string.Join(", ", candidates)}."
        : "";

    /// <summary>How many letters must be added, dropped, replaced or swapped with their neighbour; letter case does not count.</summary>
    public static int Distance(string left, string right)
    {
        var a = left.ToUpperInvariant();
        var b = right.ToUpperInvariant();
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(replaced, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }
        return rows[a.Length, b.Length];
    }
}
