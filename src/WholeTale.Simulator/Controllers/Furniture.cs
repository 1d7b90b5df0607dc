using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Scheduling;

namespace WholeTale.Simulator.Controllers;

/// <summary>What a cluster has before anybody has done anything: nodes, classes of storage and ingress, the API server's own Service.</summary>
internal static class Furniture
{
    public static void Place(World world, int port)
    {
        // Without nodes it is a bare control plane: nobody has installed classes of storage and ingress either.
        if (world.Options is { RunsPods: true, HasNodes: true })
        {
            new Nodes(world).Register();
            Create(world, world.StorageClass, StorageClass("standard", "Immediate", isDefault: true));
            Create(world, world.StorageClass, StorageClass("standard-rwo", "WaitForFirstConsumer", isDefault: false));
            foreach (var ingressClass in IngressController.Classes())
                Create(world, world.IngressClass, ingressClass);
        }

        Create(world, world.Service, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "kubernetes",
                ["namespace"] = "default",
                ["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" },
            },
            ["spec"] = new JsonObject
            {
                ["clusterIP"] = "10.96.0.1",
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["protocol"] = "TCP", ["port"] = 443, ["targetPort"] = port }),
            },
        });
        Create(world, world.Endpoints, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "kubernetes",
                ["namespace"] = "default",
                ["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" },
            },
            ["subsets"] = new JsonArray(new JsonObject
            {
                ["addresses"] = new JsonArray(new JsonObject { ["ip"] = "10.0.0.1" }),
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = port, ["protocol"] = "TCP" }),
            }),
        });
    }

    private static JsonObject StorageClass(string name, string mode, bool isDefault) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["annotations"] = new JsonObject { ["storageclass.kubernetes.io/is-default-class"] = isDefault ? "true" : "false" },
        },
        ["provisioner"] = "disk.wholetale.simulator",
        ["reclaimPolicy"] = "Delete",
        ["volumeBindingMode"] = mode,
        ["allowVolumeExpansion"] = true,
    };

    private static void Create(World world, Kind kind, JsonObject content)
    {
        try
        {
            world.Apiserver.Create(kind, content);
        }
        catch (ApiStatusException exception) when (exception.Reason == "AlreadyExists")
        {
            // The API machinery has made it itself.
        }
    }
}
