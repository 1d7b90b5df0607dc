using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tales;

/// <summary>Puts into words why a tale does not come up, as a deploy does for a component, with events and log.</summary>
internal sealed class TaleDiagnosis(ApiClient api, string @namespace, TimeProvider time)
{
    /// <summary>Many tales may fail at once for one reason: what was read a moment ago serves them all.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private static readonly PlannedComponent Component = new(Labels.Tale, [], []);

    private readonly Lock gate = new();
    private Task<ObjectList>? events;
    private long read;

    /// <summary>Describes a finding. Never the token, nor the user's key.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="secrets">What only the tale may know, which is masked; null where that is not known, and then no log is shown.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<NotReadyException> DescribeAsync(Finding finding, IReadOnlyList<Secret>? secrets, CancellationToken cancellationToken)
    {
        var live = new LiveObjects();
        try
        {
            foreach (var item in (await EventsAsync().WaitAsync(cancellationToken)).Items)
                live.Put(ResourceTypes.Event, item);
        }
        catch (ApiException)
        {
            // Events make a diagnosis better; without them it is still one.
        }
        // With the events the same trouble may be told better, e.g. why an image was not pulled.
        var better = finding.Item.Kind() == "Pod"
            ? PodFindings.Find(finding.Item, live).FirstOrDefault(found => found.Container == finding.Container) ?? finding
            : finding;
        if (secrets is null)
            better = better with { HasLog = false };
        var diagnosis = new ComponentDiagnosis(api, live, Mask);
        return new NotReadyException(await diagnosis.DescribeAsync(Component, better, cancellationToken));

        string Mask(string text) => (secrets ?? []).Where(secret => !secret.IsEmpty).Aggregate(text, (masked, secret) => masked.Replace(secret.Reveal(), Secret.Mask, StringComparison.Ordinal));
    }

    /// <summary>Judges a pod by what it says itself.</summary>
    public static Finding? Judge(JsonObject pod)
    {
        // The Deployment comes first, since it owns the rest: scheduler and kubelet may look for the tale's claim and Secret a moment before they are there.
        var own = $"\"{pod.Label(TaleLabels.Tale)}\" not found";
        return PodFindings.Find(pod, Nothing).FirstOrDefault(finding => !finding.Message.Contains(own, StringComparison.Ordinal));
    }

    /// <summary>Judges a Deployment: a quota or an admission rule that refuses its pod is told there alone.</summary>
    public static Finding? JudgeDeployment(JsonObject deployment) => WorkloadFindings.Find(deployment, Nothing).FirstOrDefault();

    private static readonly LiveObjects Nothing = new();

    private Task<ObjectList> EventsAsync()
    {
        lock (gate)
        {
            if (events is null || events.IsFaulted || time.GetElapsedTime(read) > Fresh)
            {
                read = time.GetTimestamp();
                events = api.ListAsync(ResourceTypes.Event, @namespace, null, CancellationToken.None);
            }
            return events;
        }
    }
}
