using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary>Who may call a route.</summary>
internal enum GirderAccess
{
    Public,
    User,
    Admin,
}

/// <summary>One route of the API.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Its path below <c>/api/v1</c>; a part that begins with a colon stands for any.</param>
/// <param name="Access">Who may call it.</param>
/// <param name="Answer">What answers.</param>
/// <param name="Plugin">The plugin that brings it; null for Girder's own.</param>
/// <param name="Generation">The only generation that has it; null for all.</param>
internal sealed record GirderRoute(
    string Method, string Path, GirderAccess Access, Func<GirderCall, JsonNode?> Answer, string? Plugin = null, GirderGeneration? Generation = null)
{
    private readonly string[] _parts = Path.Split('/');

    public string Resource => _parts[0];

    /// <summary>Matches a path; gives the values of its variable parts.</summary>
    public IReadOnlyDictionary<string, string>? Match(string method, string[] path)
    {
        if (method != Method || path.Length != _parts.Length)
            return null;
        var wildcards = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < path.Length; i++)
        {
            if (_parts[i].StartsWith(':'))
                wildcards[_parts[i][1..]] = path[i];
            else if (_parts[i] != path[i])
                return null;
        }
        return wildcards;
    }
}
