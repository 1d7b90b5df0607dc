using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Goes down an object by the steps of a fieldsV1 set (Kubernetes API reference, FieldsV1; KEP-555): <c>f:NAME</c>, <c>k:{merge keys}</c>, <c>v:VALUE</c> of a set, <c>.</c> the thing itself.</summary>
internal static class FieldStep
{
    /// <summary>What a step leads to; null where there is nothing.</summary>
    internal static JsonNode? Next(JsonNode? node, string step) => step[..Math.Min(2, step.Length)] switch
    {
        "f:" => node.At(step[2..]),
        "k:" => node is JsonArray items && JsonNode.Parse(step[2..]) is JsonObject keys ? items.FirstOrDefault(item => IsNamed(item, keys)) : null,
        "v:" => node is JsonArray set && JsonNode.Parse(step[2..]) is { } value ? set.FirstOrDefault(item => JsonNode.DeepEquals(item, value)) : null,
        _ => null,
    };

    /// <summary>Whether an item of a list has these merge keys. One that it leaves to its default (a port's protocol) is no difference.</summary>
    internal static bool IsNamed(JsonNode? item, JsonObject keys) =>
        item is JsonObject candidate && keys.All(key => candidate[key.Key] is not { } value || JsonNode.DeepEquals(value, key.Value));
}
