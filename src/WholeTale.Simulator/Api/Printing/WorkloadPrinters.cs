using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;
using static WholeTale.Simulator.Api.Printing.Values;

namespace WholeTale.Simulator.Api.Printing;

/// <summary>Rows of workloads.</summary>
internal static class WorkloadPrinters
{
    private static readonly Column _name = new("Name", Description: Descriptions.Name, Format: "name");
    private static readonly Column _age = new("Age", Description: Descriptions.Created);
    private static readonly Column _containers = new("Containers", Priority: 1, Description: "Names of each container in the template.");
    private static readonly Column _images = new("Images", Priority: 1, Description: "Images referenced by each container in the template.");
    private static readonly Column _selector = new("Selector", Priority: 1, Description: "A label query over pods that are managed by this object.");

    public static Printer Deployment { get; } = new(
        [
            _name,
            new("Ready", Description: "Number of the pod with ready state"),
            new("Up-to-date", Description: "Total number of non-terminated pods targeted by this deployment that have the desired template spec."),
            new("Available", Description: "Total number of available pods (ready for at least minReadySeconds) targeted by this deployment."),
            _age,
            _containers,
            _images,
            _selector with { Description = Descriptions.DeploymentSelector },
        ],
        (item, now) =>
        [
            Name(item), Of(item["status"]?["readyReplicas"], item["spec"]?["replicas"]), Count(item["status"]?["updatedReplicas"]),
            Count(item["status"]?["availableReplicas"]), Age(item, now), .. Wide(item),
        ]);

    public static Printer ReplicaSet { get; } = new(
        [
            _name,
            new("Desired", "integer", Description: "Replicas is the number of desired replicas. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/#what-is-a-replicationcontroller"),
            new("Current", "integer", Description: "Replicas is the most recently observed number of replicas. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/#what-is-a-replicationcontroller"),
            new("Ready", "integer", Description: "readyReplicas is the number of pods targeted by this ReplicaSet with a Ready Condition."),
            _age,
            _containers,
            _images,
            _selector,
        ],
        (item, now) =>
        [
            Name(item), Count(item["spec"]?["replicas"]), Count(item["status"]?["replicas"]), Count(item["status"]?["readyReplicas"]), Age(item, now), .. Wide(item),
        ]);

    public static Printer StatefulSet { get; } = new(
        [_name, new("Ready", Description: "Number of the pod with ready state"), _age, _containers, _images],
        (item, now) =>
        [
            Name(item), Of(item["status"]?["readyReplicas"], item["spec"]?["replicas"]), Age(item, now),
            Containers(item["spec"]?["template"]?["spec"]), Images(item["spec"]?["template"]?["spec"]),
        ]);

    public static Printer DaemonSet { get; } = new(
        [
            _name, new("Desired", "integer"), new("Current", "integer"), new("Ready", "integer"), new("Up-to-date", "integer"), new("Available", "integer"),
            new("Node Selector"), _age, _containers, _images, _selector,
        ],
        (item, now) =>
        [
            Name(item), Count(item["status"]?["desiredNumberScheduled"]), Count(item["status"]?["currentNumberScheduled"]), Count(item["status"]?["numberReady"]),
            Count(item["status"]?["updatedNumberScheduled"]), Count(item["status"]?["numberAvailable"]),
            LabelText(item["spec"]?["template"]?["spec"]?["nodeSelector"]), Age(item, now), .. Wide(item),
        ]);

    public static Printer Job { get; } = new(
        [_name, new("Completions"), new("Duration"), _age, _containers, _images, _selector],
        (item, now) => [Name(item), Completions(item), Duration(item, now), Age(item, now), .. Wide(item)]);

    public static Printer CronJob { get; } = new(
        [_name, new("Schedule"), new("Suspend"), new("Active", "integer"), new("Last Schedule"), _age, _containers, _images, _selector],
        (item, now) =>
        [
            Name(item), item["spec"]?["schedule"].Text() ?? "", item["spec"]?["suspend"].Flag() == true ? "True" : "False", Items(item["status"]?["active"]),
            item["status"]?["lastScheduleTime"].Text() is { } last ? Since(last, now) : None, Age(item, now),
            Containers(item["spec"]?["jobTemplate"]?["spec"]?["template"]?["spec"]), Images(item["spec"]?["jobTemplate"]?["spec"]?["template"]?["spec"]),
            Selector(item["spec"]?["jobTemplate"]?["spec"]?["selector"]),
        ]);

    private static IEnumerable<JsonNode?> Wide(JsonObject item) =>
        [Containers(item["spec"]?["template"]?["spec"]), Images(item["spec"]?["template"]?["spec"]), Selector(item["spec"]?["selector"])];

    private static string Of(JsonNode? some, JsonNode? all) => string.Create(CultureInfo.InvariantCulture, $"{Count(some)}/{Count(all)}");

    private static string Completions(JsonObject job)
    {
        var done = Count(job["status"]?["succeeded"]);
        if (job["spec"]?["completions"].Number() is { } all)
            return string.Create(CultureInfo.InvariantCulture, $"{done}/{all}");
        var parallel = job["spec"]?["parallelism"].Number() ?? 0;
        return parallel > 1 ? string.Create(CultureInfo.InvariantCulture, $"{done}/1 of {parallel}") : string.Create(CultureInfo.InvariantCulture, $"{done}/1");
    }

    private static string Duration(JsonObject job, DateTimeOffset now)
    {
        if (job["status"]?["startTime"].Text() is not { } start)
            return "";
        var end = job["status"]?["completionTime"].Text() is { } completed
            ? DateTimeOffset.Parse(completed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            : now;
        return Since(start, end);
    }
}
