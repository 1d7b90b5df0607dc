using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Owner references, as garbage collection and adoption read them.</summary>
internal static class Owners
{
    /// <summary>A reference by which the owner controls.</summary>
    public static JsonArray ControlledBy(StoredObject owner) =>
    [
        new JsonObject
        {
            ["apiVersion"] = owner.Kind.ApiVersion,
            ["kind"] = owner.Kind.Name,
            ["name"] = owner.Name,
            ["uid"] = owner.Uid,
            ["controller"] = true,
            ["blockOwnerDeletion"] = true,
        },
    ];

    /// <summary>Whether any owner controls the object.</summary>
    public static bool HasController(StoredObject stored) =>
        stored.OwnerUids.Count > 0 && stored.Read()["metadata"].Items("ownerReferences").Any(owner => owner["controller"].Flag() == true);

    /// <summary>The controlling owner's key when it is of a kind; null otherwise.</summary>
    public static ObjectKey? Controller(StoredObject stored, string kind)
    {
        if (stored.OwnerUids.Count == 0)
            return null;
        foreach (var owner in stored.Read()["metadata"]?["ownerReferences"] as JsonArray ?? [])
        {
            if (owner?["controller"].Flag() == true && (string?)owner["kind"] == kind)
                return new ObjectKey(stored.Namespace, (string?)owner["name"] ?? "");
        }

        return null;
    }
}
