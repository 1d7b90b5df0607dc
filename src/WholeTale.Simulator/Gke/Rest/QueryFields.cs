using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace WholeTale.Simulator.Gke.Rest;

/// <summary>Parameters of a query are fields of the request too, by their JSON or their own name.</summary>
internal static class QueryFields
{
    // https://cloud.google.com/apis/docs/system-parameters: those that every API takes.
    private static readonly HashSet<string> OfEveryApi = new(StringComparer.Ordinal)
    {
        "$.xgafv", "$alt", "$callback", "$fields", "$key", "$prettyPrint", "$unique", "access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint", "quotaUser", "uploadType", "upload_protocol",
    };

    /// <exception cref="GoogleError">There is no such field, or it cannot have the value.</exception>
    public static void Fill(IMessage request, IQueryCollection query)
    {
        foreach (var (key, values) in query)
        {
            if (OfEveryApi.Contains(key))
                continue;
            var field = request.Descriptor.Fields.InFieldNumberOrder().FirstOrDefault(field => (field.JsonName == key || field.Name == key) && field is { IsRepeated: false, FieldType: not FieldType.Message })
                ?? throw Unbound(key, "Cannot bind query parameter. Field '" + key + "' could not be found in request message.");
            field.Accessor.SetValue(request, Read(field, values.ToString()) ?? throw Unbound(key, $"Invalid value ({field.FieldType}), \"{values}\""));
        }
    }

    private static object? Read(FieldDescriptor field, string value) => field.FieldType switch
    {
        FieldType.String => value,
        FieldType.Int32 => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
        FieldType.Bool => value switch { "true" => true, "false" => false, _ => null },
        _ => null,
    };

    private static GoogleError Unbound(string name, string why) =>
        new(Code.InvalidArgument, $"Invalid JSON payload received. Unknown name \"{name}\": {why}", new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = name, Description = why } } });
}
