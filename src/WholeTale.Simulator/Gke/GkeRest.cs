using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Gke.Messages.Rpc;

namespace WholeTale.Simulator.Gke;

/// <summary>ClusterManager over REST: the paths of the public reference, bodies in the JSON of proto3. Zones of old paths are locations.</summary>
internal sealed partial class GkeRest(GkeCalls calls)
{
    private const int LargestBody = 1024 * 1024;

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(false));

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(
        TypeRegistry.FromMessages(ErrorInfo.Descriptor, QuotaFailure.Descriptor, BadRequest.Descriptor, PreconditionFailure.Descriptor, Help.Descriptor)));

    // What follows projects/P/locations/L: the method and, where it is a custom one, the verb after the colon. The last word names the field that the path gives.
    private static readonly (string Method, string Pattern, Func<IMessage> Request, string Field)[] Routes =
    [
        ("GET", "/clusters", () => new ListClustersRequest(), "parent"),
        ("POST", "/clusters", () => new CreateClusterRequest(), "parent"),
        ("GET", "/clusters/*", () => new GetClusterRequest(), "name"),
        ("PUT", "/clusters/*", () => new UpdateClusterRequest(), "name"),
        ("DELETE", "/clusters/*", () => new DeleteClusterRequest(), "name"),
        ("POST", "/clusters/*:setResourceLabels", () => new SetLabelsRequest(), "name"),
        ("POST", "/clusters/*/resourceLabels", () => new SetLabelsRequest(), "name"),
        ("GET", "/clusters/*/nodePools", () => new ListNodePoolsRequest(), "parent"),
        ("POST", "/clusters/*/nodePools", () => new CreateNodePoolRequest(), "parent"),
        ("GET", "/clusters/*/nodePools/*", () => new GetNodePoolRequest(), "name"),
        ("DELETE", "/clusters/*/nodePools/*", () => new DeleteNodePoolRequest(), "name"),
        ("POST", "/clusters/*/nodePools/*:setSize", () => new SetNodePoolSizeRequest(), "name"),
        ("POST", "/clusters/*/nodePools/*/setSize", () => new SetNodePoolSizeRequest(), "name"),
        ("POST", "/clusters/*/nodePools/*:setAutoscaling", () => new SetNodePoolAutoscalingRequest(), "name"),
        ("POST", "/clusters/*/nodePools/*:setManagement", () => new SetNodePoolManagementRequest(), "name"),
        ("GET", "/operations", () => new ListOperationsRequest(), "parent"),
        ("GET", "/operations/*", () => new GetOperationRequest(), "name"),
        ("POST", "/operations/*:cancel", () => new CancelOperationRequest(), "name"),
        ("GET", "/serverConfig", () => new GetServerConfigRequest(), "name"),
        ("GET", "/serverconfig", () => new GetServerConfigRequest(), "name"),
    ];

    /// <summary>Answers a request to <c>/v1/projects/...</c>.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            var (request, rest) = Route(context.Request);
            await FillAsync(request, rest, context);
            var answer = await calls.AnswerAsync(request, context.Request.Headers.Authorization.ToString(), context.Abort, context.RequestAborted);
            await WriteAsync(context, 200, Formatter.Format(answer));
        }
        catch (GoogleError error)
        {
            await RefuseAsync(context, error);
        }
    }

    /// <summary>Writes an error in the form of Google's REST APIs.</summary>
    public static Task RefuseAsync(HttpContext context, GoogleError error)
    {
        var status = error.Status;
        var code = GoogleError.HttpStatus(error.Code);
        var body = new JsonObject { ["code"] = code, ["message"] = error.Message, ["status"] = NameOf(error.Code) };
        if (status.Details.Count > 0)
            body["details"] = new JsonArray([.. status.Details.Select(detail => JsonNode.Parse(Formatter.Format(detail)))]);
        return WriteAsync(context, code, new JsonObject { ["error"] = body }.ToJsonString());
    }

    private static (IMessage Request, string Name) Route(HttpRequest http)
    {
        var match = Path().Match(http.Path.Value!);
        if (match.Success)
        {
            var rest = match.Groups["rest"].Value;
            foreach (var (method, pattern, request, field) in Routes)
            {
                if (method == http.Method && Regex.IsMatch(rest, $"^{Regex.Escape(pattern).Replace(@"\*", "[^/:]+", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant))
                    return (request(), $"{field}={match.Groups["parent"].Value}{Plain(rest, field, pattern)}");
            }
        }

        throw new GoogleError(Code.NotFound, $"The requested URL {http.Path} was not found on this server.");
    }

    // The resource's name is the path without what only says the method.
    private static string Plain(string rest, string field, string pattern)
    {
        rest = Verb().Replace(rest, "");
        var collection = field == "parent" || pattern.EndsWith("erverConfig", StringComparison.Ordinal) || pattern.EndsWith("erverconfig", StringComparison.Ordinal)
            || pattern.EndsWith("/setSize", StringComparison.Ordinal) || pattern.EndsWith("/resourceLabels", StringComparison.Ordinal);
        return collection ? rest[..rest.LastIndexOf('/')] : rest;
    }

    private static async Task FillAsync(IMessage request, string rest, HttpContext context)
    {
        if (context.Request.Method is "POST" or "PUT")
        {
            var body = await ReadAsync(context);
            try
            {
                if (body.Length > 0)
                    request.MergeFrom(Parser.Parse(body, request.Descriptor).ToByteString());
            }
            catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
            {
                throw new GoogleError(Code.InvalidArgument, $"Invalid JSON payload received. {exception.Message}");
            }
        }

        var split = rest.Split('=', 2);
        // Parameters of the query are fields too; those that every API takes say nothing here.
        foreach (var (key, value) in context.Request.Query)
        {
            if (request.Descriptor.FindFieldByName(key) is { FieldType: FieldType.String } known)
                known.Accessor.SetValue(request, value.ToString());
        }

        var field = request.Descriptor.FindFieldByName(split[0]);
        field.Accessor.SetValue(request, split[1].Replace("/zones/", "/locations/", StringComparison.Ordinal));
    }

    private static async Task<string> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > LargestBody)
            throw new GoogleError(Code.InvalidArgument, "Request payload size exceeds the limit.");
        using var buffer = new MemoryStream();
        var part = new byte[8192];
        while (await context.Request.Body.ReadAsync(part, context.RequestAborted) is var read and > 0)
        {
            buffer.Write(part, 0, read);
            if (buffer.Length > LargestBody)
                throw new GoogleError(Code.InvalidArgument, "Request payload size exceeds the limit.");
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    // google.rpc.Code's own spelling.
    private static string NameOf(Code code) => CodeReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)code).Name;

    [GeneratedRegex("^/v1/(?<parent>projects/[^/:]+/(?:locations|zones)/[^/:]+)(?<rest>/.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Path();

    [GeneratedRegex(":[a-zA-Z]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Verb();
}
