using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Changes that an API server forbids once an object exists.</summary>
internal static partial class Immutability
{
    // What is longer is not read in a sentence.
    private const int Longest = 60;

    private const string Size = "spec.resources.requests.storage";

    // It says so in words alone.
    private static readonly string[] Words =
    [
        "immutable", "updates to statefulset spec", "can not be less than previous value", "can not be less than status.capacity", "may not change once set", "cannot change roleRef",
    ];

    internal static bool Concerns(ApiException exception) => Causes(exception).Any(IsOne);

    /// <summary>Whether an object may be deleted and made anew. One of which the server refuses more than the change may not: it would be deleted, and not made.</summary>
    internal static bool MayRecreate(PlannedObject planned, ApiException exception, DeployOptions options) => options.Recreate && !planned.HoldsData && Causes(exception).All(IsOne);

    /// <summary>The fields that may not change, each with its value now and then; the values are missing where the server's answer alone tells of the field.</summary>
    /// <param name="planned">What is wanted.</param>
    /// <param name="live">What is there.</param>
    /// <param name="exception">The server's answer.</param>
    internal static IReadOnlyList<Change> Forbidden(PlannedObject planned, JsonObject live, ApiException exception)
    {
        var changes = ObjectDifference.Between(planned, live, ObjectDifference.Lay(planned.Manifest, live));
        var forbidden = new List<Change>();
        foreach (var cause in Causes(exception).Where(IsOne))
        {
            var field = cause.Text("field");
            var below = changes.Where(change => field.Length > 0 && IsWithin(change.Path, field)).ToList();

            // What the server says may change is not what it refuses.
            var open = Open(field, cause.Text("message"), live);
            var closed = below.Where(change => !open.Any(path => IsWithin(change.Path, path))).ToList();
            var found = closed.Count > 0 ? closed : below;
            forbidden.AddRange(found.Count > 0 ? found : [ObjectDifference.Field(planned, field, null, null, "")]);
        }

        // A field that is told with its values need not be told without.
        return [.. forbidden.DistinctBy(change => change.Path).Where(change => Differs(change) || !forbidden.Exists(other => Differs(other) && (change.Path.Length == 0 || IsWithin(other.Path, change.Path))))];
    }

    internal static DeploymentException Explain(PlannedObject planned, JsonObject live, ApiException exception)
    {
        var forbidden = Forbidden(planned, live, exception);
        var shrunk = forbidden.FirstOrDefault(change => Shrinks(planned, change));
        var kept = forbidden.Where(change => change != shrunk && change.Path.Length > 0).Select(change => Show(planned, change)).ToList();
        var others = Causes(exception).Where(cause => !IsOne(cause)).Select(Sentence).ToList();
        string[] what =
        [
            .. kept.Count > 0 ? [$"{string.Join(", ", kept)} may not change once it is made"] : shrunk is null ? [exception.Status.Text("message").TrimEnd('.')] : Array.Empty<string>(),
            .. shrunk is null ? Array.Empty<string>() : [$"it has {shrunk.Before} and would have {shrunk.After}, and a claim can grow, but not shrink"],
            .. kept.Count + (shrunk is null ? 0 : 1) > 0 && others.Count > 0 ? [$"the server also refuses {string.Join(", ", others)}"] : Array.Empty<string>(),
        ];
        return new DeploymentException(
            "FieldImmutable", FailureKind.Refused, planned.Reference.ToString(), $"{planned.Reference} cannot be changed as {planned.Origin} wants it: {string.Join("; ", what)}.",
            Advise(planned, forbidden, others.Count > 0), exception);
    }

    /// <summary>The same as what stands in the way of changes.</summary>
    internal static IReadOnlyList<Obstacle> Obstacles(PlannedObject planned, JsonObject live, ApiException exception) =>
    [
        .. Forbidden(planned, live, exception).Select(change => new Obstacle(
            !planned.HoldsData ? "needs -Recreate" : Shrinks(planned, change) ? "refused: a claim cannot shrink" : "refused: may not change once it is made", change.Path.Length > 0 ? [change.Path] : [], [])),
        .. Causes(exception).Where(cause => !IsOne(cause)).Select(Refusal),
    ];

    /// <summary>What else a server refuses, as what stands in the way of changes.</summary>
    internal static IReadOnlyList<Obstacle> Refusals(ApiException exception) => [.. Causes(exception).Select(Refusal)];

    private static Obstacle Refusal(JsonObject cause) => new($"refused: {Sentence(cause)}", cause.Text("field") is { Length: > 0 } field ? [field] : [], []);

    // Whether a change would make a claim smaller.
    private static bool Shrinks(PlannedObject planned, Change change) =>
        planned.Reference.Type == ResourceTypes.PersistentVolumeClaim && change.Path == Size && Quantity.TryParse(change.Before ?? "", out var now) && Quantity.TryParse(change.After ?? "", out var then) && then < now;

    private static string Advise(PlannedObject planned, IReadOnlyList<Change> forbidden, bool isRefusedBesides)
    {
        var correct = isRefusedBesides ? "Correct what else is refused. " : "";
        if (!planned.HoldsData)
            return $"{correct}{(isRefusedBesides ? "Then repeat" : "Repeat")} with -Recreate to have it deleted and made again.";
        var settings = forbidden.OrderBy(change => Shrinks(planned, change)).Select(change => Setting(planned, change)).OfType<string>().ToList();
        return $"{correct}It holds data, so it is not recreated. {(settings.Count > 0 ? $"Set {string.Join(" and ", settings)}" : "Give back the old value")}, or move the data and delete it by hand.";
    }

    // The claims of the templates are called after their settings. A revision has its values from none.
    private static string? Setting(PlannedObject planned, Change change)
    {
        if (change.Before is null || planned.Origin.StartsWith("revision ", StringComparison.Ordinal))
            return null;
        if (change.Path == "spec.storageClassName")
            return $"Volumes.StorageClass to {change.Before}";
        var path = $"Volumes.{string.Concat(planned.Reference.Name.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]))}";
        return change.Path == Size && SettingsSchema.Find(path) is not null ? $"{path} to {change.Before}{(Shrinks(planned, change) ? " or more" : "")}" : null;
    }

    // What a template of pods or a Secret holds may be what nobody should read here.
    private static string Show(PlannedObject planned, Change change)
    {
        var isShown = Differs(change) && planned.Reference.Type != ResourceTypes.Secret && !change.Path.Contains(".template.", StringComparison.Ordinal);
        return isShown ? $"{change.Path} ({Say(change.Before)}, wanted: {Say(change.After)})" : change.Path;
    }

    private static string Say(string? value) => value is null ? "nothing" : Excerpt.Of(value, Longest);

    private static bool Differs(Change change) => change.Before is not null || change.After is not null;

    private static string Sentence(JsonObject cause) => $"{cause.Text("field")}: {cause.Text("message").Split('\n')[0]}".TrimStart(':', ' ').TrimEnd('.');

    // An answer without causes is one itself.
    private static List<JsonObject> Causes(ApiException exception) =>
        exception.Status.Items("details", "causes").ToList() is { Count: > 0 } causes ? causes : [new JsonObject { ["field"] = "", ["message"] = exception.Message }];

    private static bool IsOne(JsonObject cause) => Words.Any(word => cause.Text("message").Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a path is another one or leads below it.</summary>
    internal static bool IsWithin(string path, string above) =>
        path.StartsWith(above, StringComparison.Ordinal) && (path.Length == above.Length || path[above.Length] is '.' or '[');

    // `updates to statefulset spec for fields other than 'replicas', 'template' and 'updateStrategy' are forbidden`; `spec is immutable after creation except resources.requests and volumeAttributesClassName for
    // bound claims`, with a difference of Go's below.
    private static List<string> Open(string field, string message, JsonObject live)
    {
        var line = message.Split('\n')[0];
        if (line.Contains("for bound claims", StringComparison.Ordinal) && live.Text("status", "phase") != "Bound")
            return [];
        var names = Others().Match(line) is { Success: true } others ? Quoted().Matches(others.Value).Select(name => name.Groups[1].Value)
            : Except().Match(line) is { Success: true } except ? except.Groups[1].Value.Split([", ", " and "], StringSplitOptions.RemoveEmptyEntries)
            : [];
        return [.. names.Select(name => $"{field}.{name}")];
    }

    [GeneratedRegex("fields other than .*")]
    private static partial Regex Others();

    [GeneratedRegex("'([A-Za-z]+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("immutable after creation except (.+?) for ")]
    private static partial Regex Except();
}
