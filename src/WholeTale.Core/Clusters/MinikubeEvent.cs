using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Core.Clusters;

/// <summary>A line of <c>minikube --output=json</c>: a CloudEvent about a step, a warning or an error (minikube, pkg/minikube/out/register).</summary>
/// <param name="Type">The last word of its type: step, warning, error, info, download, ...</param>
/// <param name="Data">What it carries.</param>
internal sealed record MinikubeEvent(string Type, JsonObject Data)
{
    internal string Message => (string?)Data["message"] ?? "";

    /// <summary>What minikube advises in an error; empty where it does not.</summary>
    internal string Advice => (string?)Data["advice"] ?? "";

    /// <summary>How far the steps have come, in percent; -1 where it is not told.</summary>
    internal int Percent =>
        int.TryParse((string?)Data["currentstep"], CultureInfo.InvariantCulture, out var current) && int.TryParse((string?)Data["totalsteps"], CultureInfo.InvariantCulture, out var total) && total > 0
            ? Math.Clamp(100 * current / total, 0, 100)
            : -1;

    /// <summary>Reads a line; null where it is no event.</summary>
    internal static MinikubeEvent? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject node && (string?)node["type"] is { } type && node["data"] is JsonObject data ? new MinikubeEvent(type[(type.LastIndexOf('.') + 1)..], data) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
