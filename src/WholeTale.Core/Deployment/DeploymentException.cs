using WholeTale.Core.Clusters;

namespace WholeTale.Core.Deployment;

/// <summary>A deploy, an undo or a removal cannot be done, or not now.</summary>
public sealed class DeploymentException(string errorId, FailureKind kind, string? target, string message, string? advice = null, Exception? innerException = null)
    : WholeTaleException(errorId, kind, target, message, advice, innerException)
{
    /// <summary>The time for the whole was over before a deploy had begun.</summary>
    /// <param name="cluster">Whose server did not answer.</param>
    /// <param name="deadline">The time.</param>
    /// <param name="lacking">What the server had not done yet, and what that means.</param>
    internal static DeploymentException NotBegun(Cluster cluster, Deadline deadline, string lacking) => new(
        "NotBegun", FailureKind.TimedOut, cluster.Name, $"The deploy to {cluster.Namespace} was not begun, because {deadline.Words} was over before {cluster.Name} had {lacking}.",
        $"See that the cluster's API server answers (Test-WholeTale -Name Api), or allow more time by {deadline.Source}.");
}
