namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>What the cluster itself tries again: most of what keeps a volume away passes with one of the next attempts.</summary>
internal static class Retries
{
    /// <summary>Kubelets and provisioners try again after 0.5 s or 1 s, then after twice as long each time: seven attempts or eight.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // The gRPC codes are those after which external-provisioner takes an operation for unfinished. What is new on a node is not known to its kubelet yet: objects of pods, drivers.
    private static readonly string[] Passing =
    [
        "timed out waiting for the condition", "context deadline exceeded", "code = DeadlineExceeded", "code = Unavailable", "code = Aborted", "code = Canceled",
        "list of registered CSI drivers", " not registered", "RESOURCE_IN_USE",
    ];

    /// <summary>The grace of a failure: longer where its message is one of those that pass; null for as long as others are given.</summary>
    internal static TimeSpan? Grace(string message) => Passing.Any(words => message.Contains(words, StringComparison.Ordinal)) ? Patience : null;
}
