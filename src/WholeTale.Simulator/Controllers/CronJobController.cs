using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Makes Jobs at the times of a schedule (pkg/controller/cronjob).</summary>
internal sealed class CronJobController(World world) : IController
{
    private const string Component = "cronjob-controller";

    public IReadOnlyList<Kind> Watched { get; } = [world.CronJob, world.Job];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.CronJob)
            return [change.New.Key];
        return Owners.Controller(change.New, "CronJob") is { } owner ? [owner] : [];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.CronJob, key.Namespace, key.Name) is not { IsDeleting: false } cron)
            return null;
        var content = cron.Read();
        var spec = content["spec"];
        Observe(cron, content);
        if (spec?["suspend"].Flag() == true)
            return null;
        // robfig/cron reads a time zone in front of the fields, which Kubernetes takes with a warning.
        var (zoneName, fields) = spec?["schedule"].Text() is { } text && text.Contains("TZ=", StringComparison.Ordinal) && text.Split(' ', 2) is [var first, var rest]
            ? (first[(first.IndexOf('=', StringComparison.Ordinal) + 1)..], rest)
            : (spec?["timeZone"].Text(), spec?["schedule"].Text() ?? "");
        if (CronSchedule.Parse(fields) is not { } schedule)
        {
            world.Tell(cron, Component, "Warning", "UnparseableSchedule", $"unparseable schedule: {spec?["schedule"].Text()}");
            return null;
        }

        var zone = Zone(zoneName);
        var now = TimeZoneInfo.ConvertTime(world.Time.GetUtcNow(), zone);
        var last = content["status"]?["lastScheduleTime"].Time() ?? content["metadata"]?["creationTimestamp"].Time() ?? now;
        var due = LatestMissed(schedule, TimeZoneInfo.ConvertTime(last, zone), now);
        if (due is not null && !IsTooLate(spec, due.Value, now))
            Start(cron, due.Value);
        return schedule.After(now) - now;
    }

    private static DateTimeOffset? LatestMissed(CronSchedule schedule, DateTimeOffset last, DateTimeOffset now)
    {
        DateTimeOffset? missed = null;
        for (var next = schedule.After(last); next <= now; next = schedule.After(next.Value))
            missed = next;
        return missed;
    }

    private static bool IsTooLate(JsonNode? spec, DateTimeOffset due, DateTimeOffset now) =>
        spec?["startingDeadlineSeconds"].Number() is { } deadline && due.AddSeconds(deadline) < now;

    private static TimeZoneInfo Zone(string? name) => name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    private List<StoredObject> Jobs(StoredObject cron) => [.. world.Store.OwnedBy(world.Job, cron.Uid)];

    private static bool Finished(JsonObject job, out bool succeeded)
    {
        succeeded = Conditions.Holds(job["status"], "Complete");
        return succeeded || Conditions.Holds(job["status"], "Failed");
    }

    private void Start(StoredObject cron, DateTimeOffset due)
    {
        var content = cron.Read();
        var running = Jobs(cron).Where(job => !Finished(job.Read(), out _)).ToList();
        var policy = content["spec"]?["concurrencyPolicy"].Text() ?? "Allow";
        if (policy == "Forbid" && running.Count > 0)
        {
            world.Tell(cron, Component, "Normal", "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid");
            return;
        }

        foreach (var job in policy == "Replace" ? running : [])
        {
            world.Manager.Delete(world.Job, job.Namespace, job.Name, new DeletionOptions { PropagationPolicy = "Background" });
            world.Tell(cron, Component, "Normal", "SuccessfulDelete", $"Deleted job {job.Name}");
        }

        // The name says the minute it was due at, so that the same run is never made twice.
        var name = string.Create(CultureInfo.InvariantCulture, $"{cron.Name}-{due.ToUnixTimeSeconds() / 60}");
        if (world.Store.Get(world.Job, cron.Namespace, name) is null)
        {
            var template = content["spec"]?["jobTemplate"];
            var metadata = new JsonObject { ["name"] = name, ["namespace"] = cron.Namespace, ["ownerReferences"] = Owners.ControlledBy(cron) };
            foreach (var part in (string[])["labels", "annotations"])
            {
                if (template?["metadata"]?[part] is { } value)
                    metadata[part] = value.DeepClone();
            }

            var job = new JsonObject { ["metadata"] = metadata, ["spec"] = template?["spec"]?.DeepClone() };
            job.Annotate("batch.kubernetes.io/cronjob-scheduled-timestamp", due.Stamp());
            world.Manager.Create(world.Job, job);
            world.Tell(cron, Component, "Normal", "SuccessfulCreate", $"Created job {name}");
        }

        world.Manager.UpdateStatus(world.CronJob, cron.Namespace, cron.Name, latest => latest.Status()["lastScheduleTime"] = due.Stamp());
        Observe(cron, world.Store.Get(world.CronJob, cron.Namespace, cron.Name)?.Read() ?? content);
    }

    private void Observe(StoredObject cron, JsonObject content)
    {
        var jobs = Jobs(cron).Select(job => (Stored: job, Content: job.Read())).ToList();
        var active = new JsonArray();
        string? lastSuccess = null;
        foreach (var (stored, job) in jobs)
        {
            if (!Finished(job, out var succeeded))
                active.Add((JsonNode)Reference(stored));
            else if (succeeded && string.CompareOrdinal(job["status"]?["completionTime"].Text(), lastSuccess) > 0)
                lastSuccess = job["status"]?["completionTime"].Text();
        }

        foreach (var known in content["status"].Items("active"))
        {
            if (jobs.FirstOrDefault(job => job.Stored.Uid == known["uid"].Text()) is { Stored: { } stored } job && Finished(job.Content, out var succeeded))
                world.Tell(cron, Component, "Normal", "SawCompletedJob", $"Saw completed job: {stored.Name}, status: {(succeeded ? "Complete" : "Failed")}");
        }

        world.Manager.UpdateStatus(world.CronJob, cron.Namespace, cron.Name, latest =>
        {
            var status = latest.Status();
            if (active.Count == 0)
                status.Remove("active");
            else if (!Same(status["active"], active))
                status["active"] = active.DeepClone();
            if (lastSuccess is not null)
                status["lastSuccessfulTime"] = lastSuccess;
        });
        Forget(cron, content, jobs, succeeded: true, "successfulJobsHistoryLimit", 3);
        Forget(cron, content, jobs, succeeded: false, "failedJobsHistoryLimit", 1);
    }

    private static bool Same(JsonNode? known, JsonArray active) =>
        known is JsonArray list && list.Select(item => item?["uid"].Text()).SequenceEqual(active.Select(item => item?["uid"].Text()));

    private static JsonObject Reference(StoredObject job) => new()
    {
        ["kind"] = "Job",
        ["namespace"] = job.Namespace,
        ["name"] = job.Name,
        ["uid"] = job.Uid,
        ["apiVersion"] = "batch/v1",
        ["resourceVersion"] = job.ResourceVersion.ToString(CultureInfo.InvariantCulture),
    };

    private void Forget(StoredObject cron, JsonObject content, List<(StoredObject Stored, JsonObject Content)> jobs, bool succeeded, string limitName, int otherwise)
    {
        var limit = (int)(content["spec"]?[limitName].Number() ?? otherwise);
        var done = jobs.Where(job => Finished(job.Content, out var ok) && ok == succeeded)
            .OrderBy(job => job.Content["status"]?["startTime"].Text(), StringComparer.Ordinal).Select(job => job.Stored).ToList();
        foreach (var job in done.Take(Math.Max(0, done.Count - limit)))
        {
            world.Manager.Delete(world.Job, job.Namespace, job.Name, new DeletionOptions { PropagationPolicy = "Background" });
            world.Tell(cron, Component, "Normal", "SuccessfulDelete", $"Deleted job {job.Name}");
        }
    }
}
