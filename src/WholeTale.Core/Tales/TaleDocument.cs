using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tales;

/// <summary>
/// Reads requests from documents: a row of a CSV file, an entry of a psd1 or JSON file, or Girder's own documents. Names count without regard to case, also below <c>config</c>, Girder's container
/// configuration (memLimit, targetMount, ...).
/// </summary>
public static class TaleDocument
{
    // The document's names, in small letters, and what each is here. Girder's and gwvolman's names stand beside ours.
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["instanceid"] = nameof(TaleRequest.InstanceId),
        ["taleid"] = nameof(TaleRequest.TaleId),
        ["name"] = nameof(TaleRequest.Name),
        ["tale"] = nameof(TaleRequest.Name),
        ["title"] = nameof(TaleRequest.Name),
        ["user"] = nameof(TaleRequest.User),
        ["login"] = nameof(TaleRequest.User),
        ["userid"] = nameof(TaleRequest.UserId),
        ["image"] = nameof(TaleRequest.Image),
        ["imagedigest"] = nameof(TaleRequest.Image),
        ["imagedigest2019"] = nameof(TaleRequest.Image),
        ["command"] = nameof(TaleRequest.Command),
        ["port"] = nameof(TaleRequest.Port),
        ["environment"] = nameof(TaleRequest.Environment),
        ["memory"] = nameof(TaleRequest.Memory),
        ["memlimit"] = nameof(TaleRequest.Memory),
        ["cpu"] = nameof(TaleRequest.Cpu),
        ["cpushares"] = nameof(TaleRequest.CpuShares),
        ["gpus"] = nameof(TaleRequest.Gpus),
        ["nodeselector"] = nameof(TaleRequest.NodeSelector),
        ["mountpoint"] = nameof(TaleRequest.MountPoint),
        ["targetmount"] = nameof(TaleRequest.MountPoint),
        ["urlpath"] = nameof(TaleRequest.UrlPath),
        ["workspace"] = nameof(TaleRequest.Workspace),
        ["sessionid"] = nameof(TaleRequest.SessionId),
        ["idletimeout"] = nameof(TaleRequest.IdleTimeout),
        ["apikey"] = nameof(TaleRequest.ApiKey),
    };

    // Told by Girder or a list's author, and of no use for a pod. In config, user is the container's own user, not whose tale it is.
    private static readonly HashSet<string> Ignored = ["source", "buildpack", "repo2docker_version", "_modeltype", "_accesslevel", "description", "public", "icon", "iframe", "tags", "template"];

    /// <summary>Reads one document.</summary>
    /// <param name="document">The document: texts, numbers, lists and tables.</param>
    /// <param name="origin">Where it stands, for messages, e.g. <c>tales.csv, record 3</c>.</param>
    /// <exception cref="TaleException">A name is unknown, a value is of the wrong kind, or the image is missing.</exception>
    public static TaleRequest Read(JsonObject document, string origin)
    {
        ArgumentNullException.ThrowIfNull(document);
        var found = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        Collect(document, origin, found, isConfig: false);
        string Text(string name) => found.TryGetValue(name, out var value) ? TextOf(value, name, origin) : "";

        var image = Text(nameof(TaleRequest.Image));
        // Of an instance alone Girder knows the rest.
        if (image.Length == 0 && Text(nameof(TaleRequest.InstanceId)).Length == 0)
            throw Wrong(origin, nameof(TaleRequest.Image), "it has none", "Give the reference of the tale's image, or the id of an instance that Girder knows.");
        return new TaleRequest
        {
            Image = image,
            InstanceId = Text(nameof(TaleRequest.InstanceId)),
            TaleId = Text(nameof(TaleRequest.TaleId)),
            Name = Text(nameof(TaleRequest.Name)),
            User = Text(nameof(TaleRequest.User)),
            UserId = Text(nameof(TaleRequest.UserId)),
            Command = Text(nameof(TaleRequest.Command)),
            Memory = Text(nameof(TaleRequest.Memory)),
            Cpu = Text(nameof(TaleRequest.Cpu)),
            Port = found.ContainsKey(nameof(TaleRequest.Port)) ? Number(found, nameof(TaleRequest.Port), 0, origin) : null,
            MountPoint = Text(nameof(TaleRequest.MountPoint)),
            UrlPath = Text(nameof(TaleRequest.UrlPath)),
            Workspace = Text(nameof(TaleRequest.Workspace)),
            SessionId = Text(nameof(TaleRequest.SessionId)),
            CpuShares = Number(found, nameof(TaleRequest.CpuShares), 0, origin),
            Gpus = Number(found, nameof(TaleRequest.Gpus), 0, origin),
            Environment = EnvironmentOf(found.GetValueOrDefault(nameof(TaleRequest.Environment)), origin),
            NodeSelector = TableOf(found.GetValueOrDefault(nameof(TaleRequest.NodeSelector)), origin),
            IdleTimeout = IdleTimeoutOf(found, origin),
            ApiKey = Text(nameof(TaleRequest.ApiKey)) is { Length: > 0 } key ? new Secret(key) : null,
        };
    }

    private static void Collect(JsonObject table, string origin, Dictionary<string, JsonNode> found, bool isConfig)
    {
        foreach (var (name, value) in table)
        {
            var key = name.ToLowerInvariant();
            if (value is null || Ignored.Contains(key) || (isConfig && key == "user") || (value is JsonValue text && text.TryGetValue<string>(out var written) && written.Length == 0))
                continue;
            if (key == "config" && value is JsonObject config && !isConfig)
                Collect(config, origin, found, isConfig: true);
            else if (!Names.TryGetValue(key, out var property))
                throw Wrong(origin, name, "no tale has that", $"{Spelling.Suggest(name, [.. Names.Values.Distinct(StringComparer.Ordinal)])} Rename or remove it.".TrimStart());
            else
                // What the tale itself says wins over its image's configuration.
                found.TryAdd(property, value);
        }
    }

    private static string TextOf(JsonNode value, string name, string origin) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number => value.ToJsonString(),
        _ => throw Wrong(origin, name, "it is no text", "Give text."),
    };

    private static int Number(Dictionary<string, JsonNode> found, string name, int otherwise, string origin)
    {
        if (!found.TryGetValue(name, out var value))
            return otherwise;
        return int.TryParse(TextOf(value, name, origin), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong(origin, name, $"it is '{TextOf(value, name, origin)}'", "Give a whole number.");
    }

    // Girder counts it in minutes; a list may write it as a time (02:00:00).
    private static TimeSpan? IdleTimeoutOf(Dictionary<string, JsonNode> found, string origin)
    {
        if (!found.TryGetValue(nameof(TaleRequest.IdleTimeout), out var value))
            return null;
        return TextOf(value, nameof(TaleRequest.IdleTimeout), origin) is var text && text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero
                ? span
                : TimeSpan.FromMinutes(Number(found, nameof(TaleRequest.IdleTimeout), 0, origin));
    }

    // A list, a table, or, where a file has but one field for it (CSV), variables one a line.
    private static List<string> EnvironmentOf(JsonNode? value, string origin) => value switch
    {
        null => [],
        JsonArray list => [.. list.Select(variable => TextOf(variable ?? "", nameof(TaleRequest.Environment), origin))],
        JsonObject table => [.. table.Select(pair => $"{pair.Key}={TextOf(pair.Value ?? "", nameof(TaleRequest.Environment), origin)}")],
        _ => [.. TextOf(value, nameof(TaleRequest.Environment), origin).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r'))],
    };

    private static Dictionary<string, string> TableOf(JsonNode? value, string origin) => value switch
    {
        null => [],
        JsonObject table => table.ToDictionary(pair => pair.Key, pair => TextOf(pair.Value ?? "", nameof(TaleRequest.NodeSelector), origin), StringComparer.Ordinal),
        _ => throw Wrong(origin, nameof(TaleRequest.NodeSelector), "it is no table", "Give labels and their values."),
    };

    private static TaleException Wrong(string origin, string name, string why, string advice) =>
        new("TaleInvalid", FailureKind.InvalidInput, origin, $"The tale in {origin} cannot be read: at {name}, {why}.", advice);
}
