using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Revisions;

/// <summary>
/// How the kinds that records name are served now. A kind may have gone since, with its CustomResourceDefinition and all its objects, or its version alone, of which the objects are still there in another.
/// Each is asked for once: all records are read, and most name the same.
/// </summary>
internal sealed class RecordedKinds(ApiClient client)
{
    private readonly Dictionary<(string ApiVersion, string Kind), ResourceType> kinds = [];

    /// <summary>Says which object a recorded manifest describes. One of a kind that is not served has a type that says so, and is found nowhere.</summary>
    /// <exception cref="ApiException">The cluster cannot be reached, or does not say what it serves.</exception>
    internal async ValueTask<ObjectReference> ReferenceAsync(JsonObject manifest, CancellationToken cancellationToken)
    {
        var key = (manifest.Text("apiVersion"), manifest.Kind());
        if (!kinds.TryGetValue(key, out var type))
            kinds[key] = type = await FindAsync(key.Item1, key.Item2, cancellationToken);
        return new ObjectReference(type, type.Namespaced ? (string?)manifest.At("metadata", "namespace") : null, manifest.Name());
    }

    private async Task<ResourceType> FindAsync(string apiVersion, string kind, CancellationToken cancellationToken)
    {
        if (await client.FindTypeAsync(apiVersion, kind, cancellationToken) is { } type)
            return type;
        var (group, version) = ResourceType.Split(apiVersion);
        foreach (var other in await client.VersionsAsync(group, cancellationToken))
        {
            if (other != version && await client.FindTypeAsync(group.Length == 0 ? other : $"{group}/{other}", kind, cancellationToken) is { } served)
                return served;
        }

        return new ResourceType(group, version, kind, "", Namespaced: true);
    }
}
