using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>What an API server makes by itself when it starts on an empty store.</summary>
internal static class Bootstrap
{
    public static void Run(KubernetesApi api)
    {
        var client = api.Client("kube-apiserver");
        BootstrapRoles.Run(client);
        var namespaces = api.Kinds.Get("v1", "Namespace");
        foreach (var name in new[] { "kube-system", "kube-public", "kube-node-lease", "default" })
            client.Create(namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        foreach (var (name, value, description) in new[]
        {
            ("system-cluster-critical", 2000000000L, "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."),
            ("system-node-critical", 2000001000L, "Used for system critical pods that must not be moved from their current node."),
        })
        {
            client.Create(api.Kinds.Get("scheduling.k8s.io/v1", "PriorityClass"), new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name },
                ["value"] = value,
                ["description"] = description,
            });
        }
    }
}
