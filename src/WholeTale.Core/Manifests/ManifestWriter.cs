using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Manifests;

/// <summary>Writes manifests as YAML files.</summary>
public static class ManifestWriter
{
    /// <summary>
    /// Writes one file a component, numbered in the order in which they are applied, so that <c>kubectl apply --server-side -f FOLDER</c> takes them as they are. Secret data is masked
    /// unless told otherwise; a masked file is refused by an API server, so that it cannot overwrite the real values.
    /// </summary>
    /// <returns>The files written.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(ManifestSet manifests, string folder, bool includeSecrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifests);
        Directory.CreateDirectory(folder);
        var files = new List<string>();
        foreach (var (number, component) in manifests.Components.Index())
        {
            if (component.Objects.Count == 0)
                continue;
            var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:00}-{component.Component.Name}.yaml"));
            await ReplaceAsync(file, Write(component, includeSecrets), includeSecrets && component.Objects.Any(IsSecret), cancellationToken);
            files.Add(file);
        }
        return files;
    }

    /// <summary>A component's objects as one YAML text.</summary>
    internal static string Write(ComponentManifests component, bool includeSecrets)
    {
        var text = new StringBuilder();
        foreach (var manifest in component.Objects)
        {
            text.Append("---\n");
            var document = manifest.Object;
            if (IsSecret(manifest) && !includeSecrets)
            {
                text.Append("# Its values are masked; export with -IncludeSecrets to have a file that can be applied.\n");
                document = Mask(document);
            }
            text.Append(YamlWriter.Write(document));
        }
        return text.ToString();
    }

    private static bool IsSecret(Manifest manifest) => (string?)manifest.Object["kind"] == "Secret";

    private static JsonObject Mask(JsonObject secret)
    {
        var masked = secret.DeepClone().AsObject();
        foreach (var field in new[] { "data", "stringData" })
        {
            // No base64, so that no server takes it for a value.
            if (masked[field] is JsonObject values)
                masked[field] = new JsonObject(values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Secret.Mask)));
        }
        return masked;
    }

    // Whoever reads the folder meanwhile sees the old file or the new one, whole.
    private static async Task ReplaceAsync(string file, string text, bool isPrivate, CancellationToken cancellationToken)
    {
        var temporary = $"{file}.{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (isPrivate && !OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var stream = new FileStream(temporary, options))
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
