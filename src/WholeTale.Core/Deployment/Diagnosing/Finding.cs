using System.Text.Json.Nodes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>Something that will not heal by itself, as long as it stays.</summary>
/// <param name="Item">The object that shows it.</param>
/// <param name="Container">The container; empty where none is concerned.</param>
/// <param name="Reason">A word for scripts; findings of the same object, container and reason are the same finding.</param>
/// <param name="Message">What failed and why.</param>
/// <param name="Advice">What to do.</param>
/// <param name="HasLog">Whether the container has run, so that its log says more.</param>
/// <param name="Grace">How long it is given to pass; null for as long as other findings are.</param>
/// <param name="NeedsNode">Whether another node would heal it, and no autoscaler has said that none comes.</param>
internal sealed record Finding(
    JsonObject Item, string Container, string Reason, string Message, string Advice, bool HasLog = false, TimeSpan? Grace = null, bool NeedsNode = false)
{
    /// <summary>The grace of what only its controller may call a failure: it is told, and ends nothing.</summary>
    internal static readonly TimeSpan Unlimited = TimeSpan.MaxValue;

    internal string Key => $"{Kubernetes.ObjectFields.Uid(Item)}/{Container}/{Reason}";

    /// <summary>How long it is given to pass since it was found first.</summary>
    /// <param name="least">What every finding is given.</param>
    /// <param name="addsNodes">Whether the cluster adds nodes of its own accord.</param>
    internal TimeSpan GraceOn(TimeSpan least, bool addsNodes)
    {
        var grace = NeedsNode && addsNodes ? NodeScaling.Patience : Grace ?? TimeSpan.Zero;
        return grace > least ? grace : least;
    }
}
