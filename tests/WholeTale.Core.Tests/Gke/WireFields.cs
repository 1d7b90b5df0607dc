using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace WholeTale.Core.Tests.Gke;

/// <summary>Reads protobuf by field numbers alone (<see href="https://protobuf.dev/programming-guides/encoding/"/>), knowing no message.</summary>
internal static class WireFields
{
    /// <summary>Every scalar of a message as <c>3.12.2.1=text</c>: the field numbers on the way, and the value. What is a message itself is told by the table of the test.</summary>
    public static List<string> Read(byte[] message, IReadOnlySet<string> messages)
    {
        var fields = new List<string>();
        Read(message, "", messages, fields);
        return fields;
    }

    private static void Read(byte[] message, string path, IReadOnlySet<string> messages, List<string> fields)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            var here = path.Length == 0 ? Number(tag) : $"{path}.{Number(tag)}";
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    fields.Add($"{here}={input.ReadInt64().ToString(CultureInfo.InvariantCulture)}");
                    break;
                case WireFormat.WireType.LengthDelimited when messages.Contains(here):
                    Read(input.ReadBytes().ToByteArray(), here, messages, fields);
                    break;
                case WireFormat.WireType.LengthDelimited:
                    fields.Add($"{here}={Encoding.UTF8.GetString(input.ReadBytes().ToByteArray())}");
                    break;
                default:
                    throw new InvalidDataException($"The field {here} has a wire type that the API does not use here.");
            }
        }
    }

    private static string Number(uint tag) => WireFormat.GetTagFieldNumber(tag).ToString(CultureInfo.InvariantCulture);
}
