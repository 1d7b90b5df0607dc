using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>What the API server does to objects of a kind beyond decoding: defaults, preparation, validation (a registry strategy).</summary>
internal class KindRules(Kind kind, TypeSchema schema)
{
    private JsonObject? _empty;

    public Kind Kind => kind;

    public TypeSchema Schema => schema;

    /// <summary>The kind's zero value, against which creation is compared.</summary>
    public virtual JsonObject Empty()
    {
        var empty = _empty ??= Decoder.Zero(schema) as JsonObject ?? [];
        return (JsonObject)empty.DeepClone();
    }

    /// <summary>Brings a tree into the kind's form and drops what the kind does not know.</summary>
    /// <param name="content">The tree.</param>
    /// <param name="changed">The members of an object that was in that form which were changed since; null where all are new.</param>
    /// <returns>The paths of what was dropped.</returns>
    /// <exception cref="DecodeException">A value has the wrong type.</exception>
    public virtual IReadOnlyList<string> Decode(JsonObject content, IReadOnlyList<string>? changed = null)
    {
        var decoder = new Decoder();
        decoder.Decode(content, schema, changed);
        return decoder.UnknownFields;
    }

    /// <summary>Sets what is left to the server.</summary>
    /// <inheritdoc cref="Decode"/>
    public virtual void Default(JsonObject content, IReadOnlyList<string>? changed = null) => Defaults.Apply(content, schema, changed);

    public virtual void PrepareCreate(JsonObject content)
    {
        if (kind.HasStatus)
            ResetStatus(content);
        if (HasGeneration)
            content["metadata"]!["generation"] = 1L;
    }

    public virtual void PrepareUpdate(JsonObject next, JsonObject live, string subresource)
    {
        if (subresource == "status")
        {
            foreach (var name in next.Select(member => member.Key).Where(name => name is not ("status" or "metadata")).ToList())
                Keep(next, live, name);
            foreach (var (name, _) in live)
            {
                if (name is not ("status" or "metadata"))
                    Keep(next, live, name);
            }
        }
        else if (kind.HasStatus)
        {
            Keep(next, live, "status");
        }

        if (HasGeneration)
        {
            var generation = live["metadata"]?["generation"].Number() ?? 1;
            next["metadata"]!["generation"] = subresource != "status" && !JsonTree.AreEqual(next["spec"], live["spec"]) ? generation + 1 : generation;
        }
        else
        {
            Keep(next["metadata"]!.AsObject(), live["metadata"]!.AsObject(), "generation");
        }
    }

    public IReadOnlyList<Cause> ValidateCreate(JsonObject content)
    {
        var causes = MetadataValidation.Create(content, kind);
        CheckCreate(content, causes);
        return causes;
    }

    public IReadOnlyList<Cause> ValidateUpdate(JsonObject next, JsonObject live, string subresource)
    {
        var causes = MetadataValidation.Update(next, live, kind, RepeatsMetadata && subresource.Length == 0);
        CheckUpdate(next, live, subresource, causes);
        return causes;
    }

    /// <summary>Checks what is the kind's own of a new object.</summary>
    private protected virtual void CheckCreate(JsonObject content, List<Cause> causes)
    {
    }

    /// <summary>Checks what is the kind's own of a changed object.</summary>
    private protected virtual void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes)
    {
    }

    // Kinds whose validation of an update runs that of a creation too, so that faults of the metadata are told once more.
    private bool RepeatsMetadata => kind.Name is "ConfigMap" or "Secret" or "Service" or "Pod" or "PersistentVolumeClaim" or "PersistentVolume" or "Ingress"
        or "IngressClass" or "Namespace" or "Node" or "ServiceAccount" or "Role" or "ClusterRole" or "RoleBinding" or "ClusterRoleBinding";

    /// <summary>The kinds whose strategies count generations.</summary>
    private protected virtual bool HasGeneration => kind.Custom || kind.Group switch
    {
        "apps" => kind.Name != "ControllerRevision",
        "batch" => true,
        "networking.k8s.io" => true,
        "policy" => true,
        "apiextensions.k8s.io" => true,
        "" => kind.Name == "ReplicationController",
        "discovery.k8s.io" => true,
        _ => false,
    };

    private protected static void Keep(JsonObject next, JsonObject live, string name)
    {
        if (!live.TryGetPropertyValue(name, out var value))
            next.Remove(name);
        else if (!next.TryGetPropertyValue(name, out var mine) || !JsonTree.AreEqual(mine, value))
            next[name] = value?.DeepClone();
    }

    private void ResetStatus(JsonObject content)
    {
        if (schema.Shape == Shape.Struct && schema.Fields.TryGet("status", out var status) && status.Always)
            content["status"] = Decoder.Zero(status.Type);
        else
            content.Remove("status");
    }
}
