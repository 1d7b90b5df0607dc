using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace WholeTale.Gke.Failures;

/// <summary>What an error carries beside its text: a <c>google.rpc.Status</c> with details, in the trailer <c>grpc-status-details-bin</c> (AIP-193).</summary>
internal sealed class RichStatus
{
    private const string Trailer = "grpc-status-details-bin";

    private readonly IReadOnlyList<Any> details;

    private RichStatus(IReadOnlyList<Any> details) => this.details = details;

    /// <summary>Which error it is, in which domain: <c>SERVICE_DISABLED</c> of <c>googleapis.com</c>; null where it does not say.</summary>
    internal ErrorInfo? Info => First<ErrorInfo>(ErrorInfo.Descriptor);

    /// <summary>Which quota is used up, and by how much.</summary>
    internal QuotaFailure? Quota => First<QuotaFailure>(QuotaFailure.Descriptor);

    /// <summary>What must hold before the request can be done.</summary>
    internal PreconditionFailure? Precondition => First<PreconditionFailure>(PreconditionFailure.Descriptor);

    /// <summary>Which fields of the request are wrong.</summary>
    internal BadRequest? BadRequest => First<BadRequest>(BadRequest.Descriptor);

    /// <summary>Where to read on.</summary>
    internal Help? Help => First<Help>(Help.Descriptor);

    internal static RichStatus Of(RpcException exception)
    {
        try
        {
            return exception.Trailers.GetValueBytes(Trailer) is { } bytes ? new RichStatus(Google.Rpc.Status.Parser.ParseFrom(bytes).Details) : new RichStatus([]);
        }
        catch (InvalidProtocolBufferException)
        {
            // The code and the text are there all the same.
            return new RichStatus([]);
        }
    }

    internal static RichStatus Of(Google.Rpc.Status status) => new(status.Details);

    private T? First<T>(MessageDescriptor descriptor)
        where T : class, IMessage<T>, new()
    {
        foreach (var detail in details.Where(detail => detail.Is(descriptor)))
        {
            if (detail.TryUnpack<T>(out var unpacked))
                return unpacked;
        }

        return null;
    }
}
