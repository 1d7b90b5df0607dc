using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Pods;

/// <summary>The volumes of a pod (validateVolumes).</summary>
internal sealed class PodVolumeChecks(List<Cause> causes)
{
    /// <summary>The names of the volumes that are in order: only they can be mounted.</summary>
    public HashSet<string> Known { get; } = new(StringComparer.Ordinal);

    public void Check(JsonArray volumes, string field)
    {
        for (var at = 0; at < volumes.Count; at++)
        {
            var volume = (JsonObject)volumes[at]!;
            var path = $"{field}[{at}]";
            var name = volume["name"].Text() ?? "";
            var before = causes.Count;
            VolumeSource(volume, path);
            if (name.Length == 0)
                causes.Add(Cause.Required(path + ".name"));
            else
                causes.Named(Names.Dns1123Label(name), path + ".name", name);
            if (Known.Contains(name))
                causes.Add(Cause.Duplicate(path + ".name", GoSyntax.Quote(name)));
            if (causes.Count == before)
                Known.Add(name);
        }
    }

    private void VolumeSource(JsonObject volume, string path)
    {
        var sources = volume.Where(member => member.Key != "name" && member.Value is not null).Select(member => member.Key).ToList();
        if (sources.Count == 0)
            causes.Add(Cause.Required(path, "must specify a volume type"));
        foreach (var extra in sources.Skip(1))
            causes.Add(Cause.Forbidden($"{path}.{extra}", "may not specify more than 1 volume type"));
        if (volume["secret"] is JsonObject secret)
        {
            if (secret["secretName"].Text() is null or "")
                causes.Add(Cause.Required(path + ".secret.secretName"));
            Mode(secret["defaultMode"], path + ".secret.defaultMode");
            Items(secret["items"] as JsonArray ?? [], path + ".secret.items");
        }

        if (volume["configMap"] is JsonObject map)
        {
            if (map["name"].Text() is null or "")
                causes.Add(Cause.Required(path + ".configMap.name"));
            Mode(map["defaultMode"], path + ".configMap.defaultMode");
            Items(map["items"] as JsonArray ?? [], path + ".configMap.items");
        }

        if (volume["persistentVolumeClaim"] is JsonObject claim && claim["claimName"].Text() is null or "")
            causes.Add(Cause.Required(path + ".persistentVolumeClaim.claimName"));
        if (volume["hostPath"] is JsonObject host)
        {
            if (host["path"].Text() is null or "")
                causes.Add(Cause.Required(path + ".hostPath.path"));
            else if (host["path"].Text()!.Split('/').Contains(".."))
                causes.Add(Cause.Invalid(path + ".hostPath.path", GoSyntax.Quote(host["path"].Text()!), "must not contain '..'"));
        }

        if (volume["nfs"] is JsonObject nfs)
        {
            if (nfs["server"].Text() is null or "")
                causes.Add(Cause.Required(path + ".nfs.server"));
            if (nfs["path"].Text() is null or "")
                causes.Add(Cause.Required(path + ".nfs.path"));
            else if (!nfs["path"].Text()!.StartsWith('/'))
                causes.Add(Cause.Invalid(path + ".nfs.path", GoSyntax.Quote(nfs["path"].Text()!), "must be an absolute path"));
        }
    }

    private void Mode(JsonNode? mode, string path)
    {
        if (mode.Number() is { } value and (< 0 or > 511))
            causes.Add(Cause.Invalid(path, GoSyntax.Number(value), "must be a number between 0 and 0777 (octal), both inclusive"));
    }

    private void Items(JsonArray items, string path)
    {
        for (var at = 0; at < items.Count; at++)
        {
            if (items[at]?["key"].Text() is null or "")
                causes.Add(Cause.Required($"{path}[{at}].key"));
            var target = items[at]?["path"].Text() ?? "";
            if (target.Length == 0)
                causes.Add(Cause.Required($"{path}[{at}].path"));
            else
                RelativePath(target, $"{path}[{at}].path");
            Mode(items[at]?["mode"], $"{path}[{at}].mode");
        }
    }

    public void RelativePath(string target, string path)
    {
        if (target.StartsWith('/'))
            causes.Add(Cause.Invalid(path, GoSyntax.Quote(target), "must be a relative path"));
        if (target.Split('/').Contains(".."))
            causes.Add(Cause.Invalid(path, GoSyntax.Quote(target), "must not contain '..'"));
        if (target.StartsWith("..", StringComparison.Ordinal) && !target.StartsWith("../", StringComparison.Ordinal) && target != "..")
            causes.Add(Cause.Invalid(path, GoSyntax.Quote(target), "must not start with '..'"));
    }
}
