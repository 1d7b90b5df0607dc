using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Puts kinds of others (cert-manager, the Gateway API) on a simulated cluster, and speaks for their controllers.</summary>
internal sealed class CustomKinds(SimulatedCluster simulated)
{
    /// <summary>Has a kind served in one version, and in another no more, or still.</summary>
    public async Task InstallAsync(string group, string kind, string plural, string version = "v1", string? former = null, bool isFormerServed = false)
    {
        var name = $"{plural}.{group}";
        await simulated.Client.ApplyAsync(
            new JsonObject
            {
                ["apiVersion"] = "apiextensions.k8s.io/v1",
                ["kind"] = "CustomResourceDefinition",
                // Groups below k8s.io are protected (KEP-1111).
                ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { ["api-approved.kubernetes.io"] = "unapproved, a stand-in" } },
                ["spec"] = new JsonObject
                {
                    ["group"] = group,
                    ["scope"] = "Namespaced",
                    ["names"] = new JsonObject { ["kind"] = kind, ["plural"] = plural, ["singular"] = kind.ToLowerInvariant(), ["listKind"] = $"{kind}List" },
                    ["versions"] = new JsonArray([Version(version, isServed: true, isStored: true), .. former is null ? [] : new[] { Version(former, isFormerServed, isStored: false) }]),
                },
            },
            new ApplyOptions(), CancellationToken.None);
        await EventuallyAsync(async () => (await simulated.Client.FindAsync(new ObjectReference(ResourceTypes.CustomResourceDefinition, null, name), CancellationToken.None))!
            ["status"]?["conditions"]?.AsArray().Any(condition => (string?)condition!["type"] == "Established" && (string?)condition["status"] == "True") == true);

        // A real server says only a moment later what it serves.
        await EventuallyAsync(() => simulated.Client.IsServedAsync($"{group}/{version}", kind, CancellationToken.None));
    }

    /// <summary>Takes a kind away, and all its objects with it.</summary>
    public async Task UninstallAsync(string group, string plural)
    {
        var definition = new ObjectReference(ResourceTypes.CustomResourceDefinition, null, $"{plural}.{group}");
        await simulated.Client.DeleteAsync(definition, Propagation.Background, null, CancellationToken.None);
        await EventuallyAsync(async () => await simulated.Client.FindAsync(definition, CancellationToken.None) is null);
    }

    /// <summary>Waits for an object and writes its status, as its controller would.</summary>
    public Task SetStatusAsync(string group, string plural, string @namespace, string name, string status) => EventuallyAsync(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/apis/{group}/v1/namespaces/{@namespace}/{plural}/{name}/status")
        {
            Content = new StringContent($$"""{"status":{{status}} }""", null, "application/merge-patch+json"),
        };
        using var answer = await simulated.Http.SendAsync(request);
        return answer.IsSuccessStatusCode;
    });

    private static JsonObject Version(string name, bool isServed, bool isStored) => new()
    {
        ["name"] = name,
        ["served"] = isServed,
        ["storage"] = isStored,
        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true } },
    };

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        while (!await holds())
            await Task.Delay(50, patience.Token);
    }
}
