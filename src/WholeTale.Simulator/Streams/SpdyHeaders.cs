using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace WholeTale.Simulator.Streams;

/// <summary>
/// SPDY/3.1 header blocks: names and values, compressed by zlib with a dictionary that both sides know, one compression for the whole
/// connection. .NET's zlib takes no dictionary, so the reader is given the dictionary as a stored block before the first byte, which has the same
/// effect; the writer stores without compressing.
/// </summary>
internal sealed class SpdyHeaders : IDisposable
{
    private readonly FeedStream _feed = new();
    private readonly DeflateStream _inflate;
    private bool _begunReading;
    private bool _begunWriting;

    public SpdyHeaders() => _inflate = new DeflateStream(_feed, CompressionMode.Decompress);

    public Dictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        if (!_begunReading)
        {
            _begunReading = true;
            // Two bytes of zlib header (with FDICT) and the dictionary's checksum are ours to skip.
            block = block[6..];
            _feed.Add(Stored(SpdyDictionary.Bytes));
            _feed.Add(block.ToArray());
            _inflate.ReadExactly(new byte[SpdyDictionary.Bytes.Length]);
        }
        else
        {
            _feed.Add(block.ToArray());
        }

        var count = ReadNumber();
        if (count is < 0 or > 256)
            throw new InvalidDataException("too many headers");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < count; i++)
        {
            var name = ReadText();
            headers[name] = ReadText();
        }

        return headers;
    }

    public byte[] Write(IReadOnlyDictionary<string, string> headers)
    {
        using var plain = new MemoryStream();
        WriteNumber(plain, headers.Count);
        foreach (var (name, value) in headers)
        {
            foreach (var text in (string[])[name, value])
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                WriteNumber(plain, bytes.Length);
                plain.Write(bytes);
            }
        }

        // The empty block flushes: Go's inflater gives nothing out before it.
        byte[] stored = [.. Stored(plain.ToArray()), .. Stored([])];
        if (_begunWriting)
            return stored;
        _begunWriting = true;
        var prefix = new byte[6];
        // CMF 0x78; FLG with FDICT, made divisible by 31; then Adler-32 of the dictionary.
        prefix[0] = 0x78;
        prefix[1] = 0xbb;
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(2), SpdyDictionary.Checksum);
        return [.. prefix, .. stored];
    }

    public void Dispose()
    {
        _inflate.Dispose();
        _feed.Dispose();
    }

    // RFC 1951, 3.2.4: a block that is not the last and not compressed.
    private static byte[] Stored(ReadOnlySpan<byte> content)
    {
        var block = new byte[content.Length + 5];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), (ushort)content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)~content.Length);
        content.CopyTo(block.AsSpan(5));
        return block;
    }

    private int ReadNumber()
    {
        Span<byte> bytes = stackalloc byte[4];
        _inflate.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    private string ReadText()
    {
        var length = ReadNumber();
        if (length is < 0 or > 65536)
            throw new InvalidDataException("header too long");
        var bytes = new byte[length];
        _inflate.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static void WriteNumber(Stream stream, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        stream.Write(bytes);
    }

    private sealed class FeedStream : Stream
    {
        private readonly Queue<byte[]> _parts = new();
        private int _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Add(byte[] part) => _parts.Enqueue(part);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            while (_parts.TryPeek(out var part))
            {
                if (_at == part.Length)
                {
                    _parts.Dequeue();
                    _at = 0;
                    continue;
                }

                var taken = Math.Min(buffer.Length, part.Length - _at);
                part.AsSpan(_at, taken).CopyTo(buffer);
                _at += taken;
                return taken;
            }

            return 0;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
