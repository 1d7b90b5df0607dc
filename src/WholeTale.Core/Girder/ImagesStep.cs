using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Girder;

/// <summary>
/// Creates the environments that tales run in, or updates them. Those of the module stand in <c>girder/images.yaml</c>, one document each, which a user's template folder may replace; the
/// setting Girder.Images adds to them, and takes the place of one with the same name.
/// </summary>
internal static class ImagesStep
{
    public const string Name = "Images";

    private const string Template = "girder/images.yaml";

    public static async Task<IReadOnlyList<GirderStep>> RunAsync(GirderSession session, CancellationToken cancellationToken)
    {
        var wanted = Wanted(session);
        if (wanted.Count == 0)
            return [];
        // All at once: a text search finds words, not names, and names are not unique.
        var found = await session.Client.ReadListAsync(Name, "image?limit=0", cancellationToken);
        var steps = new List<GirderStep>();
        foreach (var image in wanted)
            steps.Add(await RunAsync(session, image, found, cancellationToken));
        return steps;
    }

    /// <summary>The images as they ought to be.</summary>
    /// <exception cref="ManifestException">The template is wrong.</exception>
    public static IReadOnlyList<JsonObject> Wanted(GirderSession session)
    {
        var source = TemplateSource.From(session.Settings);
        var images = TemplateRenderer.Render(source, Template, new Dictionary<string, object?>(StringComparer.Ordinal) { ["Domain"] = session.Domain });
        foreach (var image in images)
        {
            if ((string?)image.Object["name"] is not { Length: > 0 } || image.Object["config"] is not JsonObject)
            {
                throw new ManifestException(
                    image.Template, image.Line, "name", $"The template {image.Template}, line {image.Line}, describes an image without name or config.", "Give it both.");
            }
        }
        var own = session.Settings.Settings.Girder.Images.Select(image => Describe(image, session.Domain)).ToDictionary(image => (string)image["name"]!, StringComparer.Ordinal);
        return [.. images.Select(image => image.Object).Where(image => !own.ContainsKey((string)image["name"]!)), .. own.Values];
    }

    private static JsonObject Describe(GirderImage image, string domain)
    {
        var described = new JsonObject
        {
            ["name"] = image.Name,
            ["iframe"] = image.IFrame,
            ["public"] = image.Public,
            ["tags"] = ToJson(image.Tags, domain),
            ["config"] = new JsonObject(image.Config.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, ToJson(pair.Value, domain)))),
        };

        // Girder fills in what it is not given.
        if (image.Description.Length > 0)
            described["description"] = image.Description;
        if (image.Icon.Length > 0)
            described["icon"] = image.Icon;
        return described;
    }

    private static JsonNode? ToJson(object value, string domain) => value switch
    {
        string text => JsonValue.Create(text.Replace("{{Domain}}", domain, StringComparison.Ordinal)),
        int number => JsonValue.Create(number),
        IEnumerable<string> items => new JsonArray([.. items.Select(item => ToJson(item, domain))]),
        _ => throw new InvalidOperationException($"An image's configuration cannot hold a {value.GetType().Name}."),
    };

    private static async Task<GirderStep> RunAsync(GirderSession session, JsonObject wanted, IReadOnlyList<JsonObject> found, CancellationToken cancellationToken)
    {
        var name = (string)wanted["name"]!;
        var step = $"Image {name}";
        // Of several with this name one that is right already (a run that was cut off may have left the old one beside it), else the oldest: tales are more likely to use it.
        var same = found.Where(image => (string?)image["name"] == name)
            .OrderByDescending(image => JsonNode.DeepEquals(wanted["config"], image["config"]))
            .ThenBy(image => (string?)image["created"], StringComparer.Ordinal)
            .ToList();
        if (same.Count == 0)
        {
            await session.Client.WriteAsync(step, HttpMethod.Post, "image", Form(wanted, withConfig: true), cancellationToken);
            return new GirderStep(step, AppliedResult.Created);
        }
        if (same.Count > 1)
            session.Warn($"Girder has {same.Count} images named '{name}'; one of them is kept up to date. Delete those that no tale uses.");

        var current = same[0];
        if (!JsonNode.DeepEquals(wanted["config"], current["config"]))
            return await ReplaceAsync(session, step, wanted, current, cancellationToken);
        if (Differs(wanted, current))
        {
            await session.Client.WriteAsync(step, HttpMethod.Put, $"image/{(string?)current["_id"]}", Form(wanted, withConfig: false), cancellationToken);
            return new GirderStep(step, AppliedResult.Updated);
        }
        return new GirderStep(step, AppliedResult.Unchanged);
    }

    // No generation of Girder lets an image's configuration be changed (PUT /image takes none): where no tale uses it, it is made anew.
    private static async Task<GirderStep> ReplaceAsync(GirderSession session, string step, JsonObject wanted, JsonObject current, CancellationToken cancellationToken)
    {
        var id = (string?)current["_id"];
        var users = await session.Client.ReadListAsync(step, $"tale?imageId={id}&limit=1", cancellationToken);
        if (users.Count > 0)
        {
            session.Warn(
                $"The image '{(string?)current["name"]}' in Girder has another configuration than is wanted, and stays as it is: Girder cannot change it, and tales use it. "
                + "Give the new configuration another name.");
            return new GirderStep(step, AppliedResult.Unchanged);
        }
        await session.Client.WriteAsync(step, HttpMethod.Post, "image", Form(wanted, withConfig: true), cancellationToken);
        await session.Client.WriteAsync(step, HttpMethod.Delete, $"image/{id}", new Dictionary<string, string>(), cancellationToken);
        return new GirderStep(step, AppliedResult.Recreated);
    }

    private static bool Differs(JsonObject wanted, JsonObject current) =>
        wanted.Any(pair => pair.Key is not ("name" or "config") && !JsonNode.DeepEquals(pair.Value, current[pair.Key]));

    private static Dictionary<string, string> Form(JsonObject image, bool withConfig)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in image)
        {
            if (value is null || (name == "config" && !withConfig))
                continue;
            form[name] = value switch
            {
                JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
                JsonValue flag when flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False => flag.GetValue<bool>().ToString(CultureInfo.InvariantCulture).ToLowerInvariant(),
                _ => value.ToJsonString(),
            };
        }
        return form;
    }
}
