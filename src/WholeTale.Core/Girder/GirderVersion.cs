using System.Text.Json.Nodes;

namespace WholeTale.Core.Girder;

/// <summary>What <c>/system/version</c> says.</summary>
/// <param name="Text">The version, e.g. <c>5.0.14</c>.</param>
/// <param name="Started">When the process that answered began, as Girder writes it: it differs after a restart, and nothing else does.</param>
internal sealed record GirderVersion(string Text, string Started)
{
    /// <summary>The generation: 2, 3 or 5. Since 3 installed plugins are loaded without being enabled (girder/girder, 3.0 migration guide).</summary>
    public int Major => int.TryParse(Text.Split('.')[0], out var major) ? major : 2;

    /// <summary>Whether plugins are enabled, and Girder restarted, through the API.</summary>
    public bool EnablesPlugins => Major < 3;

    /// <summary>Reads an answer; null where it is none of Girder's.</summary>
    public static GirderVersion? Read(GirderReply? reply)
    {
        if (reply is not { Succeeded: true, Body: JsonObject body } || (string?)body["serverStartDate"] is not { } started)
            return null;
        // Girder 2 says apiVersion, 3 and later say release.
        return new GirderVersion((string?)body["release"] ?? (string?)body["apiVersion"] ?? "", started);
    }
}
