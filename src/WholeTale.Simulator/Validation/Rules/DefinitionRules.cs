using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>CustomResourceDefinitions (apiextensions/validation and the registry's strategy).</summary>
internal sealed class DefinitionRules(Kind kind, TypeSchema schema) : KindRules(kind, schema)
{
    private const string _approval = "api-approved.kubernetes.io";

    public override void PrepareCreate(JsonObject content)
    {
        base.PrepareCreate(content);
        StoreVersions(content);
    }

    public override void PrepareUpdate(JsonObject next, JsonObject live, string subresource)
    {
        base.PrepareUpdate(next, live, subresource);
        if (subresource.Length == 0)
            StoreVersions(next);
    }

    private protected override void CheckCreate(JsonObject content, List<Cause> causes) => Check(content, null, causes);

    private protected override void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes)
    {
        if (subresource.Length == 0)
            Check(next, live, causes);
        else
            AcceptedNames(next, causes);
    }

    // A version that objects may be stored in stays in the list until somebody has migrated them.
    private static void StoreVersions(JsonObject content)
    {
        if (content["status"] is not JsonObject status)
            content["status"] = status = [];
        var stored = status["storedVersions"].Texts();
        var names = content["spec"]!["versions"].Objects().Where(version => version["storage"].Flag() == true).Select(version => version["name"].Text() ?? "");
        status["storedVersions"] = new JsonArray([.. stored.Union(names).Select(name => (JsonNode)name)]);
    }

    private static void Check(JsonObject content, JsonObject? old, List<Cause> causes)
    {
        var spec = content["spec"]!.AsObject();
        var name = content["metadata"]!["name"].Text() ?? "";
        var group = spec["group"].Text() ?? "";
        if (old is null && name.Length > 0 && name != spec["names"]?["plural"].Text() + "." + group)
            causes.Add(Cause.Invalid("metadata.name", GoSyntax.Quote(name), "must be spec.names.plural+\".\"+spec.group"));
        Group(group, causes);
        if (spec["scope"].Text() is not { Length: > 0 } scope)
            causes.Add(Cause.Required("spec.scope"));
        else if (scope is not ("Cluster" or "Namespaced"))
            causes.Add(Cause.NotSupported("spec.scope", GoSyntax.Quote(scope), "Cluster", "Namespaced"));
        DefinitionVersions.Check(spec, causes);
        DefinitionNames.Required(spec["names"], causes);
        DefinitionNames.Check(spec["names"], "spec.names", causes);
        DefinitionVersions.CheckShared(spec, causes);
        Conversion(spec["conversion"], causes);
        if (old is not null)
            Changed(spec, old, causes);
        AcceptedNames(content, causes);
        StoredVersions(content, causes);
        Approval(content, group, causes);
        if (spec["preserveUnknownFields"].Flag() == true)
            causes.Add(Cause.Invalid("spec.preserveUnknownFields", "true", "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"));
    }

    private static void Group(string group, List<Cause> causes)
    {
        var problems = Names.Dns1123Subdomain(group);
        if (group.Length == 0)
            causes.Add(Cause.Required("spec.group"));
        else if (problems.Count > 0)
            causes.Add(Cause.Invalid("spec.group", GoSyntax.Quote(group), string.Join(",", problems)));
        else if (!group.Contains('.', StringComparison.Ordinal))
            causes.Add(Cause.Invalid("spec.group", GoSyntax.Quote(group), "should be a domain with at least one dot"));
    }

    private static void Conversion(JsonNode? conversion, List<Cause> causes)
    {
        var webhook = conversion?["webhook"];
        switch (conversion?["strategy"].Text())
        {
            case "Webhook":
                if (webhook?["clientConfig"] is not { } client)
                    causes.Add(Cause.Required("spec.conversion.webhookClientConfig", "required when strategy is set to Webhook"));
                else if (client["url"] is null == client["service"] is null)
                    causes.Add(Cause.Required("spec.conversion.webhookClientConfig", "exactly one of url or service is required"));
                if (webhook?["conversionReviewVersions"].Texts() is not { Count: > 0 } versions)
                    causes.Add(Cause.Required("spec.conversion.conversionReviewVersions"));
                else if (!versions.Any(version => version is "v1" or "v1beta1"))
                    causes.Add(Cause.Invalid("spec.conversion.conversionReviewVersions", GoSyntax.List(versions), "must include at least one of v1, v1beta1"));
                break;
            case "None":
                if (webhook?["clientConfig"] is not null)
                    causes.Add(Cause.Forbidden("spec.conversion.webhookClientConfig", "should not be set when strategy is not set to Webhook"));
                if (webhook?["conversionReviewVersions"].Texts().Count > 0)
                    causes.Add(Cause.Forbidden("spec.conversion.conversionReviewVersions", "should not be set when strategy is not set to Webhook"));
                break;
            case var other:
                causes.Add(Cause.NotSupported("spec.conversion.strategy", GoSyntax.Quote(other ?? ""), "None", "Webhook"));
                break;
        }
    }

    // What decides where objects are stored cannot change any more.
    private static void Changed(JsonObject spec, JsonObject old, List<Cause> causes)
    {
        var established = old["status"]?["conditions"].Objects().Any(condition => condition["type"].Text() == "Established" && condition["status"].Text() == "True") == true;
        (string Field, bool Holds)[] fixedFields = [("scope", established), ("names.kind", established), ("group", true), ("names.plural", true)];
        foreach (var (field, _) in fixedFields.Where(item => item.Holds))
        {
            var path = field.Split('.');
            var (now, before) = path.Aggregate(((JsonNode?)spec, old["spec"]), (pair, part) => (pair.Item1?[part], pair.Item2?[part]));
            if (now.Text() != before.Text())
                causes.Add(Cause.Invalid("spec." + field, GoSyntax.Value(now), "field is immutable"));
        }
    }

    private static void AcceptedNames(JsonObject content, List<Cause> causes) => DefinitionNames.Check(content["status"]?["acceptedNames"], "status.acceptedNames", causes);

    private static void StoredVersions(JsonObject content, List<Cause> causes)
    {
        var stored = (content["status"]?["storedVersions"]).Texts();
        var served = content["spec"]!["versions"].Objects().Select(version => version["name"].Text() ?? "").ToList();
        if (stored.Count == 0)
            causes.Add(Cause.Invalid("status.storedVersions", "[]string(nil)", "must have at least one stored version"));
        for (var at = 0; at < stored.Count; at++)
        {
            if (!served.Contains(stored[at]))
                causes.Add(Cause.Invalid($"status.storedVersions[{at}]", GoSyntax.Quote(stored[at]), "must appear in spec.versions"));
        }
    }

    private static void Approval(JsonObject content, string group, List<Cause> causes)
    {
        if (!group.EndsWith(".k8s.io", StringComparison.Ordinal) && !group.EndsWith(".kubernetes.io", StringComparison.Ordinal) && group is not ("k8s.io" or "kubernetes.io"))
            return;
        var approval = content["metadata"]?["annotations"]?[_approval].Text() ?? "";
        if (approval.Length == 0)
        {
            causes.Add(Cause.Required(
                $"metadata.annotations[{_approval}]",
                $"protected groups must have approval annotation \"{_approval}\", see https://github.com/kubernetes/enhancements/pull/1111"));
        }
        else if (!approval.StartsWith("unapproved", StringComparison.Ordinal) && !Uri.TryCreate(approval, UriKind.Absolute, out _))
        {
            causes.Add(Cause.Invalid(
                $"metadata.annotations[{_approval}]",
                GoSyntax.Quote(approval),
                $"protected groups must have approval annotation \"{_approval}\" with either a URL or a reason starting with \"unapproved\", see https://github.com/kubernetes/enhancements/pull/1111"));
        }
    }
}
