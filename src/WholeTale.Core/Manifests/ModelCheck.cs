using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace WholeTale.Core.Manifests;

/// <summary>
/// Reads a manifest strictly into Kubernetes' own model, so that a misspelled field or a value of the wrong type is told with file and line before anything is sent; a server would refuse it in
/// the middle of a deploy. The module's own templates are held to this by tests; at run time those of a user are.
/// </summary>
internal static partial class ModelCheck
{
    private static readonly JsonSerializerOptions Strict = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static readonly Lazy<Dictionary<(string ApiVersion, string Kind), Type>> Models = new(() => typeof(V1Pod).Assembly
        .GetTypes()
        .Where(type => type.IsAssignableTo(typeof(IKubernetesObject)))
        .Select(type => (Type: type, Entity: type.GetCustomAttribute<KubernetesEntityAttribute>()))
        .Where(pair => pair.Entity is not null)
        .ToDictionary(pair => (pair.Entity!.Group.Length > 0 ? $"{pair.Entity.Group}/{pair.Entity.ApiVersion}" : pair.Entity.ApiVersion, pair.Entity.Kind), pair => pair.Type));

    /// <summary>Refuses a field that the kind does not have, or a value of the wrong type. Kinds of other makers (custom resources) are let through: only a server knows them.</summary>
    /// <returns>Whether the kind is known.</returns>
    public static bool RequireModel(Manifest manifest)
    {
        var kind = (string)manifest.Object["kind"]!;
        if (!Models.Value.TryGetValue(((string)manifest.Object["apiVersion"]!, kind), out var model))
            return false;
        try
        {
            manifest.Object.Deserialize(model, Strict);
            return true;
        }
        catch (JsonException exception)
        {
            var path = (exception.Path ?? "$").TrimStart('$').TrimStart('.');
            var unknown = UnknownMember().Match(exception.Message);
            var field = unknown.Success && !path.EndsWith(unknown.Groups["name"].Value, StringComparison.Ordinal) ? $"{path}.{unknown.Groups["name"].Value}".TrimStart('.') : path;
            throw new ManifestException(
                manifest.Template, manifest.Line, field,
                unknown.Success
                    ? $"The template {manifest.Template}, line {manifest.Line}, has a {kind} with the field {field}, which that kind does not have."
                    : $"The template {manifest.Template}, line {manifest.Line}, has a {kind} whose field {field} is of the wrong type.",
                "Correct it as 'kubectl explain' says.", exception);
        }
    }

    [GeneratedRegex(@"property '(?<name>[^']+)' could not be mapped", RegexOptions.CultureInvariant)]
    private static partial Regex UnknownMember();
}
