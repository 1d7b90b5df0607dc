using Microsoft.AspNetCore.Http.Features;

namespace WholeTale.Simulator.Faults;

/// <summary>Lets some of an answer through and then breaks it (<c>break</c>: reset; <c>drop</c>: a clean end; <c>stall</c>: silence).</summary>
internal sealed class StreamFault(Stream inner, FaultRule rule, HttpContext context) : Stream
{
    private long _left = rule.Bytes ?? 0;
    private readonly CancellationTokenSource _ended = new();
    private bool _struck;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static async Task RunAsync(HttpContext context, RequestDelegate next, FaultRule rule, TimeProvider time)
    {
        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var faulty = new StreamFault(original.Stream, rule, context);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(faulty, original));
        using var broken = rule.Milliseconds is { } delay
            ? time.CreateTimer(_ => faulty.Strike(), null, TimeSpan.FromMilliseconds(delay), Timeout.InfiniteTimeSpan)
            : null;
        var aborted = context.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, faulty._ended.Token);
        context.RequestAborted = either.Token;
        try
        {
            // A known length could not be kept.
            context.Response.OnStarting(() =>
            {
                context.Response.ContentLength = null;
                return Task.CompletedTask;
            });
            await next(context);
            // Who answers is done, but the end of the answer is never said either: the client gives up.
            if (faulty._struck && rule.Action == "stall")
                await Task.Delay(Timeout.InfiniteTimeSpan, aborted);
        }
        catch (Exception exception) when (faulty._struck && exception is IOException or OperationCanceledException)
        {
            // The handler ends because its stream has: as it was asked.
        }
        finally
        {
            context.RequestAborted = aborted;
            context.Features.Set(original);
        }
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_struck && rule.Action == "stall")
            return;
        if (_struck)
            throw new IOException("simulated fault: the stream is broken");
        // Without a byte count, a timer decides when it breaks.
        if (rule.Bytes is null && rule.Milliseconds is not null)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        var through = (int)Math.Min(_left, buffer.Length);
        _left -= through;
        await inner.WriteAsync(buffer[..through], cancellationToken);
        if (through == buffer.Length)
            return;
        await inner.FlushAsync(cancellationToken);
        Strike();
        if (rule.Action != "stall")
            throw new IOException("simulated fault: the stream is broken");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _ended.Dispose();
        base.Dispose(disposing);
    }

    private void Strike()
    {
        _struck = true;
        if (rule.Action == "break")
            context.Abort();
        else if (rule.Action == "drop")
            _ended.Cancel();
    }
}
