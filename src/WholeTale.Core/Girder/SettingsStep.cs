using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Deployment;

namespace WholeTale.Core.Girder;

/// <summary>Reads Girder's settings, compares, and writes those that differ.</summary>
internal static class SettingsStep
{
    public const string Name = "Settings";

    public static async Task<IReadOnlyList<GirderStep>> RunAsync(GirderSession session, CancellationToken cancellationToken)
    {
        var (plan, found, defaults) = await CompareAsync(session, cancellationToken);
        var different = plan.Where(setting => !setting.IsMetBy(found[setting.Key])).ToList();
        if (different.Count > 0)
        {
            // Girder writes them one after the other: what stands before a refused one is written. The next run writes the rest.
            var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["list"] = Write(different).ToJsonString() };
            await session.Client.WriteAsync(Name, HttpMethod.Put, "system/setting", form, cancellationToken);
        }
        WarnOfGlobus(session);
        return [.. plan.Select(setting => new GirderStep($"Setting {setting.Key}", ResultOf(setting, different, found[setting.Key], defaults[setting.Key])))];
    }

    /// <summary>The settings that are not as they ought to be.</summary>
    public static async Task<IReadOnlyList<string>> FindDifferentAsync(GirderSession session, CancellationToken cancellationToken)
    {
        var (plan, found, _) = await CompareAsync(session, cancellationToken);
        return [.. plan.Where(setting => !setting.IsMetBy(found[setting.Key])).Select(setting => setting.Key)];
    }

    private static async Task<(IReadOnlyList<PlannedSetting> Plan, JsonObject Found, JsonObject Defaults)> CompareAsync(GirderSession session, CancellationToken cancellationToken)
    {
        var plan = GirderSettingsPlan.For(session.Settings.Settings, session.Version);
        var defaults = await ReadAsync(session, plan, "&default=default", cancellationToken);
        var found = await ReadAsync(session, plan, "", cancellationToken);
        return ([.. plan.Where(setting => !setting.IfKnown || defaults[setting.Key] is not null)], found, defaults);
    }

    private static AppliedResult ResultOf(PlannedSetting setting, List<PlannedSetting> different, JsonNode? found, JsonNode? otherwise) =>
        !different.Contains(setting) ? AppliedResult.Unchanged
        : JsonNode.DeepEquals(found, otherwise) ? AppliedResult.Created
        : AppliedResult.Updated;

    private static Task<JsonObject> ReadAsync(GirderSession session, IReadOnlyList<PlannedSetting> plan, string form, CancellationToken cancellationToken)
    {
        var keys = JsonSerializer.Serialize(plan.Select(setting => setting.Key));
        return session.Client.ReadDocumentAsync(Name, $"system/setting?list={Uri.EscapeDataString(keys)}{form}", cancellationToken);
    }

    // Girder reads a string as JSON where it is JSON, so that an id of digits would become a number: it is sent as a JSON string in a string.
    private static JsonArray Write(IEnumerable<PlannedSetting> settings) =>
    [
        .. settings.Select(setting => new JsonObject
        {
            ["key"] = setting.Key,
            ["value"] = setting.Value.GetValueKind() == JsonValueKind.String ? setting.Value.ToJsonString() : setting.Value.DeepClone(),
        }),
    ];

    private static void WarnOfGlobus(GirderSession session)
    {
        var secrets = session.Settings.Settings.Secrets;
        if (secrets.GlobusClientId.IsEmpty || secrets.GlobusClientSecret.IsEmpty)
        {
            session.Warn(
                "Girder is set up without Globus: users cannot sign in to the dashboard by Globus, and data cannot be transferred by it. "
                + "Put Secrets.GlobusClientId and Secrets.GlobusClientSecret into secrets.psd1 and run Initialize-WTGirder.");
        }
    }
}
