namespace WholeTale.Simulator.Api;

/// <summary>Decides who may do what.</summary>
internal sealed class Authorizer(KubernetesApi api)
{
    private static readonly string[] _public = ["/healthz", "/livez", "/readyz", "/version"];

    /// <exception cref="ApiStatusException">The caller may not (403).</exception>
    public void Demand(Caller caller, RequestInfo request)
    {
        if (!IsAllowed(caller, request))
            throw Forbidden(caller, request);
    }

    public bool IsAllowed(Caller caller, RequestInfo request)
    {
        _ = api;
        return caller.Groups.Contains("system:masters")
            || !request.IsResource && _public.Any(path => request.Path == path || request.Path.StartsWith(path + "/", StringComparison.Ordinal));
    }

    private static ApiStatusException Forbidden(Caller caller, RequestInfo request)
    {
        if (!request.IsResource)
        {
            return new ApiStatusException(
                403,
                "Forbidden",
                $"forbidden: User \"{caller.Name}\" cannot {request.Verb} path \"{request.Path}\"",
                []);
        }

        var resource = request.Subresource.Length > 0 ? request.Resource + "/" + request.Subresource : request.Resource;
        var subject = request.Group.Length == 0 ? request.Resource : request.Resource + "." + request.Group;
        var named = request.Name.Length == 0 ? "" : $" \"{request.Name}\"";
        var scope = request.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        var details = new System.Text.Json.Nodes.JsonObject();
        if (request.Name.Length > 0)
            details["name"] = request.Name;
        if (request.Group.Length > 0)
            details["group"] = request.Group;
        details["kind"] = request.Resource;
        return new ApiStatusException(
            403,
            "Forbidden",
            $"{subject}{named} is forbidden: User \"{caller.Name}\" cannot {request.Verb} resource \"{resource}\" in API group \"{request.Group}\" {scope}",
            details);
    }
}
