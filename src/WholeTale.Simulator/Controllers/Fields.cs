using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>The members of objects that controllers read and write all the time.</summary>
internal static class Fields
{
    public static JsonObject Metadata(this JsonObject content) => content.Child("metadata");

    public static JsonObject Spec(this JsonObject content) => content.Child("spec");

    public static JsonObject Status(this JsonObject content) => content.Child("status");

    /// <summary>The object of that name, made where it is missing.</summary>
    public static JsonObject Child(this JsonObject content, string name)
    {
        if (content[name] is not JsonObject child)
            content[name] = child = [];
        return child;
    }

    /// <summary>The objects of a list; none where it is missing.</summary>
    public static IEnumerable<JsonObject> Items(this JsonNode? node, string name) =>
        node?[name] is JsonArray items ? items.OfType<JsonObject>() : [];

    /// <summary>The strings of a list; none where it is missing.</summary>
    public static IEnumerable<string> Texts(this JsonNode? node, string name) =>
        node?[name] is JsonArray items ? items.Select(item => item.Text()).OfType<string>() : [];

    public static string? Annotation(this JsonObject content, string name) => content["metadata"]?["annotations"]?[name].Text();

    public static void Annotate(this JsonObject content, string name, string value) => content.Metadata().Child("annotations")[name] = value;

    public static bool HasFinalizer(this JsonObject content, string name) => content["metadata"].Texts("finalizers").Contains(name);

    public static void AddFinalizer(this JsonObject content, string name)
    {
        if (content.HasFinalizer(name))
            return;
        if (content.Metadata()["finalizers"] is not JsonArray finalizers)
            content.Metadata()["finalizers"] = finalizers = [];
        finalizers.Add((JsonNode)name);
    }

    /// <summary>Sets a number that Go leaves out when it is zero.</summary>
    public static void SetCount(this JsonObject node, string name, long value)
    {
        if (value == 0)
            node.Remove(name);
        else
            node[name] = value;
    }

    /// <summary>Sets a member, or removes it.</summary>
    public static void SetOrRemove(this JsonObject node, string name, JsonNode? value)
    {
        if (value is null)
            node.Remove(name);
        else
            node[name] = value;
    }

    public static DateTimeOffset? Time(this JsonNode? node) =>
        DateTimeOffset.TryParse(node.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>A time as objects carry it.</summary>
    public static string Stamp(this DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
