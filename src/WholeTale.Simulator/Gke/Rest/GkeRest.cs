using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using WholeTale.Simulator.Gke.Messages;

namespace WholeTale.Simulator.Gke.Rest;

/// <summary>ClusterManager over REST: the paths of its HTTP annotations, bodies in the JSON of proto3.</summary>
internal sealed class GkeRest(GkeCalls calls)
{
    private const int LargestBody = 1024 * 1024;

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(false));

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(
        TypeRegistry.FromMessages(ErrorInfo.Descriptor, QuotaFailure.Descriptor, BadRequest.Descriptor, PreconditionFailure.Descriptor, Help.Descriptor)));

    private static readonly HttpTable Table = new(ClusterManager.Descriptor);

    /// <summary>Answers a request to <c>/v1/projects/...</c>.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            var request = await ReadAsync(context);
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

    // What the body says, then the query; the path has the last word.
    private static async Task<IMessage> ReadAsync(HttpContext context)
    {
        var (method, hasBody, fields) = Table.Find(context.Request.Method, context.Request.Path.Value!)
            ?? throw new GoogleError(Code.NotFound, $"The requested URL {context.Request.Path} was not found on this server.");
        var body = hasBody ? await ReadBodyAsync(context) : "";
        IMessage request;
        try
        {
            JsonFields.Check(body.Length > 0 ? JsonNode.Parse(body) : null, method.InputType);
            request = Parser.Parse(body.Length > 0 ? body : "{}", method.InputType);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException or JsonException)
        {
            throw new GoogleError(Code.InvalidArgument, $"Invalid JSON payload received. {exception.Message}");
        }

        QueryFields.Fill(request, context.Request.Query);
        foreach (var (field, value) in fields)
            request.Descriptor.FindFieldByName(field).Accessor.SetValue(request, value);
        return request;
    }

    private static async Task<string> ReadBodyAsync(HttpContext context)
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
}
