using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation.Pods;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Jobs and CronJobs.</summary>
internal sealed class JobRules(Kind kind, TypeSchema schema) : KindRules(kind, schema)
{
    public override void Default(JsonObject content, IReadOnlyList<string>? changed = null)
    {
        base.Default(content, changed);
        // defaults.go: a Job takes the labels of its template when it has none.
        if (Kind.Name == "Job" && content["spec"]?["template"]?["metadata"]?["labels"] is JsonObject { Count: > 0 } labels
            && content["metadata"]?["labels"] is not JsonObject { Count: > 0 })
            content["metadata"]!["labels"] = labels.DeepClone();
    }

    public override void PrepareCreate(JsonObject content)
    {
        base.PrepareCreate(content);
        if (Kind.Name != "Job")
            return;
        var spec = content["spec"]!.AsObject();
        var metadata = content["metadata"]!.AsObject();
        // Jobs of 1.26 are tracked with finalizers, which this annotation says.
        if (metadata["annotations"] is not JsonObject annotations)
            metadata["annotations"] = annotations = [];
        annotations["batch.kubernetes.io/job-tracking"] = "";
        if (spec["manualSelector"].Flag() == true)
            return;
        var uid = metadata["uid"].Text()!;
        var template = spec["template"]!.AsObject();
        var templateMetadata = template["metadata"]!.AsObject();
        // The labels of the template and of the Job were one map when the Job took them over, and still are (generateSelector).
        var shared = metadata["labels"] is null || JsonTree.AreEqual(metadata["labels"], templateMetadata["labels"]);
        if (templateMetadata["labels"] is not JsonObject labels)
            templateMetadata["labels"] = labels = [];
        labels["job-name"] = metadata["name"].Text();
        labels["controller-uid"] = uid;
        if (shared)
            metadata["labels"] = labels.DeepClone();
        if (spec["selector"] is not JsonObject selector)
            spec["selector"] = selector = [];
        if (selector["matchLabels"] is not JsonObject matched)
            selector["matchLabels"] = matched = [];
        matched["controller-uid"] = uid;
    }

    private protected override void CheckCreate(JsonObject content, List<Cause> causes)
    {
        var spec = content["spec"]!.AsObject();
        if (Kind.Name == "CronJob")
        {
            CronSpec(spec, causes);
            if ((content["metadata"]?["name"].Text() ?? "").Length > 52)
                causes.Add(Cause.Invalid("metadata.name", GoSyntax.Quote(content["metadata"]!["name"].Text()!), "must be no more than 52 characters"));
            return;
        }

        JobSpec(spec, "spec", causes);
    }

    private protected override void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes)
    {
        if (subresource.Length > 0)
        {
            if (Kind.Name == "Job")
                StatusChecks.Workload("Job", next, live, causes);
            return;
        }

        var spec = next["spec"]!.AsObject();
        var old = live["spec"]!.AsObject();
        if (Kind.Name == "CronJob")
        {
            CronSpec(spec, causes);
            return;
        }

        JobSpec(spec, "spec", causes);
        foreach (var member in new[] { "completions", "selector", "template", "completionMode", "podFailurePolicy" })
        {
            if (JsonTree.AreEqual(spec[member], old[member]))
                continue;
            var shown = member switch
            {
                "selector" => SelectorValidation.Show(spec[member]),
                "template" => "core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{...}, Spec:core.PodSpec{...}}",
                _ => GoSyntax.Value(spec[member]),
            };
            causes.Add(Cause.Invalid("spec." + member, shown, "field is immutable"));
        }

    }

    private static void JobSpec(JsonObject spec, string path, List<Cause> causes)
    {
        foreach (var member in new[] { "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished" })
        {
            if (spec[member].Number() is < 0 and var number)
                causes.Add(Cause.Invalid($"{path}.{member}", number.ToString(System.Globalization.CultureInfo.InvariantCulture), "must be greater than or equal to 0"));
        }

        if (spec["completionMode"] is { } mode && mode.Text() is not ("NonIndexed" or "Indexed"))
            causes.Add(Cause.NotSupported(path + ".completionMode", GoSyntax.Quote(mode.Text() ?? ""), "NonIndexed", "Indexed"));
        if (spec["completionMode"].Text() == "Indexed" && spec["completions"] is null)
            causes.Add(Cause.Required(path + ".completions", "when completion mode is Indexed"));
        var template = spec["template"]!;
        MetadataValidation.Labels(template["metadata"]?["labels"], path + ".template.metadata.labels", causes);
        var pod = template["spec"] as JsonObject ?? [];
        new PodSpecValidation(causes).Check(pod, path + ".template.spec");
        if (pod["restartPolicy"].Text() is not ("OnFailure" or "Never") and var policy)
        {
            causes.Add(policy is null or "" or "Always"
                ? Cause.Required(path + ".template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"")
                : Cause.NotSupported(path + ".template.spec.restartPolicy", GoSyntax.Quote(policy), "OnFailure", "Never"));
        }
    }

    private static void CronSpec(JsonObject spec, List<Cause> causes)
    {
        var schedule = spec["schedule"].Text() ?? "";
        if (schedule.Length == 0)
            causes.Add(Cause.Required("spec.schedule"));
        else if (CronSchedule.Problem(schedule) is { } problem)
            causes.Add(Cause.Invalid("spec.schedule", GoSyntax.Quote(schedule), problem));
        if (schedule.Contains("TZ", StringComparison.Ordinal) && spec["timeZone"] is not null)
            causes.Add(Cause.Invalid("spec.schedule", GoSyntax.Quote(schedule), "cannot use both timeZone field and TZ or CRON_TZ in schedule"));
        foreach (var member in new[] { "startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit" })
        {
            if (spec[member].Number() is < 0 and var number)
                causes.Add(Cause.Invalid("spec." + member, number.ToString(System.Globalization.CultureInfo.InvariantCulture), "must be greater than or equal to 0"));
        }

        if (spec["concurrencyPolicy"].Text() is not ("Allow" or "Forbid" or "Replace") and var policy)
            causes.Add(Cause.NotSupported("spec.concurrencyPolicy", GoSyntax.Quote(policy ?? ""), "Allow", "Forbid", "Replace"));
        JobSpec(spec["jobTemplate"]!["spec"]!.AsObject(), "spec.jobTemplate.spec", causes);
    }
}
