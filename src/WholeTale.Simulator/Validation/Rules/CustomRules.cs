using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Custom resources.</summary>
internal sealed class CustomRules(Kind kind) : KindRules(kind, CustomSchemas.Root(kind.Published))
{
    public override IReadOnlyList<string> Decode(JsonObject content, IReadOnlyList<string>? changed = null)
    {
        if (content["metadata"] is not JsonObject metadata)
            content["metadata"] = metadata = [];
        var decoder = new Decoder();
        decoder.Decode(metadata, Schema.Fields.TryGet("metadata", out var field) ? field.Type : TypeSchema.Deduced);
        if (metadata["creationTimestamp"] is null)
            metadata.Remove("creationTimestamp");
        var unknown = new List<string>();
        CustomValidation.Prune(content, Kind.Published, "", isRoot: true, unknown);
        unknown.AddRange(decoder.UnknownFields.Select(path => "metadata." + path));
        return unknown;
    }

    public override JsonObject Empty() => new() { ["apiVersion"] = Kind.ApiVersion, ["kind"] = Kind.Name, ["metadata"] = new JsonObject() };

    public override void Default(JsonObject content, IReadOnlyList<string>? changed = null) => CustomValidation.Default(content, Kind.Published);

    public override void PrepareCreate(JsonObject content)
    {
        if (Kind.HasStatus)
            content.Remove("status");
        content["metadata"]!["generation"] = 1L;
    }

    private protected override void CheckCreate(JsonObject content, List<Cause> causes) => CustomValidation.Check(content, Kind.Published, "", causes);

    private protected override void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes) =>
        CustomValidation.Check(next, Kind.Published, "", causes);
}
