using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Girder;

/// <summary>What Girder's settings ought to be.</summary>
internal static class GirderSettingsPlan
{
    /// <summary>Where Girder's own volume is mounted in its pod (templates/girder.yaml). Tales mount homes and workspaces of it by these paths.</summary>
    public const string DataFolder = "/tmp/data";

    // Those of the seed and of today's deployments: what the dashboard and the proxies before Girder send.
    private const string AllowedHeaders =
        "Accept-Encoding, Authorization, Content-Disposition, Set-Cookie, Content-Type, Cookie, Girder-Authorization, Girder-Token, "
        + "X-Requested-With, X-Forwarded-Server, X-Forwarded-For, X-Forwarded-Host, Remote-Addr, Cache-Control";

    /// <summary>The settings, in the order in which they are written.</summary>
    public static IReadOnlyList<PlannedSetting> For(Settings settings, GirderVersion version)
    {
        var domain = settings.Domain;
        List<PlannedSetting> plan =
        [
            new("core.cors.allow_origin", $"https://dashboard.{domain}"),
            new("core.cors.allow_headers", AllowedHeaders),
            new("core.cookie_domain", $".{domain}", IfKnown: true),
            new("core.secure_cookie", true, IfKnown: true),
            new("core.server_root", $"https://girder.{domain}", IfKnown: true),
            new("worker.api_url", "http://girder:8080/api/v1"),
            new("worker.broker", "redis://redis/"),
            new("worker.backend", "redis://redis/"),
            new("dm.private_storage_path", $"{DataFolder}/ps", IfKnown: true),
        ];
        plan.AddRange(version.EnablesPlugins
            ?
            [
                new("wthome.homedir_root", $"{DataFolder}/homes", IfKnown: true),
                new("wthome.taledir_root", $"{DataFolder}/workspaces", IfKnown: true),
                new("wtversioning.versions_root", $"{DataFolder}/versions", IfKnown: true),
                new("wtversioning.runs_root", $"{DataFolder}/runs", IfKnown: true),
            ]
            :
            [
                new("wholetale.homes_root", $"{DataFolder}/homes", IfKnown: true),
                new("wholetale.workspaces_root", $"{DataFolder}/workspaces", IfKnown: true),
                new("wholetale.versions_root", $"{DataFolder}/versions", IfKnown: true),
                new("wholetale.runs_root", $"{DataFolder}/runs", IfKnown: true),
            ]);
        if (settings.Girder.InstancesPerUser > 0)
            plan.Add(new("wholetale.instance_cap", settings.Girder.InstancesPerUser, IfKnown: true));
        if (settings.Secrets.GlobusClientId.IsEmpty || settings.Secrets.GlobusClientSecret.IsEmpty)
            return plan;

        plan.Add(new("oauth.globus_client_id", settings.Secrets.GlobusClientId.Reveal()));
        plan.Add(new("oauth.globus_client_secret", settings.Secrets.GlobusClientSecret.Reveal()));
        plan.Add(new("oauth.providers_enabled", new JsonArray("globus")));
        if (version.EnablesPlugins)
            plan.Add(new("dm.globus_gc_dir", "/opt/globusconnectpersonal"));
        return plan;
    }
}

/// <summary>A setting as it ought to be.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value; may be secret.</param>
/// <param name="IfKnown">Whether to leave it out where this Girder has no default for it, which shows that it does not know the key.</param>
internal sealed record PlannedSetting(string Key, JsonNode Value, bool IfKnown = false)
{
    /// <summary>Whether Girder has it so already. Girder normalises lists in text: commas and blanks are the same to it.</summary>
    public bool IsMetBy(JsonNode? found) => JsonNode.DeepEquals(Value, found)
        || (Key.StartsWith("core.cors.", StringComparison.Ordinal) && found is JsonValue text && text.TryGetValue<string>(out var written)
            && Words(written).SequenceEqual(Words(Value.GetValue<string>()), StringComparer.Ordinal));

    /// <summary>Never the value: it may be secret.</summary>
    public override string ToString() => Key;

    private static string[] Words(string text) => text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
