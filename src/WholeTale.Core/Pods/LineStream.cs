using System.Text;

namespace WholeTale.Core.Pods;

/// <summary>Takes bytes as they come and tells whole lines; what ends without a line feed is told at the end.</summary>
internal sealed class LineStream(Action<string> tell) : Stream
{
    private readonly Decoder decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetDecoder();
    private readonly StringBuilder line = new();

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // A character may be cut in two by a frame's end: the decoder keeps its beginning.
        Span<char> characters = buffer.Length <= 4096 ? stackalloc char[buffer.Length + 1] : new char[buffer.Length + 1];
        foreach (var character in characters[..decoder.GetChars(buffer, characters, flush: false)])
        {
            if (character == '\n')
                End();
            else
                line.Append(character);
        }
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && line.Length > 0)
            End();
        base.Dispose(disposing);
    }

    private void End()
    {
        if (line.Length > 0 && line[^1] == '\r')
            line.Length--;
        tell(line.ToString());
        line.Clear();
    }
}
