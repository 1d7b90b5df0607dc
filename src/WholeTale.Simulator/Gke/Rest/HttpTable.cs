using Google.Api;
using Google.Protobuf.Reflection;

namespace WholeTale.Simulator.Gke.Rest;

/// <summary>Which method of a service a request means: a tree keyed by the segments of paths, made of the service's own HTTP annotations.</summary>
internal sealed class HttpTable
{
    private readonly Node _root = new();

    public HttpTable(Google.Protobuf.Reflection.ServiceDescriptor service)
    {
        foreach (var method in service.Methods)
        {
            var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
            foreach (var binding in rule.AdditionalBindings.Prepend(rule))
                Add(method, binding);
        }
    }

    /// <summary>The method, and the fields of its request that the path gives; null where no path fits.</summary>
    public (MethodDescriptor Method, bool HasBody, IReadOnlyList<(string Field, string Value)> Fields)? Find(string method, string path)
    {
        var colon = path.LastIndexOf(':');
        var verb = colon > path.LastIndexOf('/') ? path[(colon + 1)..] : "";
        var segments = (verb.Length > 0 ? path[..colon] : path).Split('/')[1..];
        return Find(_root, segments, 0, $"{method}:{verb}") is { } end
            ? (end.Method, end.HasBody, [.. end.Template.Variables.Select(part => (part.Field, string.Join('/', segments.Skip(part.First).Take(part.Count).Select(Uri.UnescapeDataString))))])
            : null;
    }

    // What is said literally goes before what may be anything.
    private static End? Find(Node node, string[] segments, int at, string end)
    {
        if (at == segments.Length)
            return node.Ends.GetValueOrDefault(end);
        if (node.Next.TryGetValue(segments[at], out var next) && Find(next, segments, at + 1, end) is { } found)
            return found;
        return segments[at].Length > 0 && node.Any is { } any ? Find(any, segments, at + 1, end) : null;
    }

    private void Add(MethodDescriptor method, HttpRule binding)
    {
        var (verb, path) = binding.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => ("GET", binding.Get),
            HttpRule.PatternOneofCase.Put => ("PUT", binding.Put),
            HttpRule.PatternOneofCase.Post => ("POST", binding.Post),
            HttpRule.PatternOneofCase.Delete => ("DELETE", binding.Delete),
            _ => throw new NotSupportedException($"{method.FullName} is bound to {binding.PatternCase}."),
        };
        var template = HttpTemplate.Parse(path);
        var node = _root;
        foreach (var segment in template.Segments)
        {
            if (segment is null)
                node = node.Any ??= new Node();
            else if (node.Next.TryGetValue(segment, out var next))
                node = next;
            else
                node.Next[segment] = node = new Node();
        }

        node.Ends.Add($"{verb}:{template.Verb}", new End(method, template, binding.Body.Length > 0));
    }

    private sealed record End(MethodDescriptor Method, HttpTemplate Template, bool HasBody);

    private sealed class Node
    {
        public Dictionary<string, Node> Next { get; } = new(StringComparer.Ordinal);

        public Node? Any { get; set; }

        public Dictionary<string, End> Ends { get; } = new(StringComparer.Ordinal);
    }
}
