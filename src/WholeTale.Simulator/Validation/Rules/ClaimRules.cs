using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>PersistentVolumeClaims.</summary>
internal sealed class ClaimRules(Kind kind, TypeSchema schema) : KindRules(kind, schema)
{
    public override void PrepareCreate(JsonObject content)
    {
        content["status"] = new JsonObject { ["phase"] = "Pending" };
        var metadata = content["metadata"]!.AsObject();
        // StorageObjectInUseProtection
        if (metadata["finalizers"] is not JsonArray finalizers)
            metadata["finalizers"] = finalizers = [];
        if (!finalizers.Any(item => item.Text() == "kubernetes.io/pvc-protection"))
            finalizers.Add("kubernetes.io/pvc-protection");
    }

    private protected override void CheckCreate(JsonObject content, List<Cause> causes)
    {
        Check(content["spec"]!.AsObject(), causes);
    }

    private protected override void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes)
    {
        if (subresource.Length > 0)
        {
            StatusChecks.Claim(next, causes);
            return;
        }

        var spec = next["spec"]!.AsObject();
        var old = live["spec"]!.AsObject();
        Check(spec, causes);
        var allowed = (JsonObject)old.DeepClone();
        if (old["volumeName"].Text() is null or "")
            Keep(allowed, spec, "volumeName");
        var bound = live["status"]?["phase"].Text() == "Bound";
        if (bound && spec["resources"]?["requests"]?["storage"] is { } wanted)
            allowed["resources"]!.AsObject()["requests"] = new JsonObject { ["storage"] = wanted.DeepClone() };
        if (!JsonTree.AreEqual(allowed, spec))
        {
            causes.Add(Cause.Forbidden(
                "spec",
                "spec is immutable after creation except resources.requests for bound claims\n" + ClaimDifference.Of(spec, old)));
        }

        if (Quantity.TryParse(spec["resources"]?["requests"]?["storage"].Text() ?? "", out var now)
            && Quantity.TryParse(old["resources"]?["requests"]?["storage"].Text() ?? "", out var before) && now.CompareTo(before) < 0)
            causes.Add(Cause.Forbidden("spec.resources.requests.storage", "field can not be less than previous value"));
    }

    private static void Check(JsonObject spec, List<Cause> causes)
    {
        var modes = spec["accessModes"] as JsonArray ?? [];
        if (modes.Count == 0)
            causes.Add(Cause.Required("spec.accessModes", "at least 1 access mode is required"));
        foreach (var mode in modes)
        {
            if (!VolumeChecks.AccessModes.Contains(mode.Text()))
                causes.Add(Cause.NotSupported("spec.accessModes", GoSyntax.Quote(mode.Text() ?? ""), VolumeChecks.AccessModes));
        }

        var storage = spec["resources"]?["requests"]?["storage"];
        if (storage is null)
            causes.Add(Cause.Required("spec.resources[storage]"));
        else if (Quantity.TryParse(storage.Text() ?? "", out var amount) && amount.Units.Sign <= 0)
            causes.Add(Cause.Invalid("spec.resources[storage]", GoSyntax.Quote(amount.ToString()), "must be greater than zero"));
        if (spec["storageClassName"].Text() is { Length: > 0 } storageClass)
            causes.AddRange(Names.Dns1123Subdomain(storageClass).Select(problem => Cause.Invalid("spec.storageClassName", GoSyntax.Quote(storageClass), problem)));
        VolumeChecks.Mode(spec, causes);
    }
}
