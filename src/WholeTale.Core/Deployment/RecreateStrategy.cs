using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>
/// Brings a Deployment from the strategy RollingUpdate to Recreate. An apply cannot: beside Recreate the server refuses <c>rollingUpdate</c>, which it has filled in itself or which another holds, and no
/// apply takes a field away that it does not hold. An explicit null does not either (structured-merge-diff keeps what a map holds that is merged with null).
/// </summary>
internal static class RecreateStrategy
{
    // A name of its own, so that what the change is written down as can be told from all else that we write.
    private const string Manager = "wholetale-strategy";

    private const string Field = "spec.strategy";

    // Controllers write an object's status at any time.
    private const int Attempts = 5;

    internal static bool IsBlocked(JsonObject manifest, JsonObject live) =>
        manifest.Kind() == "Deployment" && manifest.Text("spec", "strategy", "type") == "Recreate" && manifest.At("spec", "strategy", "rollingUpdate") is null && live.At("spec", "strategy", "rollingUpdate") is not null;

    /// <summary>Who but us holds the strategy: they are asked before it is taken from them.</summary>
    internal static IReadOnlyList<FieldConflict> Holders(JsonObject live) =>
    [
        .. new[] { $"{Field}.type", $"{Field}.rollingUpdate" }.SelectMany(path => FieldOwner.Of(live, path).Split(", ", StringSplitOptions.RemoveEmptyEntries)
            .Where(owner => owner is not (Labels.Product or Manager)).Select(owner => new FieldConflict(path, owner))),
    ];

    /// <summary>The manifest but for the strategy: what the server foresees of that is right but for the strategy.</summary>
    internal static JsonObject Without(JsonObject manifest)
    {
        var rest = (JsonObject)manifest.DeepClone();
        rest["spec"]!.AsObject().Remove("strategy");
        return rest;
    }

    /// <summary>Puts the manifest's strategy into what the server foresaw without it.</summary>
    internal static JsonObject Put(JsonObject manifest, JsonObject after)
    {
        after["spec"]!["strategy"] = manifest["spec"]!["strategy"]!.DeepClone();
        return after;
    }

    /// <summary>Changes the strategy, which an apply can then make its own.</summary>
    internal static async Task ChangeAsync(ApiClient client, ObjectReference reference, JsonObject live, CancellationToken cancellationToken)
    {
        var changed = await client.MergeAsync(
            reference,
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["uid"] = live.Uid() },
                ["spec"] = new JsonObject { ["strategy"] = new JsonObject { ["type"] = "Recreate", ["rollingUpdate"] = null } },
            },
            Manager, cancellationToken);

        // Who has written a field holds it beside who applies it, and would keep it when that one gives it up, or be in conflict with it.
        for (var attempt = 1; Holds(changed); attempt++)
        {
            try
            {
                changed = await client.MergeAsync(reference, Forgotten(changed), Manager, cancellationToken);
            }
            catch (ApiException exception) when (exception.StatusCode == System.Net.HttpStatusCode.Conflict && attempt < Attempts)
            {
                changed = await client.FindAsync(reference, cancellationToken) ?? [];
            }
        }
    }

    private static bool Holds(JsonObject item) => item.Items("metadata", "managedFields").Any(IsItsOwn);

    private static bool IsItsOwn(JsonObject entry) => entry.Text("manager") == Manager;

    private static JsonObject Forgotten(JsonObject item) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["resourceVersion"] = item.ResourceVersion(),
            ["managedFields"] = new JsonArray([.. item.Items("metadata", "managedFields").Where(entry => !IsItsOwn(entry)).Select(entry => entry.DeepClone())]),
        },
    };
}
