using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace WholeTale.Simulator.Api;

/// <summary>The published schemas (<c>/openapi/v3</c>).</summary>
internal sealed class OpenApi(KubernetesApi api)
{
    public Task HandleAsync(HttpContext context, string path)
    {
        if (path.Length > 0)
            return context.WriteNotFoundAsync();
        var paths = new JsonObject();
        foreach (var version in api.Kinds.All.Select(kind => kind.Group.Length == 0 ? "api/v1" : "apis/" + kind.ApiVersion).Distinct())
            paths[version] = new JsonObject { ["serverRelativeURL"] = "/openapi/v3/" + version };
        return context.WriteAsync(200, new JsonObject { ["paths"] = paths });
    }
}
