namespace WholeTale.Core.Tales;

/// <summary>How many tales each user runs, counting those that are just being launched: many launches at once cannot slip past the limit together.</summary>
internal sealed class TaleQuota(int limit)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<string>> launching = new(StringComparer.Ordinal);

    /// <summary>Takes a place for a user, who runs the named tales already.</summary>
    /// <exception cref="TaleException">The user has none left.</exception>
    public void Take(string user, string name, IReadOnlyList<string> running)
    {
        if (limit == 0 || user.Length == 0)
            return;
        lock (gate)
        {
            if (!launching.TryGetValue(user, out var names))
                launching[user] = names = new(StringComparer.Ordinal);
            var theirs = running.Union(names, StringComparer.Ordinal).Count();
            if (theirs >= limit)
            {
                throw new TaleException(
                    "TaleQuotaReached", FailureKind.Refused, user, $"A further tale cannot be started for {user}, who runs {theirs} already: that is as many as a user may have.",
                    "Remove one of them (Remove-WTTalePod), or raise the setting Girder.InstancesPerUser (0 is no limit).");
            }
            names.Add(name);
        }
    }

    /// <summary>Gives a place back: the launch has failed, or the tale can now be counted on the cluster.</summary>
    public void Release(string user, string name)
    {
        lock (gate)
        {
            if (launching.TryGetValue(user, out var names) && names.Remove(name) && names.Count == 0)
                launching.Remove(user);
        }
    }
}
