using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Makes pods from a workload's template (controller_utils.go, GetPodFromTemplate).</summary>
internal static class PodTemplate
{
    /// <summary>A pod as the template says, controlled by its owner.</summary>
    /// <param name="template">The owner's <c>spec.template</c>.</param>
    /// <param name="owner">The workload.</param>
    /// <param name="name">The pod's name.</param>
    /// <param name="generateName">What the name was generated from; null for a name that was given.</param>
    public static JsonObject Instantiate(JsonNode? template, StoredObject owner, string name, string? generateName)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = owner.Namespace };
        if (generateName is not null)
            metadata["generateName"] = generateName;
        foreach (var part in (string[])["labels", "annotations", "finalizers"])
        {
            if (template?["metadata"]?[part] is { } value)
                metadata[part] = value.DeepClone();
        }

        metadata["ownerReferences"] = Owners.ControlledBy(owner);
        return new JsonObject { ["metadata"] = metadata, ["spec"] = template?["spec"]?.DeepClone() ?? new JsonObject() };
    }
}
