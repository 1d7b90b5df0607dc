namespace WholeTale.Simulator.Api;

/// <summary>What a path and method mean to an API server (k8s.io/apiserver, RequestInfo).</summary>
internal sealed record RequestInfo
{
    /// <summary>Whether the path names a resource; otherwise only <see cref="Path"/> and <see cref="Verb"/> mean something.</summary>
    public bool IsResource { get; init; }

    public required string Path { get; init; }

    /// <summary><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, <c>deletecollection</c>.</summary>
    public required string Verb { get; init; }

    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    /// <summary>The plural name, e.g. <c>pods</c>.</summary>
    public string Resource { get; init; } = "";

    public string Namespace { get; init; } = "";

    /// <summary>The object's name; empty for a collection.</summary>
    public string Name { get; init; } = "";

    public string Subresource { get; init; } = "";

    /// <summary>What follows the subresource, without a leading slash: the path behind <c>proxy/</c>.</summary>
    public string Rest { get; init; } = "";

    public static RequestInfo Parse(string method, string path, bool isWatch, bool hasFieldSelectorForName = false)
    {
        _ = hasFieldSelectorForName;
        var verb = method.ToUpperInvariant() switch
        {
            "GET" or "HEAD" => "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => "delete",
            _ => "",
        };
        var none = new RequestInfo { Path = path, Verb = method.ToLowerInvariant() };
        var parts = path.Trim('/').Split('/');
        string group = "", version;
        int at;
        if (parts is ["api", _, _, ..])
            (version, at) = (parts[1], 2);
        else if (parts is ["apis", _, _, _, ..])
            (group, version, at) = (parts[1], parts[2], 3);
        else
            return none;

        if (parts[at] == "watch" && parts.Length > at + 1)
        {
            at++;
            isWatch = true;
        }

        var ns = "";
        if (parts[at] == "namespaces" && parts.Length > at + 1)
        {
            ns = parts[at + 1];
            // namespaces/NAME and its own subresources are the Namespace itself.
            if (parts.Length > at + 2 && parts[at + 2] is not ("status" or "finalize"))
                at += 2;
        }

        var resource = parts[at];
        var name = parts.Length > at + 1 ? parts[at + 1] : "";
        if (name.Length == 0)
        {
            verb = verb switch
            {
                "get" => isWatch ? "watch" : "list",
                "delete" => "deletecollection",
                _ => verb,
            };
        }
        else if (isWatch && verb == "get")
        {
            verb = "watch";
        }

        return new RequestInfo
        {
            IsResource = true,
            Path = path,
            Verb = verb,
            Group = group,
            Version = version,
            Resource = resource,
            Namespace = ns,
            Name = name,
            Subresource = parts.Length > at + 2 ? parts[at + 2] : "",
            Rest = parts.Length > at + 3 ? string.Join('/', parts[(at + 3)..]) : "",
        };
    }
}
