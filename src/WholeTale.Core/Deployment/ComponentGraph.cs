using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment;

/// <summary>The components of a plan with their dependencies.</summary>
internal static class ComponentGraph
{
    /// <summary>Turns rendered manifests into planned components, each after those it depends on.</summary>
    /// <param name="manifests">What was rendered.</param>
    /// <param name="client">Finds out how kinds are served.</param>
    /// <param name="namespace">The namespace of objects that name none.</param>
    /// <param name="chosen">Only these components and what they need; empty for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal static async Task<IReadOnlyList<PlannedComponent>> BuildAsync(
        ManifestSet manifests, ApiClient client, string @namespace, IReadOnlyList<string> chosen, CancellationToken cancellationToken)
    {
        var components = new List<PlannedComponent>();
        var seen = new HashSet<ObjectReference>();
        foreach (var (component, objects) in Select(manifests.Components, chosen))
        {
            var planned = new List<PlannedObject>();
            foreach (var manifest in objects)
            {
                var reference = await client.ReferenceAsync(manifest.Object, cancellationToken);
                if (reference.Type.Namespaced && reference.Namespace is null)
                    reference = reference with { Namespace = @namespace };
                if (!seen.Add(reference))
                {
                    throw new ManifestException(
                        manifest.Template, manifest.Line, null, $"{Origin(manifest)} describes {reference}, which another template describes too.",
                        "Give one of them another name.");
                }

                planned.Add(new PlannedObject(reference, component.Name, Storable(manifest.Object), Origin(manifest)));
            }

            components.Add(new PlannedComponent(component.Name, component.DependsOn, planned));
        }

        return Sort(components);
    }

    // A revision has no lines.
    private static string Origin(Manifest manifest) => manifest.Line > 0 ? $"{manifest.Template}:{manifest.Line}" : manifest.Template;

    /// <summary>Puts components after those they depend on.</summary>
    internal static IReadOnlyList<PlannedComponent> Sort(IReadOnlyList<PlannedComponent> components)
    {
        var sorted = new List<PlannedComponent>();
        var left = components.ToList();
        while (left.Count > 0)
        {
            var next = left.FindIndex(component => component.DependsOn.All(name => left.TrueForAll(other => other.Name != name)));
            if (next < 0)
            {
                throw new ManifestException(
                    "", 0, null, $"The components {string.Join(", ", left.Select(component => component.Name))} depend on each other in a circle.", "Take one of the dependencies out.");
            }

            sorted.Add(left[next]);
            left.RemoveAt(next);
        }

        return sorted;
    }

    // A Secret's stringData is written and never read: the server keeps it as data. Applied as data, ownership of the keys is what it seems.
    private static JsonObject Storable(JsonObject manifest)
    {
        if (manifest.Kind() != "Secret" || manifest["stringData"] is not JsonObject)
            return manifest;
        var copy = (JsonObject)manifest.DeepClone();
        var plain = (JsonObject)copy["stringData"]!;
        copy.Remove("stringData");
        if (copy["data"] is not JsonObject data)
            copy["data"] = data = [];
        foreach (var (key, value) in plain)
            data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes((string?)value ?? ""));
        return copy;
    }

    private static IEnumerable<ComponentManifests> Select(IReadOnlyList<ComponentManifests> all, IReadOnlyList<string> chosen)
    {
        if (chosen.Count == 0)
            return all;
        var byName = all.ToDictionary(item => item.Component.Name, StringComparer.OrdinalIgnoreCase);
        var wanted = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Queue<string>(chosen);
        while (open.TryDequeue(out var name))
        {
            if (!byName.TryGetValue(name, out var item))
                throw new DeploymentException("ComponentUnknown", FailureKind.InvalidInput, name, $"There is no component {name}.", Spelling.Suggest(name, byName.Keys));
            if (!wanted.Add(item.Component.Name))
                continue;
            foreach (var needed in item.Component.DependsOn)
                open.Enqueue(needed);
        }

        return all.Where(item => wanted.Contains(item.Component.Name));
    }
}
