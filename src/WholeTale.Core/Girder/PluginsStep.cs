using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Deployment;

namespace WholeTale.Core.Girder;

/// <summary>
/// Enables plugins and sees the restart through (Girder 2), or checks that they are loaded (3 and later). A note on the Secret girder-admin says that a restart
/// is due, and of which process: so a run that was killed between enabling and restarting is finished by the next.
/// </summary>
internal static class PluginsStep
{
    public const string Name = "Plugins";

    /// <summary>The annotation that holds the start date of the process that has not loaded the plugins yet.</summary>
    public const string Note = "wholetale.org/girder-restart-due";

    // What this product itself talks to; Girder 5's wholetale has swallowed the data manager and the home folders.
    private static readonly string[] Needed = ["jobs", "oauth", "wholetale", "worker"];

    public static Task<GirderStep> RunAsync(GirderSession session, CancellationToken cancellationToken) =>
        session.Version.EnablesPlugins ? EnableAsync(session, cancellationToken) : CheckAsync(session, cancellationToken);

    /// <summary>The plugins that are not enabled (Girder 2) or not loaded (3 and later), and ought to be.</summary>
    public static async Task<IReadOnlyList<string>> FindMissingAsync(GirderSession session, CancellationToken cancellationToken)
    {
        var known = await session.Client.ReadDocumentAsync(Name, "system/plugins", cancellationToken);
        return session.Version.EnablesPlugins
            ? [.. session.Settings.Settings.Girder.Plugins.Except(Names(known["enabled"]), StringComparer.Ordinal)]
            : [.. Needed.Except(Names(known["loaded"] ?? known["all"]), StringComparer.Ordinal)];
    }

    private static async Task<GirderStep> EnableAsync(GirderSession session, CancellationToken cancellationToken)
    {
        var known = await session.Client.ReadDocumentAsync(Name, "system/plugins", cancellationToken);
        var enabled = (known["enabled"] as JsonArray ?? []).Select(plugin => (string?)plugin ?? "").ToList();
        var missing = session.Settings.Settings.Girder.Plugins.Except(enabled, StringComparer.Ordinal).ToList();
        if (missing.Count == 0)
        {
            var note = await ReadNoteAsync(session, cancellationToken);
            if (note != session.Version.Started)
            {
                // A run that was killed after the restart has left it.
                if (note is not null)
                    await WriteNoteAsync(session, null, cancellationToken);
                return new GirderStep(Name, AppliedResult.Unchanged);
            }
        }
        else
        {
            await WriteNoteAsync(session, session.Version.Started, cancellationToken);
            // What somebody else has enabled stays enabled.
            var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["plugins"] = JsonSerializer.Serialize(enabled.Concat(missing)) };
            await session.Client.WriteAsync(Name, HttpMethod.Put, "system/plugins", form, cancellationToken);
        }
        await RestartAsync(session, cancellationToken);
        await WriteNoteAsync(session, null, cancellationToken);
        return new GirderStep(Name, enabled.Count == 0 ? AppliedResult.Created : AppliedResult.Updated);
    }

    private static async Task RestartAsync(GirderSession session, CancellationToken cancellationToken)
    {
        const string step = "Restart";
        var reply = await session.Client.TryWriteAsync(step, HttpMethod.Put, "system/restart", new Dictionary<string, string>(), cancellationToken);
        if (reply is { Status: HttpStatusCode.Forbidden, IsApiServers: false })
        {
            throw session.Client.Errors.Failed(
                step, reply.Status, FailureKind.Forbidden, $"Girder does not restart itself, since it does not run under its own server: {reply.Message}",
                "Delete Girder's pod: its Deployment makes a new one, which loads the plugins.");
        }
        if (!reply.Succeeded)
            throw session.Client.Errors.Refused(step, "PUT system/restart", reply);
        session.Progress.Report(new VerboseReport("Girder restarts to load its plugins."));
        await GirderStart.WaitAsync(session.Client, step, session.Patience.Left, session.Version, cancellationToken);
    }

    private static async Task<GirderStep> CheckAsync(GirderSession session, CancellationToken cancellationToken)
    {
        var missing = await FindMissingAsync(session, cancellationToken);
        return missing.Count == 0
            ? new GirderStep(Name, AppliedResult.Unchanged)
            : throw session.Client.Errors.Failed(
                Name, null, FailureKind.NotFound, $"this Girder {session.Version.Text} has not loaded {string.Join(", ", missing)}.",
                "Use an image of Girder with Whole Tale's plugins (setting Images.Girder), and look at its log for why one does not load.");
    }

    private static IEnumerable<string> Names(JsonNode? plugins) => plugins switch
    {
        JsonArray list => list.Select(plugin => plugin is JsonObject table ? (string?)table["name"] ?? "" : (string?)plugin ?? ""),
        JsonObject table => table.Select(pair => pair.Key),
        _ => [],
    };

    private static async Task<string?> ReadNoteAsync(GirderSession session, CancellationToken cancellationToken) =>
        (string?)(await session.Api.FindAsync(AdministratorStep.Reference(session.Namespace), cancellationToken))?["metadata"]?["annotations"]?[Note];

    private static Task<JsonObject> WriteNoteAsync(GirderSession session, string? started, CancellationToken cancellationToken) =>
        session.Api.MergeAsync(
            AdministratorStep.Reference(session.Namespace),
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Note] = started } } },
            cancellationToken);
}
