using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tales;

/// <summary>Finds out whether a tale may come up still, and puts into words why it does not, as a deploy does for a component, with events and log.</summary>
internal sealed class TaleDiagnosis(ApiClient api, Cluster cluster, TimeProvider time, TimeSpan grace)
{
    /// <summary>Many tales may fail at once for one reason: what was read a moment ago serves them all.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private static readonly PlannedComponent Component = new(Labels.Tale, [], []);

    private readonly Lock gate = new();
    private Task<TaleEvents>? events;
    private Task<bool>? scaling;
    private long read;

    /// <summary>How much longer something is given to pass, of which its grace is over; none where it is hopeless. With the events the same trouble may be told better, e.g. why an image was not pulled.</summary>
    /// <param name="finding">What the pod says by itself.</param>
    /// <param name="age">Since when it has been found.</param>
    /// <param name="others">Other pods that something is wrong with.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(Finding Finding, TimeSpan Left)> ReviewAsync(Finding finding, TimeSpan age, Func<IEnumerable<JsonObject>> others, CancellationToken cancellationToken)
    {
        if (finding.Item.Kind() != "Pod")
            return (finding, TimeSpan.Zero);
        var live = await EventsOfAsync(finding.Item, others, cancellationToken);
        // A node is on its way. Should it not come, the events alone say so: they are looked at again.
        if (PodFindings.Find(finding.Item, live).FirstOrDefault(found => found.Container == finding.Container) is not { } seen)
            return (finding, NodeScaling.Patience);
        return (seen, seen.GraceOn(grace, seen.NeedsNode && await AddsNodesAsync().WaitAsync(cancellationToken)) - age);
    }

    /// <summary>Looks what the events say of a pod that says nothing itself: that a volume cannot be mounted, that it does not answer its probe. Null where nothing is wrong.</summary>
    public async Task<Finding?> LookAsync(JsonObject pod, CancellationToken cancellationToken) => Judge(pod, await EventsOfAsync(pod, () => [], cancellationToken));

    /// <summary>Describes a finding. Never the token, nor the user's key.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="secrets">What only the tale may know, which is masked; null where that is not known, and then no log is shown.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<NotReadyException> DescribeAsync(Finding finding, IReadOnlyList<Secret>? secrets, CancellationToken cancellationToken)
    {
        var diagnosis = new ComponentDiagnosis(api, await EventsOfAsync(finding.Item, () => [], cancellationToken), Mask);
        return new NotReadyException(await diagnosis.DescribeAsync(Component, secrets is null ? finding with { HasLog = false } : finding, cancellationToken));

        string Mask(string text) => (secrets ?? []).Where(secret => !secret.IsEmpty).Aggregate(text, (masked, secret) => masked.Replace(secret.Reveal(), Secret.Mask, StringComparison.Ordinal));
    }

    /// <summary>Judges a pod by what it says itself.</summary>
    public static Finding? Judge(JsonObject pod) => Judge(pod, Nothing);

    private static Finding? Judge(JsonObject pod, LiveObjects live)
    {
        // The Deployment comes first, since it owns the rest: scheduler and kubelet may look for the tale's claim and Secret a moment before they are there.
        var own = $"\"{pod.Label(TaleLabels.Tale)}\" not found";
        return PodFindings.Find(pod, live).FirstOrDefault(finding => !finding.Message.Contains(own, StringComparison.Ordinal));
    }

    /// <summary>Judges a Deployment: a quota or an admission rule that refuses its pod is told there alone.</summary>
    public static Finding? JudgeDeployment(JsonObject deployment) => WorkloadFindings.Find(deployment, Nothing).FirstOrDefault();

    private static readonly LiveObjects Nothing = new();

    private async Task<LiveObjects> EventsOfAsync(JsonObject item, Func<IEnumerable<JsonObject>> others, CancellationToken cancellationToken)
    {
        try
        {
            return (await EventsAsync().WaitAsync(cancellationToken)).Of(item, others);
        }
        catch (ApiException)
        {
            // Events make a diagnosis better; without them it is still one.
            return Nothing;
        }
    }

    private Task<TaleEvents> EventsAsync()
    {
        lock (gate)
        {
            if (events is null || events.IsFaulted || time.GetElapsedTime(read) > Fresh)
            {
                read = time.GetTimestamp();
                events = ReadAsync();
            }
            return events;
        }

        async Task<TaleEvents> ReadAsync() => new((await api.ListAsync(ResourceTypes.Event, cluster.Namespace, null, CancellationToken.None)).Items);
    }

    // Asked once for all tales, and only where one lacks a node.
    private Task<bool> AddsNodesAsync()
    {
        lock (gate)
            return scaling ??= NodeScaling.IsThereAsync(cluster, api, CancellationToken.None);
    }
}
