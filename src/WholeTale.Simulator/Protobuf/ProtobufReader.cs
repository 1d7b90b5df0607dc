using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace WholeTale.Simulator.Protobuf;

/// <summary>
/// Reads <c>application/vnd.kubernetes.protobuf</c>: four magic bytes, then <c>runtime.Unknown</c> (type, then the object's own message) —
/// API concepts, "Kubernetes Protobuf encoding". The result is the JSON that the same client would have sent.
/// </summary>
internal static class ProtobufReader
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private const int MaxDepth = 64;

    /// <summary>Reads an object; fields that the table does not know are passed over, as an older server does.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of this form, or of a kind that is not understood in it.</exception>
    public static JsonObject Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length < 4 || !body.Span[..4].SequenceEqual("k8s\0"u8))
            throw new InvalidDataException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        try
        {
            var (apiVersion, kind, raw) = Envelope(body[4..]);
            if (WireSchema.Find(kind) is null)
                throw new InvalidDataException($"no kind \"{kind}\" is understood as protobuf: send it as JSON");
            var content = Message(kind, raw, 0);
            content["apiVersion"] = apiVersion;
            content["kind"] = kind;
            return content;
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException(exception.Message, exception);
        }
    }

    private static (string ApiVersion, string Kind, ByteString Raw) Envelope(ReadOnlyMemory<byte> body)
    {
        var (apiVersion, kind, raw) = ("", "", ByteString.Empty);
        var input = new CodedInputStream(body.ToArray());
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
            {
                var type = new CodedInputStream(input.ReadBytes().ToByteArray());
                uint part;
                while ((part = type.ReadTag()) != 0)
                {
                    if (WireFormat.GetTagFieldNumber(part) == 1)
                        apiVersion = type.ReadString();
                    else if (WireFormat.GetTagFieldNumber(part) == 2)
                        kind = type.ReadString();
                    else
                        type.SkipLastField();
                }
            }
            else if (WireFormat.GetTagFieldNumber(tag) == 2)
            {
                raw = input.ReadBytes();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return (apiVersion, kind, raw);
    }

    private static JsonObject Message(string name, ByteString bytes, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException("the message is nested too deeply");
        var content = new JsonObject();
        if (WireSchema.Find(name) is not { } fields)
            return content;
        var input = bytes.CreateCodedInput();
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            if (fields.TryGetValue(WireFormat.GetTagFieldNumber(tag), out var field))
                Put(content, field, input, depth);
            else
                input.SkipLastField();
        }

        return content;
    }

    private static void Put(JsonObject content, WireField field, CodedInputStream input, int depth)
    {
        switch (field.Shape)
        {
            case WireShape.List:
                if (content[field.Name] is not JsonArray list)
                    content[field.Name] = list = [];
                list.Add(Value(field, input, depth, zeroCounts: true));
                break;
            case WireShape.Map:
                if (content[field.Name] is not JsonObject map)
                    content[field.Name] = map = [];
                var (key, value) = Entry(field, input, depth);
                map[key] = value;
                break;
            case WireShape.One when field.Name == "~":
                foreach (var (name, node) in Message(field.Type, input.ReadBytes(), depth + 1).ToList())
                    content[name] = node?.DeepClone();
                break;
            default:
                if (Value(field, input, depth, field.Pointer) is { } node1)
                    content[field.Name] = node1;
                break;
        }
    }

    // A map is a list of entries: 1 the key, 2 the value.
    private static (string Key, JsonNode? Value) Entry(WireField field, CodedInputStream input, int depth)
    {
        var entry = input.ReadBytes().CreateCodedInput();
        var key = "";
        JsonNode? value = field.Type is "s" or "y" ? "" : null;
        uint tag;
        while ((tag = entry.ReadTag()) != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
                key = entry.ReadString();
            else if (WireFormat.GetTagFieldNumber(tag) == 2)
                value = Value(field, entry, depth, zeroCounts: true);
            else
                entry.SkipLastField();
        }

        return (key, value);
    }

    private static JsonNode? Value(WireField field, CodedInputStream input, int depth, bool zeroCounts)
    {
        switch (field.Type)
        {
            case "s":
                var text = input.ReadString();
                return text.Length > 0 || zeroCounts ? text : null;
            case "b":
                var flag = input.ReadBool();
                return flag || zeroCounts ? flag : null;
            case "i":
                var number = input.ReadInt64();
                return number != 0 || zeroCounts ? number : null;
            case "y":
                var bytes = input.ReadBytes();
                return bytes.Length > 0 || zeroCounts ? bytes.ToBase64() : null;
            case "Time":
            case "MicroTime":
                return Time(input.ReadBytes(), field.Type == "MicroTime");
            case "Quantity":
                return Encoding.UTF8.GetString(First(input.ReadBytes()).Span);
            case "IntOrString":
                return IntOrString(input.ReadBytes());
            default:
                return Message(field.Type, input.ReadBytes(), depth + 1);
        }
    }

    // Go's zero time has no bytes here, and no value in JSON.
    private static JsonNode? Time(ByteString bytes, bool micro)
    {
        var (seconds, nanos, input) = (0L, 0, bytes.CreateCodedInput());
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
                seconds = input.ReadInt64();
            else if (WireFormat.GetTagFieldNumber(tag) == 2)
                nanos = input.ReadInt32();
            else
                input.SkipLastField();
        }

        if (bytes.IsEmpty || seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return null;
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100);
        return time.ToString(micro ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static JsonNode IntOrString(ByteString bytes)
    {
        var (isText, number, text, input) = (false, 0L, "", bytes.CreateCodedInput());
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    isText = input.ReadInt64() == 1;
                    break;
                case 2:
                    number = input.ReadInt64();
                    break;
                case 3:
                    text = input.ReadString();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return isText ? text : number;
    }

    private static ReadOnlyMemory<byte> First(ByteString bytes)
    {
        var input = bytes.CreateCodedInput();
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
                return input.ReadBytes().Memory;
            input.SkipLastField();
        }

        return ReadOnlyMemory<byte>.Empty;
    }
}
