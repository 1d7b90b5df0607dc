using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>PersistentVolumes and StorageClasses.</summary>
internal static class VolumeChecks
{
    public static readonly string[] AccessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce"];

    private static readonly string[] _notSources =
        ["accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy", "storageClassName", "volumeMode"];

    public static void Volume(JsonObject volume, JsonObject? old, List<Cause> causes)
    {
        var spec = volume["spec"] as JsonObject ?? [];
        var modes = spec["accessModes"].Texts();
        if (modes.Count == 0)
            causes.Add(Cause.Required("spec.accessModes"));
        causes.AddRange(modes.Where(mode => !AccessModes.Contains(mode)).Select(mode => Cause.NotSupported("spec.accessModes", GoSyntax.Quote(mode), AccessModes)));
        var capacity = spec["capacity"] as JsonObject ?? [];
        if (capacity.Count == 0)
            causes.Add(Cause.Required("spec.capacity"));
        if (capacity["storage"] is null || capacity.Count > 1)
            causes.Add(Cause.NotSupported("spec.capacity", capacity.Count == 0 ? "core.ResourceList(nil)" : $"core.ResourceList{{{string.Join(", ", capacity.Select(pair => GoSyntax.Quote(pair.Key) + ":" + GoSyntax.Value(pair.Value)))}}}", "storage"));
        foreach (var (name, value) in capacity)
        {
            if (Quantity.TryParse(value.Text() ?? "", out var amount) && amount.Units.Sign <= 0)
                causes.Add(Cause.Invalid($"spec.capacity[{name}]", GoSyntax.Quote(amount.ToString()), "must be greater than zero"));
        }

        if (spec["persistentVolumeReclaimPolicy"].Text() is { Length: > 0 } policy && policy is not ("Delete" or "Recycle" or "Retain"))
            causes.Add(Cause.NotSupported("spec.persistentVolumeReclaimPolicy", GoSyntax.Quote(policy), "Delete", "Recycle", "Retain"));
        var sources = spec.Where(member => !_notSources.Contains(member.Key)).ToList();
        if (sources.Count == 0)
            causes.Add(Cause.Required("spec", "must specify a volume type"));
        foreach (var (name, _) in sources.Skip(1))
            causes.Add(Cause.Forbidden("spec." + name, "may not specify more than 1 volume type"));
        if (spec["hostPath"]?["path"].Text() == "/" && spec["persistentVolumeReclaimPolicy"].Text() == "Recycle")
            causes.Add(Cause.Forbidden("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'"));
        if (spec["storageClassName"].Text() is { Length: > 0 } name2)
            causes.AddRange(Names.Dns1123Subdomain(name2).Select(problem => Cause.Invalid("spec.storageClassName", GoSyntax.Quote(name2), problem)));
        Mode(spec, causes);
        if (old is not null)
            Changed(spec, old["spec"] as JsonObject ?? [], causes);
    }

    public static void Class(JsonObject kind, JsonObject? old, List<Cause> causes)
    {
        if (old is not null)
        {
            foreach (var member in new[] { "parameters", "provisioner", "reclaimPolicy" })
            {
                if (!JsonTree.AreEqual(kind[member], old[member]))
                    causes.Add(Cause.Forbidden(member, $"updates to {member} are forbidden."));
            }

            if (kind["volumeBindingMode"].Text() != old["volumeBindingMode"].Text())
                causes.Add(Cause.Invalid("volumeBindingMode", GoSyntax.Value(kind["volumeBindingMode"]), "field is immutable"));
            return;
        }

        var provisioner = kind["provisioner"].Text() ?? "";
        if (provisioner.Length == 0)
            causes.Add(Cause.Required("provisioner"));
        else
            causes.AddRange(Names.QualifiedName(provisioner.ToLowerInvariant()).Select(problem => Cause.Invalid("provisioner", GoSyntax.Quote(provisioner), problem)));
        foreach (var (name, _) in (kind["parameters"] as JsonObject ?? []).Where(pair => pair.Key.Length == 0))
            causes.Add(Cause.Invalid("parameters", GoSyntax.Quote(name), "field can not be empty."));
        if (kind["reclaimPolicy"].Text() is { Length: > 0 } policy && policy is not ("Delete" or "Retain"))
            causes.Add(Cause.NotSupported("reclaimPolicy", GoSyntax.Quote(policy), "Delete", "Retain"));
        if (kind["volumeBindingMode"].Text() is not ("Immediate" or "WaitForFirstConsumer") and var mode)
            causes.Add(mode is null ? Cause.Required("volumeBindingMode") : Cause.NotSupported("volumeBindingMode", GoSyntax.Quote(mode), "Immediate", "WaitForFirstConsumer"));
    }

    public static void Mode(JsonObject spec, List<Cause> causes)
    {
        if (spec["volumeMode"].Text() is { } mode && mode is not ("Block" or "Filesystem"))
            causes.Add(Cause.NotSupported("spec.volumeMode", GoSyntax.Quote(mode), "Block", "Filesystem"));
    }

    private static void Changed(JsonObject spec, JsonObject old, List<Cause> causes)
    {
        var (now, before) = (Sources(spec), Sources(old));
        if (!JsonTree.AreEqual(now, before))
            causes.Add(Cause.Forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation\n  core.PersistentVolumeSource{}\n"));
        if (spec["volumeMode"].Text() != old["volumeMode"].Text())
            causes.Add(Cause.Invalid("volumeMode", GoSyntax.Value(spec["volumeMode"]), "field is immutable"));
        if (old["nodeAffinity"] is not null && !JsonTree.AreEqual(spec["nodeAffinity"], old["nodeAffinity"]))
            causes.Add(Cause.Invalid("nodeAffinity", "core.VolumeNodeAffinity{}", "field is immutable"));
    }

    private static JsonObject Sources(JsonObject spec) =>
        new([.. spec.Where(member => !_notSources.Contains(member.Key)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))]);
}
