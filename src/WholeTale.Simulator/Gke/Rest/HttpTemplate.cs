namespace WholeTale.Simulator.Gke.Rest;

/// <summary>A path of <c>google.api.http</c>, taken apart: <c>/v1/{name=projects/*/locations/*}:verb</c>.</summary>
/// <param name="Segments">Its segments; null for one that may be anything.</param>
/// <param name="Verb">What stands behind the colon; empty where there is none.</param>
/// <param name="Variables">The fields that parts of the path give: from which segment, how many.</param>
internal sealed record HttpTemplate(IReadOnlyList<string?> Segments, string Verb, IReadOnlyList<(string Field, int First, int Count)> Variables)
{
    public static HttpTemplate Parse(string text)
    {
        var segments = new List<string?>();
        var variables = new List<(string, int, int)>();
        var colon = text.LastIndexOf(':');
        var verb = colon > text.LastIndexOf('}') && colon > text.LastIndexOf('/') ? text[(colon + 1)..] : "";
        var path = verb.Length > 0 ? text[..colon] : text;
        for (var at = 1; at <= path.Length;)
        {
            var isVariable = path[at] == '{';
            var end = isVariable ? path.IndexOf('}', at) : path.IndexOf('/', at) is >= 0 and var slash ? slash : path.Length;
            var part = path[(isVariable ? at + 1 : at)..end];
            if (isVariable)
            {
                var (field, pattern) = part.Split('=', 2) is [var named, var meant] ? (named, meant) : (part, "*");
                var first = segments.Count;
                segments.AddRange(pattern.Split('/').Select(Literal));
                variables.Add((field, first, segments.Count - first));
            }
            else
            {
                segments.Add(Literal(part));
            }

            at = end + (isVariable ? 2 : 1);
        }

        return new HttpTemplate(segments, verb, variables);
    }

    private static string? Literal(string segment) => segment == "*" ? null : segment;
}
