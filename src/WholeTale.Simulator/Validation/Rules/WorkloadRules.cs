using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation.Pods;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Deployments, ReplicaSets, StatefulSets and DaemonSets.</summary>
internal sealed class WorkloadRules(Kind kind, TypeSchema schema) : KindRules(kind, schema)
{
    private protected override void CheckCreate(JsonObject content, List<Cause> causes)
    {
        Check(content["spec"]!.AsObject(), causes);
    }

    private protected override void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes)
    {
        if (subresource.Length > 0)
        {
            StatusChecks.Workload(Kind.Name, next, live, causes);
            return;
        }

        var spec = next["spec"]!.AsObject();
        var old = live["spec"]!.AsObject();
        if (Kind.Name == "StatefulSet")
        {
            var allowed = (JsonObject)old.DeepClone();
            foreach (var member in new[] { "replicas", "template", "updateStrategy", "minReadySeconds", "ordinals", "persistentVolumeClaimRetentionPolicy", "revisionHistoryLimit" })
            {
                if (member != "revisionHistoryLimit")
                    Keep(allowed, spec, member);
            }

            Template(spec, causes);
            if (!JsonTree.AreEqual(allowed, spec))
            {
                causes.Add(Cause.Forbidden(
                    "spec",
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"));
            }

            AtLeastZero(spec["replicas"], "spec.replicas", causes);
            return;
        }

        Check(spec, causes);
        if (!JsonTree.AreEqual(spec["selector"], old["selector"]))
            causes.Add(Cause.Invalid("spec.selector", SelectorValidation.Show(spec["selector"]), "field is immutable"));
    }

    private void Check(JsonObject spec, List<Cause> causes)
    {
        switch (Kind.Name)
        {
            case "Deployment" or "ReplicaSet":
                AtLeastZero(spec["replicas"], "spec.replicas", causes);
                if (Kind.Name == "ReplicaSet")
                    AtLeastZero(spec["minReadySeconds"], "spec.minReadySeconds", causes);
                Selector(spec, causes);
                Template(spec, causes);
                if (Kind.Name == "Deployment")
                    Strategy(spec, causes);
                break;
            case "StatefulSet":
                StatefulStrategy(spec, causes);
                AtLeastZero(spec["replicas"], "spec.replicas", causes);
                AtLeastZero(spec["minReadySeconds"], "spec.minReadySeconds", causes);
                Selector(spec, causes);
                Template(spec, causes);
                break;
            default:
                Selector(spec, causes);
                Template(spec, causes);
                if (spec["updateStrategy"]?["type"].Text() is not ("RollingUpdate" or "OnDelete"))
                    causes.Add(Cause.NotSupported("spec.updateStrategy.type", GoSyntax.Quote(spec["updateStrategy"]?["type"].Text() ?? ""), "RollingUpdate", "OnDelete"));
                AtLeastZero(spec["minReadySeconds"], "spec.minReadySeconds", causes);
                break;
        }
    }

    private static void Selector(JsonObject spec, List<Cause> causes)
    {
        if (spec["selector"] is null)
        {
            causes.Add(Cause.Required("spec.selector"));
            return;
        }

        SelectorValidation.Check(spec["selector"], "spec.selector", causes);
        if (SelectorValidation.IsEmpty(spec["selector"]))
            causes.Add(Cause.Invalid("spec.selector", SelectorValidation.Show(spec["selector"]), "empty selector is invalid for deployment"));
    }

    private void Template(JsonObject spec, List<Cause> causes)
    {
        var template = spec["template"]!;
        var labels = template["metadata"]?["labels"] as JsonObject;
        if (!SelectorValidation.Matches(spec["selector"], labels))
            causes.Add(Cause.Invalid("spec.template.metadata.labels", GoSyntax.Map(labels), "`selector` does not match template `labels`"));
        MetadataValidation.Labels(labels, "spec.template.metadata.labels", causes);
        MetadataValidation.Annotations(template["metadata"]?["annotations"], "spec.template.metadata.annotations", causes);
        var pod = template["spec"] as JsonObject ?? [];
        // ValidatePodTemplateSpecForStatefulSet leaves the pod's spec out: its volumes come from volumeClaimTemplates too.
        if (Kind.Name != "StatefulSet")
            new PodSpecValidation(causes).Check(pod, "spec.template.spec");
        if (pod["restartPolicy"].Text() is "OnFailure" or "Never")
            causes.Add(Cause.NotSupported("spec.template.spec.restartPolicy", GoSyntax.Quote(pod["restartPolicy"].Text()!), "Always"));
        if (pod["activeDeadlineSeconds"] is not null)
            causes.Add(Cause.Forbidden("spec.template.spec.activeDeadlineSeconds", $"activeDeadlineSeconds in {Kind.Name} is not Supported"));
    }

    private static void Strategy(JsonObject spec, List<Cause> causes)
    {
        var strategy = spec["strategy"]!;
        var rolling = strategy["rollingUpdate"];
        switch (strategy["type"].Text())
        {
            case "Recreate":
                if (rolling is not null)
                    causes.Add(Cause.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
                break;
            case "RollingUpdate":
                if (rolling is null)
                {
                    causes.Add(Cause.Required("spec.strategy.rollingUpdate", "this should be defaulted and never be nil"));
                    break;
                }

                Share(rolling["maxUnavailable"], "spec.strategy.rollingUpdate.maxUnavailable", causes);
                Share(rolling["maxSurge"], "spec.strategy.rollingUpdate.maxSurge", causes);
                if (IsZero(rolling["maxUnavailable"]) && IsZero(rolling["maxSurge"]))
                {
                    causes.Add(Cause.Invalid(
                        "spec.strategy.rollingUpdate.maxUnavailable",
                        "intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}",
                        "may not be 0 when `maxSurge` is 0"));
                }

                break;
            default:
                causes.Add(Cause.NotSupported("spec.strategy.type", GoSyntax.Quote(strategy["type"].Text() ?? ""), "Recreate", "RollingUpdate"));
                break;
        }

        AtLeastZero(spec["minReadySeconds"], "spec.minReadySeconds", causes);
        AtLeastZero(spec["revisionHistoryLimit"], "spec.revisionHistoryLimit", causes);
        if (spec["progressDeadlineSeconds"].Number() is { } deadline)
        {
            AtLeastZero(spec["progressDeadlineSeconds"], "spec.progressDeadlineSeconds", causes);
            if (deadline <= (spec["minReadySeconds"].Number() ?? 0))
                causes.Add(Cause.Invalid("spec.progressDeadlineSeconds", deadline.ToString(CultureInfo.InvariantCulture), "must be greater than minReadySeconds"));
        }
    }

    private static void StatefulStrategy(JsonObject spec, List<Cause> causes)
    {
        if (spec["podManagementPolicy"].Text() is not ("OrderedReady" or "Parallel"))
            causes.Add(Cause.Invalid("spec.podManagementPolicy", GoSyntax.Quote(spec["podManagementPolicy"].Text() ?? ""), "must be 'OrderedReady' or 'Parallel'"));
        switch (spec["updateStrategy"]?["type"].Text())
        {
            case "OnDelete":
                if (spec["updateStrategy"]!["rollingUpdate"] is not null)
                {
                    causes.Add(Cause.Invalid(
                        "spec.updateStrategy.rollingUpdate",
                        "apps.RollingUpdateStatefulSetStrategy{}",
                        "only allowed for updateStrategy 'RollingUpdate'"));
                }

                break;
            case "RollingUpdate":
                break;
            default:
                causes.Add(Cause.Invalid("spec.updateStrategy", "apps.StatefulSetUpdateStrategy{}", "must be 'RollingUpdate' or 'OnDelete'"));
                break;
        }
    }

    /// <summary>Holds a percentage to 100 (IsNotMoreThan100Percent).</summary>
    public static void NotMoreThanAll(JsonNode? value, string field, List<Cause> causes)
    {
        if (value.Text() is { } text && text.EndsWith('%') && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent > 100)
            causes.Add(Cause.Invalid(field, $"intstr.IntOrString{{Type:1, IntVal:0, StrVal:{GoSyntax.Quote(text)}}}", "must not be greater than 100%"));
    }

    /// <summary>Checks a number or a percentage (ValidatePositiveIntOrPercent).</summary>
    public static void Share(JsonNode? value, string field, List<Cause> causes)
    {
        if (value.Text() is { } text)
        {
            if (!text.EndsWith('%') || !text[..^1].All(char.IsAsciiDigit) || text.Length < 2)
            {
                causes.Add(Cause.Invalid(
                    field,
                    $"intstr.IntOrString{{Type:1, IntVal:0, StrVal:{GoSyntax.Quote(text)}}}",
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"));
            }
        }
        else
        {
            AtLeastZero(value, field, causes);
        }
    }

    private static bool IsZero(JsonNode? value) => value.Number() is 0 || value.Text() is "0%";

    private static void AtLeastZero(JsonNode? value, string field, List<Cause> causes)
    {
        if (value.Number() is < 0 and var number)
            causes.Add(Cause.Invalid(field, number.ToString(CultureInfo.InvariantCulture), "must be greater than or equal to 0"));
    }
}
