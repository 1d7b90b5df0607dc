namespace WholeTale.Core.Tales;

/// <summary>The address of a tale, with its token and without.</summary>
internal static class TaleUrl
{
    private const string Token = "{token}";

    /// <summary>The address that may be shown: what holds the token is left out.</summary>
    public static Uri? Public(string host, string path)
    {
        var (before, query) = Split(path);
        // A path cannot be given in part: without its token it ends before the part that holds it.
        var cut = before.IndexOf(Token, StringComparison.Ordinal);
        if (cut >= 0)
            before = before[..(before.LastIndexOf('/', cut) + 1)];
        var kept = string.Join('&', query.Split('&').Where(pair => pair.Length > 0 && !pair.Contains(Token, StringComparison.Ordinal)));
        return Make(host, kept.Length > 0 ? $"{before}?{kept}" : before);
    }

    /// <summary>The address as a browser needs it.</summary>
    public static Uri? Full(string host, string path, string token) => Make(host, path.Replace(Token, token, StringComparison.Ordinal));

    private static Uri? Make(string host, string rest) => Uri.TryCreate($"https://{host}/{rest.TrimStart('/')}", UriKind.Absolute, out var url) ? url : null;

    private static (string Path, string Query) Split(string path)
    {
        var mark = path.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (path, "") : (path[..mark], path[(mark + 1)..]);
    }
}
