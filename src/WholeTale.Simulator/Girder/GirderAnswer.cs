using System.Net;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary>What goes back to a caller.</summary>
internal sealed record GirderAnswer(int Status, string ContentType, string Body)
{
    /// <summary>An API server's own answer where a Service's pod does not listen.</summary>
    public static GirderAnswer Unreachable { get; } = new(503, "application/json", new JsonObject
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = "error trying to reach service: dial tcp 10.4.0.7:8080: connect: connection refused",
        ["reason"] = "ServiceUnavailable",
        ["code"] = 503,
    }.ToJsonString());

    public static GirderAnswer Json(int status, JsonNode? body) => new(status, "application/json", body?.ToJsonString() ?? "null");

    public static GirderAnswer Html(int status, string title, string body) =>
        new(status, "text/html;charset=utf-8", $"<!DOCTYPE html>\n<html lang=\"en\"><head><title>{WebUtility.HtmlEncode(title)}</title></head><body>{body}</body></html>\n");

    /// <summary>cherrypy's page for a path that nobody serves, such as a plugin's that is not loaded.</summary>
    public static GirderAnswer NotFound(string path) => Html(404, "404 Not Found", $"<h2>404 Not Found</h2><p>The path '{WebUtility.HtmlEncode(path)}' was not found.</p>");
}
