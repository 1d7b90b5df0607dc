using Microsoft.AspNetCore.Http;

namespace WholeTale.Simulator.Api;

/// <summary>A caller that asks to be taken for another (k8s.io/apiserver, filters/impersonation.go).</summary>
internal static class Impersonation
{
    private const string _extra = "Impersonate-Extra-";
    private const string _account = "system:serviceaccount:";

    /// <summary>The caller that the request is made as.</summary>
    /// <exception cref="ApiStatusException">The real caller may not impersonate that one (403).</exception>
    public static Caller Apply(HttpContext context, Caller caller, Authorizer authorizer)
    {
        var headers = context.Request.Headers;
        var user = headers["Impersonate-User"].ToString();
        var groups = headers["Impersonate-Group"].OfType<string>().ToList();
        var uid = headers["Impersonate-Uid"].ToString();
        var extras = headers.Where(header => header.Key.StartsWith(_extra, StringComparison.OrdinalIgnoreCase)).ToList();
        if (user.Length == 0)
        {
            return groups.Count == 0 && uid.Length == 0 && extras.Count == 0
                ? caller
                : throw new ApiStatusException(500, "InternalError", "Internal error occurred: requested impersonation of groups, uid or extra without impersonating a user");
        }

        var account = user.StartsWith(_account, StringComparison.Ordinal) ? user[_account.Length..].Split(':') : [];
        authorizer.Demand(caller, account is [var ns, var name]
            ? Request("serviceaccounts", name) with { Namespace = ns }
            : Request("users", user));
        foreach (var group in groups)
            authorizer.Demand(caller, Request("groups", group));
        if (uid.Length > 0)
            authorizer.Demand(caller, Request("uids", uid) with { Group = "authentication.k8s.io", Version = "v1" });
        foreach (var (header, values) in extras)
        {
            foreach (var value in values.OfType<string>())
                authorizer.Demand(caller, Request("userextras", value) with { Group = "authentication.k8s.io", Version = "v1", Subresource = Uri.UnescapeDataString(header[_extra.Length..]).ToLowerInvariant() });
        }

        if (groups.Count == 0 && account is [var home, _])
            groups.AddRange(["system:serviceaccounts", "system:serviceaccounts:" + home]);
        var mark = user == "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
        if (!groups.Contains(mark) && !groups.Contains("system:unauthenticated"))
            groups.Add(mark);
        return new Caller(user, groups, caller.Manager);
    }

    private static RequestInfo Request(string resource, string name) => new()
    {
        IsResource = true,
        Path = "",
        Verb = "impersonate",
        Version = "v1",
        Resource = resource,
        Name = name,
    };
}
