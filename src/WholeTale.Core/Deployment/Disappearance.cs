using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Waits until deleted objects are gone, and says what holds up those that are not.</summary>
internal sealed class Disappearance(LiveObjects live, TimeSpan patience, TimeProvider time)
{
    internal async Task WaitAsync(IReadOnlyList<PlannedObject> objects, Action<string> tell, CancellationToken cancellationToken)
    {
        using var own = live.Listen(objects.Select(planned => planned.Reference), []);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timeUp = Task.Delay(patience, time, enough.Token);
        try
        {
            while (true)
            {
                var changed = own.Changed;
                live.ThrowIfFailed();

                // One of the same name with another uid is somebody's new object: ours is gone.
                var left = objects.Where(planned => live.Find(planned.Reference) is { } item && item.Uid() == planned.Manifest.Uid()).ToList();
                if (left.Count == 0)
                    return;
                tell($"waits for {Described(left[0])}{(left.Count > 1 ? $" and {left.Count - 1} more" : "")}");
                if (timeUp.IsCompletedSuccessfully)
                    throw Stuck(left);
                await Task.WhenAny(changed, timeUp);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await enough.CancelAsync();
        }
    }

    private DeploymentException Stuck(List<PlannedObject> left) => new(
        "RemovalStuck", FailureKind.TimedOut, left[0].Reference.ToString(), $"After {ComponentDiagnosis.Words(patience)} these are still there: {string.Join("; ", left.Select(Described))}.",
        "See that the controllers named run and do their work, then repeat the command.");

    private string Described(PlannedObject planned)
    {
        var holders = Finalizers.Of(live.Find(planned.Reference));
        return holders.Count == 0 ? $"{planned.Reference}" : $"{planned.Reference} (held by {string.Join(", ", holders)})";
    }
}
