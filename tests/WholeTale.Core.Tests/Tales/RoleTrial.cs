using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Tales;

/// <summary>
/// Tries what a Role's account can do with it, held by RBAC with a token of the account's own. Rights are written <c>apps/deployments get</c>, <c>pods/log get</c> or, of one object alone,
/// <c>secrets get girder-admin</c>.
/// </summary>
/// <param name="administrator">The cluster, with all rights.</param>
/// <param name="role">The Role, bound to the account of the same name.</param>
internal sealed class RoleTrial(ApiConnection administrator, ObjectReference role)
{
    private readonly ApiClient api = ApiClient.For(administrator);

    /// <summary>Gives the account's own connection, with a token such as the kubelet puts into its pods.</summary>
    public async Task<ApiConnection> LogInAsync()
    {
        using var handler = new SocketsHttpHandler { SslOptions = ApiTransport.Trust(administrator) };
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await administrator.Token!(CancellationToken.None));
        using var reply = await http.PostAsJsonAsync(
            new Uri(administrator.Endpoint, $"/api/v1/namespaces/{role.Namespace}/serviceaccounts/{role.Name}/token"),
            new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = new JsonObject { ["expirationSeconds"] = 3600 } });
        reply.EnsureSuccessStatusCode();
        var token = (string)JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["status"]!["token"]!;
        return administrator with { Name = role.Name, Token = _ => ValueTask.FromResult<string?>(token) };
    }

    /// <summary>Gives the Role these rights and no others.</summary>
    public async Task GrantAsync(IEnumerable<string> rights) => await api.MergeAsync(role, new JsonObject { ["rules"] = new JsonArray([.. rights.Select(Rule)]) }, CancellationToken.None);

    /// <summary>Takes each of the rights away in turn, and gives those without which the work goes on as before.</summary>
    public async Task<IReadOnlyList<string>> FindUselessAsync(IReadOnlyList<string> rights, Func<Task> work)
    {
        await GrantAsync(rights);
        await work();
        var useless = new List<string>();
        foreach (var right in rights)
        {
            await GrantAsync(rights.Where(other => other != right));
            if (await Record.ExceptionAsync(work) is null)
                useless.Add(right);
        }

        // What broke broke for want of its right, and not of what the runs before left behind.
        await GrantAsync(rights);
        await work();
        return useless;
    }

    /// <summary>The rights that a Role's rules give.</summary>
    public static IEnumerable<string> Granted(JsonArray rules) =>
        from rule in rules
        from @group in rule!["apiGroups"]!.AsArray()
        from resource in rule["resources"]!.AsArray()
        from verb in rule["verbs"]!.AsArray()
        from name in rule["resourceNames"] as JsonArray ?? [""]
        select $"{((string)@group! is { Length: > 0 } prefix ? $"{prefix}/" : "")}{(string)resource!} {(string)verb!} {(string)name!}".TrimEnd();

    // What stands before the first slash is a group where it is one of those that the roles name.
    private static JsonObject Rule(string right)
    {
        var words = right.Split(' ');
        var slash = words[0].IndexOf('/', StringComparison.Ordinal);
        var hasGroup = slash > 0 && words[0][..slash] is "apps" or "batch" or "networking.k8s.io";
        var rule = new JsonObject
        {
            ["apiGroups"] = new JsonArray(hasGroup ? words[0][..slash] : ""), ["resources"] = new JsonArray(hasGroup ? words[0][(slash + 1)..] : words[0]), ["verbs"] = new JsonArray(words[1]),
        };
        if (words.Length > 2)
            rule["resourceNames"] = new JsonArray(words[2]);
        return rule;
    }
}
