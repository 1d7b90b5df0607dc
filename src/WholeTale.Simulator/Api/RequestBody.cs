using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Patching;
using WholeTale.Simulator.Protobuf;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using YamlDotNet.Core;

namespace WholeTale.Simulator.Api;

/// <summary>Reads what a request brings: JSON, YAML or protobuf, within the limit, refused in the words of the server's decoders.</summary>
internal static class RequestBody
{
    /// <summary>The limit of a request's body (kube-apiserver: 3 MiB).</summary>
    public const int BodyLimit = 3 * 1024 * 1024;

    private const string _json = "application/json";
    private const string _yaml = "application/yaml";

    private static readonly byte[] _protobuf = [0x6b, 0x38, 0x73, 0x00];

    public static (JsonObject Content, IReadOnlyList<string> Duplicates) ReadObject(HttpRequest request, ReadOnlyMemory<byte> body, Kind kind)
    {
        var type = MediaType(request);
        if (type.Length == 0)
            type = _json;
        if (type == ProtobufReader.MediaType)
            return (ReadProtobuf(body, kind), []);
        if (type is not (_json or _yaml) || body.Span.StartsWith(_protobuf))
            throw Unsupported([_json, _yaml, "application/vnd.kubernetes.protobuf"]);
        var duplicates = new List<string>();
        JsonNode? node;
        try
        {
            node = type == _json ? JsonTree.Parse(body.Span, duplicates) : YamlReader.Parse(Encoding.UTF8.GetString(body.Span));
        }
        catch (JsonException broken)
        {
            throw Unrecognized(kind, $"couldn't get version/kind; json parse error: {GoErrors.Json(broken, body.Span)}", body);
        }
        catch (YamlException broken)
        {
            throw Unrecognized(kind, $"couldn't get version/kind; json parse error: error converting YAML to JSON: {GoErrors.Yaml(broken)}", body);
        }

        if (node is not JsonObject content)
        {
            throw Unrecognized(
                kind,
                $"couldn't get version/kind; json parse error: json: cannot unmarshal {(node is JsonArray ? "array" : node is null ? "null" : "string")} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}",
                body);
        }

        CheckKind(content, kind);
        return (content, duplicates);
    }

    private static JsonObject ReadProtobuf(ReadOnlyMemory<byte> body, Kind kind)
    {
        try
        {
            var content = ProtobufReader.Read(body);
            CheckKind(content, kind);
            // Fields that a newer client knows are passed over without a word.
            if (ModelSchemas.Find(kind.Group, kind.Version, kind.Name) is { } schema)
                new Schema.Decoder().Decode(content, schema);
            return content;
        }
        catch (DecodeException broken)
        {
            throw ApiStatusException.BadRequest($"{kind.Name} in version \"{kind.Version}\" cannot be handled as a {kind.Name}: {broken.Message}");
        }
        catch (InvalidDataException broken)
        {
            throw ApiStatusException.BadRequest($"the object provided is unrecognized (must be of type {kind.Name}): {broken.Message}");
        }
    }

    private static void CheckKind(JsonObject content, Kind kind)
    {
        var version = content["apiVersion"].Text() ?? "";
        var name = content["kind"].Text() ?? "";
        if (version.Length == 0 && name.Length == 0)
        {
            // The path's own kind is the default of both.
            content["apiVersion"] = kind.ApiVersion;
            content["kind"] = kind.Name;
            return;
        }

        if (version.Length == 0)
            version = kind.ApiVersion;
        if (name.Length == 0)
            name = kind.Name;
        content["apiVersion"] = version;
        content["kind"] = name;
        if (version == kind.ApiVersion && name == kind.Name)
            return;
        var slash = version.IndexOf('/', StringComparison.Ordinal);
        var shortVersion = slash < 0 ? version : version[(slash + 1)..];
        if (!ModelSchemas.IsKnown(version, name))
        {
            throw ApiStatusException.BadRequest(
                $"{name} in version \"{shortVersion}\" cannot be handled as a {kind.Name}: no kind \"{name}\" is registered for version \"{version}\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"");
        }

        var package = kind.Group.Length == 0 ? "core" : kind.Group.Split('.')[0];
        throw ApiStatusException.BadRequest(
            $"{name} in version \"{shortVersion}\" cannot be handled as a {kind.Name}: converting ({shortVersion}.{name}) to ({package}.{kind.Name}): unknown conversion");
    }

    private static ApiStatusException Unrecognized(Kind kind, string problem, ReadOnlyMemory<byte> body)
    {
        var shown = Encoding.UTF8.GetString(body.Span);
        if (shown.Length > 4096)
            shown = shown[..4096] + "...";
        return ApiStatusException.BadRequest($"the object provided is unrecognized (must be of type {kind.Name}): {problem} ({shown})");
    }

    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > BodyLimit)
        {
            await DiscardAsync(context);
            throw TooLarge();
        }

        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 1024, 16, BodyLimit));
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(4096), context.RequestAborted);
            if (read == 0)
                return buffer.WrittenMemory;
            buffer.Advance(read);
            if (buffer.WrittenCount <= BodyLimit)
                continue;
            await DiscardAsync(context);
            throw TooLarge();
        }
    }

    // A client that is still writing does not read its refusal: the rest is taken from it first, in reason.
    private static async Task DiscardAsync(HttpContext context)
    {
        var rest = new byte[64 * 1024];
        for (var left = 8 * BodyLimit; left > 0;)
        {
            var read = await context.Request.Body.ReadAsync(rest, context.RequestAborted);
            if (read == 0)
                return;
            left -= read;
        }
    }

    private static ApiStatusException TooLarge() => new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {BodyLimit}", []);

    public static string MediaType(HttpRequest request)
    {
        var type = request.ContentType ?? "";
        var semicolon = type.IndexOf(';', StringComparison.Ordinal);
        return (semicolon < 0 ? type : type[..semicolon]).Trim();
    }

    public static ApiStatusException Unsupported(IEnumerable<string> accepted) => new(
        415,
        "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}");

    public static JsonObject ReadConfiguration(ReadOnlyMemory<byte> body)
    {
        try
        {
            var text = Encoding.UTF8.GetString(body.Span);
            var node = text.AsSpan().TrimStart() is ['{', ..] && TryJson(body) is { } json ? json : YamlReader.Parse(text);
            return node as JsonObject
                ?? throw ApiStatusException.BadRequest("error decoding YAML: json: cannot unmarshal " + (node is JsonArray ? "array" : node is null ? "null" : "string") + " into Go value of type map[string]interface {}");
        }
        catch (YamlException broken)
        {
            throw ApiStatusException.BadRequest("error decoding YAML: error converting YAML to JSON: " + GoErrors.Yaml(broken));
        }
    }

    private static JsonNode? TryJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonTree.Parse(body.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
