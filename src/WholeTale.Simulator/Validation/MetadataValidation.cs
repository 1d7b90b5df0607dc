using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>Checks of <c>metadata</c> (apimachinery, api/validation).</summary>
internal static class MetadataValidation
{
    private const int _annotations = 256 * 1024;

    public static List<Cause> Create(JsonObject content, Kind kind)
    {
        var causes = new List<Cause>();
        var metadata = content["metadata"]!.AsObject();
        if (metadata["generateName"].Text() is { Length: > 0 } prefix)
        {
            foreach (var problem in Name(kind, prefix.EndsWith('-') ? prefix + "x" : prefix))
                causes.Add(Cause.Invalid("metadata.generateName", GoSyntax.Quote(prefix), problem));
        }

        var name = metadata["name"].Text() ?? "";
        if (name.Length == 0)
        {
            causes.Add(Cause.Required("metadata.name", "name or generateName is required"));
        }
        else
        {
            foreach (var problem in Name(kind, name))
                causes.Add(Cause.Invalid("metadata.name", GoSyntax.Quote(name), problem));
        }

        Common(metadata, "metadata", kind, causes);
        return causes;
    }

    /// <summary>Checks the metadata of a changed object: the generic registry does it as a whole and as a change, the kind's strategy again as a change.</summary>
    /// <param name="next">The object as it is to be.</param>
    /// <param name="live">The object as it is.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="repeats">Whether the strategy also validates the object as if it were new.</param>
    public static List<Cause> Update(JsonObject next, JsonObject live, Kind kind, bool repeats)
    {
        var causes = new List<Cause>();
        var metadata = next["metadata"]!.AsObject();
        var old = live["metadata"]!.AsObject();
        Common(metadata, "metadata", kind, causes);
        Changed(metadata, old, causes);
        Changed(metadata, old, causes);
        if (repeats)
            Common(metadata, "metadata", kind, causes);
        return causes;
    }

    // ValidateObjectMetaAccessorUpdate
    private static void Changed(JsonObject metadata, JsonObject old, List<Cause> causes)
    {
        if (old["deletionTimestamp"] is not null)
        {
            var before = Strings(old["finalizers"]);
            var added = Strings(metadata["finalizers"]).Except(before).Order(StringComparer.Ordinal).ToList();
            if (added.Count > 0)
                causes.Add(Cause.Forbidden("metadata.finalizers", "no new finalizers can be added if the object is being deleted, found new finalizers " + GoSyntax.List(added)));
        }

        if (metadata["uid"].Text() is { Length: > 0 } uid && uid != old["uid"].Text())
            causes.Add(Cause.Invalid("metadata.uid", GoSyntax.Quote(uid), "field is immutable"));
        if (old["deletionTimestamp"] is null && metadata["deletionTimestamp"].Text() is { } time)
            causes.Add(Cause.Invalid("metadata.deletionTimestamp", time.Replace('T', ' ').Replace("Z", " +0000 UTC", StringComparison.Ordinal), "field is immutable"));
        if (metadata["deletionGracePeriodSeconds"].Number() is { } grace && grace != old["deletionGracePeriodSeconds"].Number())
            causes.Add(Cause.Invalid("metadata.deletionGracePeriodSeconds", grace.ToString(System.Globalization.CultureInfo.InvariantCulture), "field is immutable"));
        Labels(metadata["labels"], "metadata.labels", causes);
        Annotations(metadata["annotations"], "metadata.annotations", causes);
        Owners(metadata, "metadata.ownerReferences", causes);
    }

    public static void Labels(JsonNode? labels, string field, List<Cause> causes)
    {
        foreach (var (key, value) in labels as JsonObject ?? [])
        {
            foreach (var problem in Names.QualifiedName(key))
                causes.Add(Cause.Invalid(field, GoSyntax.Quote(key), problem));
            foreach (var problem in Names.LabelValue(value.Text() ?? ""))
                causes.Add(Cause.Invalid(field, GoSyntax.Quote(value.Text() ?? ""), problem));
        }
    }

    public static void Annotations(JsonNode? annotations, string field, List<Cause> causes)
    {
        var size = 0L;
        foreach (var (key, value) in annotations as JsonObject ?? [])
        {
            foreach (var problem in Names.QualifiedName(key.ToLowerInvariant()))
                causes.Add(Cause.Invalid(field, GoSyntax.Quote(key), problem));
            size += key.Length + (value.Text() ?? "").Length;
        }

        if (size > _annotations)
            causes.Add(Cause.TooLong(field, _annotations));
    }

    public static IReadOnlyList<string> Name(Kind kind, string name) => (kind.Group, kind.Name) switch
    {
        ("", "Namespace") => Names.Dns1123Label(name),
        ("", "Service") => Names.Dns1035Label(name),
        ("rbac.authorization.k8s.io" or "policy", _) or ("", "Event") => Names.PathSegment(name),
        _ => Names.Dns1123Subdomain(name),
    };

    private static void Common(JsonObject metadata, string field, Kind kind, List<Cause> causes)
    {
        Labels(metadata["labels"], field + ".labels", causes);
        Annotations(metadata["annotations"], field + ".annotations", causes);
        Owners(metadata, field + ".ownerReferences", causes);
        Finalizers(Strings(metadata["finalizers"]), field + ".finalizers", kind, causes);
    }

    private static void Owners(JsonObject metadata, string path, List<Cause> causes)
    {
        var owners = (metadata["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var controller = "";
        foreach (var owner in owners)
        {
            if (owner["apiVersion"].Text() is null or "")
                causes.Add(Cause.Invalid(path + ".apiVersion", GoSyntax.Quote(owner["apiVersion"].Text() ?? ""), "version must not be empty"));
            if (owner["kind"].Text() is null or "")
                causes.Add(Cause.Invalid(path + ".kind", "\"\"", "kind must not be empty"));
            if (owner["name"].Text() is null or "")
                causes.Add(Cause.Invalid(path + ".name", "\"\"", "name must not be empty"));
            if (owner["uid"].Text() is null or "")
                causes.Add(Cause.Invalid(path + ".uid", "\"\"", "uid must not be empty"));
            if (owner["apiVersion"].Text() == "v1" && owner["kind"].Text() == "Event")
                causes.Add(Cause.Invalid(path, Show(owner), "/v1, Kind=Event is disallowed from being an owner"));
            if (owner["controller"].Flag() != true)
                continue;
            var name = owner["kind"].Text() + "/" + owner["name"].Text();
            if (controller.Length == 0)
                controller = name;
            else
                causes.Add(Cause.Invalid(path, "[]v1.OwnerReference{" + string.Join(", ", owners.Select(Show)) + "}", $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {name}"));
        }
    }

    // The kinds of Kubernetes itself are stricter with finalizers than the API machinery, which is all that definitions and custom resources have.
    private static bool IsKubernetes(Kind kind) => !kind.Custom && kind.Group != "apiextensions.k8s.io";

    private static void Finalizers(List<string> finalizers, string field, Kind kind, List<Cause> causes)
    {
        for (var at = 0; at < finalizers.Count; at++)
        {
            var name = finalizers[at];
            var path = $"{field}[{at}]";
            var problems = Names.QualifiedName(name);
            if (problems.Count > 0)
                causes.AddRange(problems.Select(problem => Cause.Invalid(field, GoSyntax.Quote(name), problem)));
            else if (IsKubernetes(kind) && !name.Contains('/', StringComparison.Ordinal) && name is not ("kubernetes" or "orphan" or "foregroundDeletion"))
                causes.Add(Cause.Invalid(path, GoSyntax.Quote(name), "name is neither a standard finalizer name nor is it fully qualified"));
        }

        if (finalizers.Contains("orphan") && finalizers.Contains("foregroundDeletion"))
        {
            causes.Add(Cause.Invalid(
                field,
                GoSyntax.List(finalizers),
                "finalizer orphan and foregroundDeletion cannot be both set"));
        }
    }

    private static string Show(JsonObject owner) =>
        $"v1.OwnerReference{{APIVersion:{GoSyntax.Quote(owner["apiVersion"].Text() ?? "")}, Kind:{GoSyntax.Quote(owner["kind"].Text() ?? "")}, Name:{GoSyntax.Quote(owner["name"].Text() ?? "")}, UID:{GoSyntax.Quote(owner["uid"].Text() ?? "")}, Controller:(*bool)(0x0), BlockOwnerDeletion:(*bool)(0x0)}}";

    private static List<string> Strings(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item.Text() ?? "")];
}
