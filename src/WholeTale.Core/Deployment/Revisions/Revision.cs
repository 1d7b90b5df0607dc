using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Revisions;

/// <summary>One deploy as recorded on the cluster.</summary>
internal sealed record Revision
{
    private JsonArray? components;

    internal required int Number { get; init; }

    internal required RevisionOutcome Outcome { get; init; }

    internal required DateTimeOffset Started { get; init; }

    internal DateTimeOffset? Finished { get; init; }

    /// <summary>The product's version that deployed it.</summary>
    internal string Version { get; init; } = "";

    /// <summary>What went wrong; empty where nothing did.</summary>
    internal string Message { get; init; } = "";

    /// <summary>Digest of the components: equal for equal plans.</summary>
    internal required string Digest { get; init; }

    /// <summary>What was applied, as the text of a JSON list of components, each with name, dependsOn, objects.</summary>
    internal required ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>The same, read.</summary>
    internal JsonArray Components => components ??= JsonNode.Parse(Text.Span) as JsonArray ?? [];

    /// <summary>Objects of former revisions that were not deleted yet when this was written.</summary>
    internal JsonArray Leftovers { get; init; } = [];

    /// <summary>The Secret's resourceVersion where this was read from the cluster.</summary>
    internal string ResourceVersion { get; init; } = "";

    /// <summary>The components again, as a plan. Objects of kinds that are not served any more are among it, and cannot be there.</summary>
    internal async Task<IReadOnlyList<PlannedComponent>> PlanAsync(RecordedKinds kinds, CancellationToken cancellationToken)
    {
        var components = new List<PlannedComponent>();
        foreach (var component in Components.OfType<JsonObject>())
        {
            var name = component.Text("name");
            var objects = new List<PlannedObject>();
            foreach (var manifest in component.Items("objects"))
                objects.Add(await ReadAsync(name, manifest, kinds, cancellationToken));
            components.Add(new PlannedComponent(name, [.. (component["dependsOn"] as JsonArray ?? []).Select(item => (string?)item ?? "")], objects));
        }

        return components;
    }

    /// <summary>Every object that this deploy answered for.</summary>
    internal async Task<IReadOnlyList<PlannedObject>> ObjectsAsync(RecordedKinds kinds, CancellationToken cancellationToken)
    {
        var objects = (await PlanAsync(kinds, cancellationToken)).SelectMany(component => component.Objects).ToList();
        foreach (var leftover in Leftovers.OfType<JsonObject>())
            objects.Add(await ReadAsync(leftover.Label(Labels.Component), leftover, kinds, cancellationToken));
        return objects;
    }

    private async Task<PlannedObject> ReadAsync(string component, JsonObject manifest, RecordedKinds kinds, CancellationToken cancellationToken)
    {
        var reference = await kinds.ReferenceAsync(manifest, cancellationToken);
        var copy = (JsonObject)manifest.DeepClone();

        // Where it is served in another version now, it is asked for in that one.
        if (reference.Type.ApiVersion != copy.Text("apiVersion"))
            copy["apiVersion"] = reference.Type.ApiVersion;
        return new PlannedObject(reference, component, copy, $"revision {Number}");
    }
}

/// <summary>How a deploy ended.</summary>
public enum RevisionOutcome
{
    /// <summary>It has begun and not ended: it runs, or was interrupted.</summary>
    Pending,

    /// <summary>Everything was applied and became ready.</summary>
    Deployed,

    /// <summary>Something failed.</summary>
    Failed,

    /// <summary>Everything was applied; whether all of it became ready was not waited for, or is not known of the components that were left out. Nothing returns to it by itself.</summary>
    Applied,
}
