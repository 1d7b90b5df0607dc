using System.Collections.Concurrent;

namespace WholeTale.Core.Manifests;

/// <summary>What texts were parsed to, kept for the life of the process. Texts are templates and hold no values, so nothing secret stays.</summary>
/// <typeparam name="T">What is made of a text; nobody may change it.</typeparam>
internal sealed class ParseCache<T>
{
    /// <summary>More texts than a module's templates have forms: beyond it, something makes texts up, and all are forgotten.</summary>
    private const int Room = 500;

    private readonly ConcurrentDictionary<string, T> known = new(StringComparer.Ordinal);

    /// <summary>Gives what a text was parsed to, or parses it. What fails is not kept.</summary>
    public T GetOrAdd(string text, Func<string, T> parse)
    {
        if (known.TryGetValue(text, out var found))
            return found;
        if (known.Count >= Room)
            known.Clear();
        return known[text] = parse(text);
    }
}
