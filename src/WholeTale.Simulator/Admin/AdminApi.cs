using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Admin;

/// <summary>The simulator's own paths under <c>/simulator/v1</c>: state, faults, requests, stop. They take the administrator's token.</summary>
internal static class AdminApi
{
    private const string Root = "/simulator/v1";

    public static void Map(WebApplication app, SimulatedCluster cluster, Action stop) =>
        app.Use(async (context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments(Root, out var rest))
                await next(context);
            else if (!IsAdministrator(context, cluster.Token))
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else
                await AnswerAsync(context, rest.Value ?? "", cluster, stop);
        });

    private static async Task AnswerAsync(HttpContext context, string path, SimulatedCluster cluster, Action stop)
    {
        switch (context.Request.Method, path)
        {
            case ("GET", "/state"):
                await WriteAsync(context, new JsonObject
                {
                    ["name"] = cluster.Options.Name,
                    ["kubernetesVersion"] = cluster.Options.Version,
                    ["objects"] = cluster.Api.Store.Count,
                    ["resourceVersion"] = cluster.Api.Store.ResourceVersion,
                    ["nodes"] = cluster.Options.Nodes,
                    ["delays"] = cluster.Options.Delays ? "realistic" : "none",
                });
                break;
            case ("GET", "/faults"):
                await WriteAsync(context, FaultFile.ToJson(cluster.Faults.Rules));
                break;
            case ("PUT", "/faults"):
                await ReplaceFaultsAsync(context, cluster);
                break;
            case ("DELETE", "/faults"):
                cluster.Faults.Replace([]);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ("GET", "/requests"):
                await WriteAsync(context, cluster.Requests.ToJson());
                break;
            case ("DELETE", "/requests"):
                cluster.Requests.Clear();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ("POST", "/stop"):
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                context.Response.OnCompleted(() =>
                {
                    stop();
                    return Task.CompletedTask;
                });
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static async Task ReplaceFaultsAsync(HttpContext context, SimulatedCluster cluster)
    {
        using var reader = new StreamReader(context.Request.Body);
        try
        {
            cluster.Faults.Replace(FaultFile.Parse(await reader.ReadToEndAsync(context.RequestAborted)));
            await WriteAsync(context, FaultFile.ToJson(cluster.Faults.Rules));
        }
        catch (FormatException exception)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(context, new JsonObject { ["error"] = exception.Message });
        }
    }

    private static Task WriteAsync(HttpContext context, JsonNode body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    private static bool IsAdministrator(HttpContext context, string token) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes("Bearer " + token));
}
