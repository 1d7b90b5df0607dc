using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Controllers;

/// <summary>A pod's conditions, which carry <c>lastProbeTime: null</c> unlike all others.</summary>
internal static class PodConditions
{
    public static void Set(JsonObject status, string type, bool holds, string now, string? reason = null, string? message = null)
    {
        Conditions.Set(status, type, holds, now, reason, message);
        var condition = Conditions.Find(status, type)!;
        if (!condition.ContainsKey("lastProbeTime"))
            condition["lastProbeTime"] = null;
    }
}
