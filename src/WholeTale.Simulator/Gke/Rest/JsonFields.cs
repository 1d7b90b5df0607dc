using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace WholeTale.Simulator.Gke.Rest;

/// <summary>Looks for members that a message does not have, and refuses them with their place, as Google's front ends do.</summary>
internal static class JsonFields
{
    /// <exception cref="GoogleError">INVALID_ARGUMENT, with the place.</exception>
    public static void Check(JsonNode? body, MessageDescriptor type, string place = "")
    {
        // Those of google.protobuf have a JSON of their own.
        if (body is not JsonObject members || type.File.Package == "google.protobuf")
            return;
        foreach (var (name, value) in members)
        {
            var field = type.Fields.InFieldNumberOrder().FirstOrDefault(field => field.JsonName == name || field.Name == name) ?? throw Unknown(name, place);
            if (field.FieldType != FieldType.Message)
                continue;
            var inner = place.Length > 0 ? $"{place}.{field.Name}" : field.Name;
            if (field.IsMap)
                CheckEntries(value, field.MessageType.FindFieldByName("value"), inner);
            else if (field.IsRepeated)
                CheckItems(value, field.MessageType, inner);
            else
                Check(value, field.MessageType, inner);
        }
    }

    private static void CheckEntries(JsonNode? map, FieldDescriptor value, string place)
    {
        if (value.FieldType != FieldType.Message)
            return;
        foreach (var (key, entry) in map as JsonObject ?? [])
            Check(entry, value.MessageType, $"{place}['{key}']");
    }

    private static void CheckItems(JsonNode? list, MessageDescriptor type, string place)
    {
        foreach (var (index, item) in (list as JsonArray ?? []).Index())
            Check(item, type, $"{place}[{index}]");
    }

    private static GoogleError Unknown(string name, string place)
    {
        var why = $"Invalid JSON payload received. Unknown name \"{name}\"{(place.Length > 0 ? $" at '{place}'" : "")}: Cannot find field.";
        return new GoogleError(Code.InvalidArgument, why, new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = place, Description = why } } });
    }
}
