using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>Writing answers.</summary>
internal static class Responses
{
    public const string Json = "application/json";

    public static Task WriteAsync(this HttpContext context, int status, JsonNode body) => context.WriteAsync(status, JsonTree.Write(body));

    public static async Task WriteAsync(this HttpContext context, int status, ReadOnlyMemory<byte> body, string contentType = Json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }

    public static Task WriteTextAsync(this HttpContext context, int status, string text) =>
        context.WriteAsync(status, System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");

    /// <summary>A path that nobody serves.</summary>
    public static Task WriteNotFoundAsync(this HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.WriteTextAsync(404, "404 page not found\n");
    }

    /// <summary>A path below a version that is served, but not this path: go-restful answers there, and elsewhere the last handler.</summary>
    public static Task WriteNotServedAsync(this HttpContext context, KubernetesApi api, string group) =>
        api.Kinds.All.Any(kind => kind.Group == group && !kind.Custom) || group.Length == 0
            ? context.WriteAsync(new ApiStatusException(404, "NotFound", "the server could not find the requested resource", []))
            : context.WriteNotFoundAsync();

    public static Task WriteAsync(this HttpContext context, ApiStatusException refusal)
    {
        if (refusal.Details?["retryAfterSeconds"].Number() is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return context.WriteAsync(refusal.Code, refusal.ToStatus());
    }

    /// <summary>Adds warnings as headers (RFC 7234, code 299).</summary>
    public static void Warn(this HttpContext context, IEnumerable<string> warnings)
    {
        // NewWarningHeader takes no control characters, and nothing is said twice.
        foreach (var warning in warnings.Distinct(StringComparer.Ordinal).Where(warning => !warning.Any(char.IsControl)))
        {
            var text = warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            context.Response.Headers.Append("Warning", $"299 - \"{text}\"");
        }
    }
}
