using Grpc.Core;

namespace Google.Cloud.Container.V1;

/// <summary>Builds a client over a call invoker, as the package's builder of this name does: with the package this file goes.</summary>
internal sealed class ClusterManagerClientBuilder
{
    /// <summary>What sends the calls: trust, credentials and deadlines are its business.</summary>
    internal CallInvoker? CallInvoker { get; set; }

    internal ClusterManagerClient Build() => new(CallInvoker ?? throw new InvalidOperationException("The client has no call invoker. Set CallInvoker before Build."));
}
