namespace WholeTale.Core.Certificates;

/// <summary>Which names of a certificate are good for which hosts.</summary>
internal static class HostName
{
    /// <summary>Whether one of a certificate's names is good for a host.</summary>
    public static bool IsCovered(string host, IEnumerable<string> names) => names.Any(name => Matches(name, host));

    // RFC 6125, 6.4.3: a wildcard stands for exactly one label, the leftmost, and is that label alone (CA/Browser Forum).
    private static bool Matches(string name, string host)
    {
        if (!name.StartsWith("*.", StringComparison.Ordinal))
            return string.Equals(name, host, StringComparison.OrdinalIgnoreCase);
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && name.Length > 2 && string.Equals(name[1..], host[dot..], StringComparison.OrdinalIgnoreCase);
    }
}
