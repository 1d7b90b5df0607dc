using Google.Protobuf;
using WholeTale.Simulator.Protobuf;

namespace WholeTale.Simulator.Tests.Protobuf;

public sealed class ProtobufReaderTests
{
    [Fact]
    public void An_object_reads_as_the_JSON_that_the_client_would_have_sent()
    {
        var metadata = Message(output =>
        {
            Text(output, 1, "web");
            Text(output, 2, "");
            Bytes(output, 8, ByteString.Empty);
            Bytes(output, 11, Message(entry =>
            {
                Text(entry, 1, "app");
                Text(entry, 2, "web");
            }));
        });
        var spec = Message(output =>
        {
            Number(output, 1, 0);
            Number(output, 5, 0);
            Bytes(output, 4, Message(strategy => Bytes(strategy, 2, Message(rolling => Bytes(rolling, 1, Message(surge =>
            {
                Number(surge, 1, 1);
                Number(surge, 2, 0);
                Text(surge, 3, "25%");
            }))))));
        });
        var body = Envelope("apps/v1", "Deployment", Message(output =>
        {
            Bytes(output, 1, metadata);
            Bytes(output, 2, spec);
        }));

        var content = ProtobufReader.Read(body);

        // replicas is a pointer, so its zero counts; minReadySeconds is not, so its zero is left out.
        Assert.Equal(
            """{"metadata":{"name":"web","labels":{"app":"web"}},"spec":{"replicas":0,"strategy":{"rollingUpdate":{"maxUnavailable":"25%"}}},"apiVersion":"apps/v1","kind":"Deployment"}""",
            content.ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("k8s\0\u0012\u007f")]
    public void Bytes_of_another_form_are_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => ProtobufReader.Read(System.Text.Encoding.Latin1.GetBytes(text)));

    [Fact]
    public void A_kind_that_is_not_in_the_table_is_refused_by_name()
    {
        var exception = Assert.Throws<InvalidDataException>(() => ProtobufReader.Read(Envelope("v1", "Gadget", ByteString.Empty)));

        Assert.Contains("Gadget", exception.Message, StringComparison.Ordinal);
    }

    private static byte[] Envelope(string apiVersion, string kind, ByteString raw)
    {
        var unknown = Message(output =>
        {
            Bytes(output, 1, Message(type =>
            {
                Text(type, 1, apiVersion);
                Text(type, 2, kind);
            }));
            Bytes(output, 2, raw);
        });
        return [.. "k8s\0"u8, .. unknown.Span];
    }

    private static ByteString Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return ByteString.CopyFrom(stream.ToArray());
    }

    private static void Text(CodedOutputStream output, int number, string value)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    private static void Bytes(CodedOutputStream output, int number, ByteString value)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(value);
    }

    private static void Number(CodedOutputStream output, int number, long value)
    {
        output.WriteTag(number, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }
}
