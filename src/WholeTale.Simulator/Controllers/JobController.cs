using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Runs pods until enough of them have succeeded (pkg/controller/job).</summary>
internal sealed class JobController(World world) : IController
{
    private const string Component = "job-controller";
    private const string Tracking = "batch.kubernetes.io/job-tracking";
    private const string IndexAnnotation = "batch.kubernetes.io/job-completion-index";

    private readonly PodControl _pods = new(world, Component);

    public IReadOnlyList<Kind> Watched { get; } = [world.Job, world.Pod];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.Job)
            return [change.New.Key];
        return Owners.Controller(change.New, "Job") is { } owner ? [owner] : [];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Job, key.Namespace, key.Name) is not { } job)
            return null;
        var content = job.Read();
        var pods = _pods.Claim(job, content["spec"]?["selector"]);
        if (job.IsDeleting)
        {
            foreach (var pod in pods)
                Untrack(pod);
            return null;
        }

        if (IsFinished(content))
        {
            foreach (var pod in pods)
                Untrack(pod);
            return Expire(job, content);
        }

        return Work(job, content, pods);
    }

    private static bool IsFinished(JsonObject content) => Conditions.Holds(content["status"], "Complete") || Conditions.Holds(content["status"], "Failed");

    private static int? Index(PodFacts pod) => int.TryParse(pod.Content.Annotation(IndexAnnotation), out var index) ? index : null;

    private TimeSpan? Work(StoredObject job, JsonObject content, List<PodFacts> pods)
    {
        var spec = content["spec"];
        var suspended = spec?["suspend"].Flag() == true;
        var counted = pods.Where(pod => pod.HasEnded && pod.Content.HasFinalizer(Tracking)).ToList();
        var succeeded = (int)(content["status"]?["succeeded"].Number() ?? 0) + counted.Count(pod => pod.Phase == "Succeeded");
        var failed = (int)(content["status"]?["failed"].Number() ?? 0) + counted.Count(pod => pod.Phase == "Failed");
        var active = pods.Where(pod => pod.IsActive).ToList();
        var parallelism = (int)(spec?["parallelism"].Number() ?? 1);
        var completions = (int?)spec?["completions"].Number();
        var restarts = active.Sum(pod => pod.Content["status"].Items("containerStatuses").Sum(status => (int)(status["restartCount"].Number() ?? 0)));
        var limit = (int)(spec?["backoffLimit"].Number() ?? 6);
        var ended = completions is null ? succeeded > 0 && active.Count == 0 : succeeded >= completions;
        var failure = failed + restarts > limit ? ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
            : IsLate(content) ? ("DeadlineExceeded", "Job was active longer than specified deadline")
            : ((string, string)?)null;
        if (failure is not null || suspended)
        {
            foreach (var pod in active)
                _pods.Delete(job, pod.Name);
        }
        else if (!ended)
        {
            active = Scale(job, content, active, parallelism, completions, succeeded, pods);
        }

        WriteStatus(job, content, active, pods, succeeded, failed, ended && failure is null, failure, suspended);
        foreach (var pod in counted)
            Untrack(pod);
        return Deadline(content);
    }

    private List<PodFacts> Scale(
        StoredObject job, JsonObject content, List<PodFacts> active, int parallelism, int? completions, int succeeded, List<PodFacts> all)
    {
        var wanted = completions is null ? (succeeded > 0 ? active.Count : parallelism) : Math.Min(parallelism, completions.Value - succeeded);
        if (active.Count > wanted)
        {
            active.Sort(PodFacts.CompareForDeletion);
            foreach (var pod in active.Take(active.Count - wanted))
                _pods.Delete(job, pod.Name);
            return active[(active.Count - wanted)..];
        }

        var indexed = content["spec"]?["completionMode"].Text() == "Indexed";
        var taken = all.Where(pod => pod.IsActive || pod.Phase == "Succeeded").Select(Index).OfType<int>().ToHashSet();
        var created = new List<PodFacts>(active);
        for (var i = active.Count; i < wanted; i++)
        {
            int? index = indexed ? Enumerable.Range(0, completions ?? 0).First(number => taken.Add(number)) : null;
            created.Add(PodFacts.Of(_pods.Create(job, Pod(job, content, index))));
        }

        return created;
    }

    private JsonObject Pod(StoredObject job, JsonObject content, int? index)
    {
        var prefix = index is null ? job.Name + "-" : $"{job.Name}-{index}-";
        var pod = PodTemplate.Instantiate(content["spec"]?["template"], job, prefix + world.Suffix(5), prefix);
        pod.AddFinalizer(Tracking);
        if (index is not { } number)
            return pod;
        var text = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        pod.Annotate(IndexAnnotation, text);
        pod.Spec()["hostname"] = $"{job.Name}-{text}";
        foreach (var container in pod.Spec().Items("containers"))
        {
            if (container["env"] is not JsonArray environment)
                container["env"] = environment = [];
            environment.Add((JsonNode)new JsonObject
            {
                ["name"] = "JOB_COMPLETION_INDEX",
                ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = $"metadata.annotations['{IndexAnnotation}']" } },
            });
        }

        return pod;
    }

    private void WriteStatus(
        StoredObject job, JsonObject content, List<PodFacts> active, List<PodFacts> pods, int succeeded, int failed, bool complete, (string Reason, string Message)? failure, bool suspended)
    {
        var now = world.Now;
        if (failure is not null || suspended)
            active = [];
        world.Manager.UpdateStatus(world.Job, job.Namespace, job.Name, latest =>
        {
            if (latest["metadata"]?["uid"].Text() != job.Uid)
                return;
            var status = latest.Status();
            if (!suspended)
                status["startTime"] ??= now;
            status.SetCount("active", active.Count);
            status["ready"] = active.Count(pod => pod.IsReady);
            status.SetCount("succeeded", succeeded);
            status.SetCount("failed", failed);
            status["uncountedTerminatedPods"] = new JsonObject();
            if (content["spec"]?["completionMode"].Text() == "Indexed")
                status["completedIndexes"] = Ranges(pods.Where(pod => pod.Phase == "Succeeded").Select(Index).OfType<int>());
            if (complete)
            {
                AddCondition(status, "Complete", null, null);
                status["completionTime"] = now;
            }
            else if (failure is { } told)
            {
                AddCondition(status, "Failed", told.Reason, told.Message);
            }
            else if (suspended || Conditions.Find(status, "Suspended") is not null)
            {
                Conditions.Set(status, "Suspended", suspended, now, suspended ? "JobSuspended" : "JobResumed", suspended ? "Job suspended" : "Job resumed");
            }
        });
        if (complete)
            world.Tell(job, Component, "Normal", "Completed", "Job completed");
        else if (failure is { } reason)
            world.Tell(job, Component, "Warning", reason.Reason, reason.Message);
    }

    private void AddCondition(JsonObject status, string type, string? reason, string? message)
    {
        Conditions.Set(status, type, true, world.Now, reason, message);
        Conditions.Find(status, type)!["lastProbeTime"] = world.Now;
    }

    // indexed_job_utils.go: "0,2-4".
    private static string Ranges(IEnumerable<int> indexes)
    {
        var parts = new List<string>();
        int? first = null, last = null;
        foreach (var index in indexes.Distinct().Order())
        {
            if (last is not null && index == last + 1)
            {
                last = index;
                continue;
            }

            Close();
            first = last = index;
        }

        Close();
        return string.Join(',', parts);

        void Close()
        {
            if (first is not null)
                parts.Add(first == last ? $"{first}" : $"{first}-{last}");
        }
    }

    private bool IsLate(JsonObject content) => Deadline(content) is { } left && left <= TimeSpan.Zero;

    private TimeSpan? Deadline(JsonObject content) => content["spec"]?["activeDeadlineSeconds"].Number() is { } seconds && content["status"]?["startTime"].Time() is { } start
        ? start.AddSeconds(seconds) - world.Time.GetUtcNow()
        : null;

    // ttlafterfinished controller.
    private TimeSpan? Expire(StoredObject job, JsonObject content)
    {
        if (content["spec"]?["ttlSecondsAfterFinished"].Number() is not { } seconds)
            return null;
        var end = (content["status"]?["completionTime"] ?? Conditions.Find(content["status"], "Failed")?["lastTransitionTime"]).Time() ?? world.Time.GetUtcNow();
        var left = end.AddSeconds(seconds) - world.Time.GetUtcNow();
        if (left > TimeSpan.Zero)
            return left;
        world.Manager.Delete(world.Job, job.Namespace, job.Name, new DeletionOptions { PropagationPolicy = "Foreground", PreconditionUid = job.Uid });
        return null;
    }

    private void Untrack(PodFacts pod)
    {
        if (pod.Content.HasFinalizer(Tracking) && (pod.HasEnded || pod.IsDeleting))
            world.Manager.Update(world.Pod, pod.Stored.Namespace, pod.Name, found => found.RemoveFinalizer(Tracking));
    }
}
