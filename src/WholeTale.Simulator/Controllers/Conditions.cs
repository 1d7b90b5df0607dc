using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Controllers;

/// <summary>Lists of conditions: one a type, its transition time changing with its status alone (API conventions, "Typical status properties").</summary>
internal static class Conditions
{
    public static void Set(JsonObject status, string type, bool holds, string now, string? reason = null, string? message = null, bool updateTime = false)
    {
        if (status["conditions"] is not JsonArray conditions)
            status["conditions"] = conditions = [];
        var word = holds ? "True" : "False";
        var condition = conditions.OfType<JsonObject>().FirstOrDefault(item => (string?)item["type"] == type);
        if (condition is null)
        {
            condition = new JsonObject { ["type"] = type };
            conditions.Add((JsonNode)condition);
        }
        else if ((string?)condition["status"] == word && (string?)condition["reason"] == reason && (string?)condition["message"] == message)
        {
            return;
        }

        if ((string?)condition["status"] != word || condition["lastTransitionTime"] is null)
            condition["lastTransitionTime"] = now;
        if (updateTime)
            condition["lastUpdateTime"] = now;
        condition["status"] = word;
        SetOrRemove(condition, "reason", reason);
        SetOrRemove(condition, "message", message);
    }

    public static JsonObject? Find(JsonNode? status, string type) =>
        (status?["conditions"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(item => (string?)item["type"] == type);

    public static bool Holds(JsonNode? status, string type) => (string?)Find(status, type)?["status"] == "True";

    public static void Remove(JsonObject status, string type)
    {
        if (status["conditions"] is not JsonArray conditions || Find(status, type) is not { } condition)
            return;
        conditions.Remove(condition);
        if (conditions.Count == 0)
            status.Remove("conditions");
    }

    private static void SetOrRemove(JsonObject node, string name, string? value)
    {
        if (value is null)
            node.Remove(name);
        else
            node[name] = value;
    }
}
