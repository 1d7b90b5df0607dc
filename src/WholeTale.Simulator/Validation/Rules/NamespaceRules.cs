using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Namespaces: they carry a finalizer of their own and a label with their name.</summary>
internal sealed class NamespaceRules(Kind kind, TypeSchema schema) : KindRules(kind, schema)
{
    private const string _nameLabel = "kubernetes.io/metadata.name";

    public override void Default(JsonObject content, IReadOnlyList<string>? changed = null)
    {
        base.Default(content, changed);
        if (content["metadata"]?["name"].Text() is not { Length: > 0 } name)
            return;
        var metadata = content["metadata"]!.AsObject();
        if (metadata["labels"] is not JsonObject labels)
            metadata["labels"] = labels = [];
        labels[_nameLabel] = name;
    }

    public override void PrepareCreate(JsonObject content)
    {
        base.PrepareCreate(content);
        content["status"] = new JsonObject { ["phase"] = "Active" };
        // A generated name was not known when the defaults were set.
        Default(content);
        if (content["spec"] is not JsonObject spec)
            content["spec"] = spec = [];
        if (!(spec["finalizers"] as JsonArray ?? []).Any(item => item.Text() == "kubernetes"))
            spec["finalizers"] = new JsonArray([.. (spec["finalizers"] as JsonArray ?? []).Select(item => item?.DeepClone()), "kubernetes"]);
    }

    public override void PrepareUpdate(JsonObject next, JsonObject live, string subresource)
    {
        if (subresource == "finalize")
        {
            Keep(next, live, "status");
            return;
        }

        base.PrepareUpdate(next, live, subresource);
        Keep(next["spec"]?.AsObject() ?? [], live["spec"]?.AsObject() ?? [], "finalizers");
    }
}
