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
    public static bool HasController(StoredObject stored) => stored.Owners.Any(owner => owner.IsController);

    /// <summary>The controlling owner's key when it is of a kind; null otherwise.</summary>
    public static ObjectKey? Controller(StoredObject stored, string kind)
    {
        foreach (var owner in stored.Owners)
        {
            if (owner.IsController && owner.Kind == kind)
                return new ObjectKey(stored.Namespace, owner.Name);
        }

        return null;
    }
}
