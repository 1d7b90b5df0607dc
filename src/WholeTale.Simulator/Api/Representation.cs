using System.Buffers;
using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>The form a client asked for by its Accept header: whole objects, their metadata alone, or a table.</summary>
internal enum Form
{
    Whole,
    Metadata,
    Table,
}

/// <summary>Chooses the form of an answer.</summary>
internal static class Representation
{
    /// <exception cref="ApiStatusException">Nothing the client accepts can be written (406).</exception>
    public static Form Choose(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept.Length == 0)
            return Form.Whole;
        foreach (var range in accept.Split(','))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is not ("application/json" or "*/*" or "application/*"))
                continue;
            var target = parts.FirstOrDefault(part => part.StartsWith("as=", StringComparison.Ordinal))?[3..];
            switch (target)
            {
                case null:
                    return Form.Whole;
                case "Table":
                    return Form.Table;
                case "PartialObjectMetadata" or "PartialObjectMetadataList":
                    return Form.Metadata;
                default:
                    continue;
            }
        }

        if (accept.Contains("text/html", StringComparison.Ordinal))
            return Form.Whole;
        throw new ApiStatusException(
            406,
            "NotAcceptable",
            "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf");
    }

    /// <summary>The metadata of an object alone.</summary>
    public static ReadOnlyMemory<byte> Metadata(StoredObject stored)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        AppendMetadata(buffer, stored);
        return buffer.WrittenMemory;
    }

    public static void AppendMetadata(IBufferWriter<byte> writer, StoredObject stored)
    {
        writer.Write("""{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":"""u8);
        writer.Write(stored.MetadataUtf8);
        writer.Write("}"u8);
    }

    /// <summary>An object as an item of a list: built-in kinds leave out kind and apiVersion.</summary>
    public static ReadOnlyMemory<byte> Item(StoredObject stored, Kind kind)
    {
        if (kind.Custom)
            return stored.Utf8;
        // Every object begins with {"kind":"...","apiVersion":"...", and an item with what follows.
        var prefix = kind.Name.Length + kind.ApiVersion.Length + "{\"kind\":\"\",\"apiVersion\":\"\"".Length;
        return stored.Utf8[prefix..];
    }

    public static void Append(IBufferWriter<byte> writer, StoredObject stored, Kind kind)
    {
        var item = Item(stored, kind).Span;
        if (!kind.Custom)
        {
            writer.Write("{"u8);
            item = item[1..];
        }

        writer.Write(item);
    }
}
