using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Tales;

/// <summary>A tale as gwvolman 2.1.3 makes it: labels app, component and instanceId; nothing owned.</summary>
internal static class GwvolmanTale
{
    public static async Task<string> CreateAsync(ApiClient api, string instance, CancellationToken cancellationToken)
    {
        foreach (var manifest in Objects(instance))
            await api.CreateAsync(manifest, cancellationToken);
        return instance;
    }

    private static IEnumerable<JsonObject> Objects(string instance)
    {
        var host = $"tmp{instance[..12]}";
        JsonObject Metadata() => new()
        {
            ["name"] = $"tale-{host}",
            ["namespace"] = "wholetale",
            ["labels"] = new JsonObject { ["app"] = "WholeTale", ["component"] = $"tale-{host}", ["instanceId"] = instance },
        };
        JsonObject Labels() => new() { ["app"] = "WholeTale", ["instanceId"] = instance };
        yield return new JsonObject
        {
            ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["metadata"] = Metadata(),
            ["spec"] = new JsonObject
            {
                ["selector"] = new JsonObject { ["matchLabels"] = Labels() },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = Labels() },
                    ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "instance", ["image"] = "registry.example/tale:1" }) },
                },
            },
        };
        yield return new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "Service", ["metadata"] = Metadata(),
            ["spec"] = new JsonObject { ["selector"] = Labels(), ["ports"] = new JsonArray(new JsonObject { ["port"] = 8888 }) },
        };
        yield return new JsonObject
        {
            ["apiVersion"] = "networking.k8s.io/v1", ["kind"] = "Ingress", ["metadata"] = Metadata(),
            ["spec"] = new JsonObject
            {
                ["rules"] = new JsonArray(new JsonObject
                {
                    ["host"] = $"{host}.local.wholetale.org",
                    ["http"] = new JsonObject
                    {
                        ["paths"] = new JsonArray(new JsonObject
                        {
                            ["path"] = "/", ["pathType"] = "Prefix",
                            ["backend"] = new JsonObject { ["service"] = new JsonObject { ["name"] = $"tale-{host}", ["port"] = new JsonObject { ["number"] = 8888 } } },
                        }),
                    },
                }),
            },
        };
    }
}
