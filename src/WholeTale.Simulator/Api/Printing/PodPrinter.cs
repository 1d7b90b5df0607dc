using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api.Printing;

/// <summary>Rows of pods (pkg/printers/internalversion, printPod): the status is the most telling of phase, reasons and deletion.</summary>
internal static class PodPrinter
{
    public static Printer Printer { get; } = new(
        [
            new("Name", Description: Descriptions.Name, Format: "name"),
            new("Ready", Description: "The aggregate readiness state of this pod for accepting traffic."),
            new("Status", Description: "The aggregate status of the containers in this pod."),
            new("Restarts", Description: "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted."),
            new("Age", Description: Descriptions.Created),
            new("IP", Priority: 1, Description: Descriptions.PodIp),
            new("Node", Priority: 1, Description: Descriptions.NodeName),
            new("Nominated Node", Priority: 1, Description: Descriptions.NominatedNode),
            new("Readiness Gates", Priority: 1, Description: Descriptions.ReadinessGates),
        ],
        Cells);

    private static JsonNode?[] Cells(JsonObject pod, DateTimeOffset now)
    {
        var status = pod["status"];
        var reason = status?["reason"].Text() is { Length: > 0 } given ? given : status?["phase"].Text() ?? "Unknown";
        var restarts = 0L;
        var last = "";
        var ready = 0;
        var containers = (pod["spec"]?["containers"] as JsonArray ?? []).Count;
        var initializing = Initializing(pod, ref reason, ref restarts, ref last);
        if (!initializing)
        {
            restarts = 0;
            last = "";
            var running = false;
            foreach (var container in (status?["containerStatuses"] as JsonArray ?? []).OfType<JsonObject>().Reverse())
            {
                restarts += container["restartCount"].Number() ?? 0;
                last = Later(last, container);
                var state = container["state"];
                if (state?["waiting"]?["reason"].Text() is { Length: > 0 } waiting)
                    reason = waiting;
                else if (state?["terminated"] is { } terminated)
                    reason = Ended(terminated);
                else if (container["ready"].Flag() == true && state?["running"] is not null)
                {
                    running = true;
                    ready++;
                }
            }

            if (reason == "Completed" && running)
                reason = Condition(pod, "Ready") ? "Running" : "NotReady";
        }

        if (pod["metadata"]?["deletionTimestamp"] is not null)
            reason = status?["reason"].Text() == "NodeLost" ? "Unknown" : "Terminating";
        var times = restarts == 0 || last.Length == 0
            ? restarts.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{restarts} ({Values.Since(last, now)} ago)");
        return
        [
            Values.Name(pod),
            string.Create(CultureInfo.InvariantCulture, $"{ready}/{containers}"),
            reason,
            times,
            Values.Age(pod, now),
            Values.OrNone(status?["podIP"].Text()),
            Values.OrNone(pod["spec"]?["nodeName"].Text()),
            Values.OrNone(status?["nominatedNodeName"].Text()),
            Gates(pod),
        ];
    }

    private static bool Initializing(JsonObject pod, ref string reason, ref long restarts, ref string last)
    {
        var total = (pod["spec"]?["initContainers"] as JsonArray ?? []).Count;
        var statuses = (pod["status"]?["initContainerStatuses"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        for (var at = 0; at < statuses.Count; at++)
        {
            var container = statuses[at];
            restarts += container["restartCount"].Number() ?? 0;
            last = Later(last, container);
            var state = container["state"];
            if (state?["terminated"] is { } terminated)
            {
                if ((terminated["exitCode"].Number() ?? 0) == 0)
                    continue;
                reason = "Init:" + Ended(terminated);
            }
            else if (state?["waiting"]?["reason"].Text() is { Length: > 0 } waiting && waiting != "PodInitializing")
            {
                reason = "Init:" + waiting;
            }
            else
            {
                reason = string.Create(CultureInfo.InvariantCulture, $"Init:{at}/{total}");
            }

            return true;
        }

        return false;
    }

    private static string Ended(JsonNode terminated)
    {
        if (terminated["reason"].Text() is { Length: > 0 } reason)
            return reason;
        return terminated["signal"].Number() is { } signal and not 0
            ? string.Create(CultureInfo.InvariantCulture, $"Signal:{signal}")
            : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{terminated["exitCode"].Number() ?? 0}");
    }

    private static string Later(string last, JsonObject container)
    {
        var ended = container["lastState"]?["terminated"]?["finishedAt"].Text() ?? "";
        return string.CompareOrdinal(ended, last) > 0 ? ended : last;
    }

    private static string Gates(JsonObject pod)
    {
        var gates = (pod["spec"]?["readinessGates"] as JsonArray ?? []).Select(gate => gate?["conditionType"].Text() ?? "").ToList();
        return gates.Count == 0 ? Values.None : string.Create(CultureInfo.InvariantCulture, $"{gates.Count(gate => Condition(pod, gate))}/{gates.Count}");
    }

    private static bool Condition(JsonObject pod, string type) => (pod["status"]?["conditions"] as JsonArray ?? [])
        .Any(condition => condition?["type"].Text() == type && condition["status"].Text() == "True");
}
