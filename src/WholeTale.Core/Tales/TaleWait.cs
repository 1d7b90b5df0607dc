using System.Text.Json.Nodes;
using WholeTale.Core.Deployment;

namespace WholeTale.Core.Tales;

/// <summary>One tale's wait for readiness, or for being gone. What looks hopeless is given a short grace before it counts.</summary>
internal sealed class TaleWait(string name, TimeProvider time, TimeSpan grace) : IDisposable
{
    private readonly TaskCompletionSource<JsonObject> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private Diagnosis? trouble;
    private ITimer? timer;
    private long generation;

    /// <summary>The name that the tale's objects share.</summary>
    public string Name => name;

    /// <summary>Ends with the pod when it is ready, with <see cref="NotReadyException"/> when it will not be.</summary>
    public Task<JsonObject> Ready => ready.Task;

    /// <summary>Ends when the Deployment is gone.</summary>
    public Task Gone => gone.Task;

    /// <summary>What it is waiting for, in a few words.</summary>
    public string Status { get; private set; } = "waiting for its pod";

    /// <summary>Pods (by uid) that do not count: those from before a change.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>();

    public void NotePod(JsonObject pod)
    {
        if (pod["metadata"]?["deletionTimestamp"] is not null || Ignored.Contains((string)pod["metadata"]!["uid"]!))
            return;
        var state = TalePodState.Of(pod);
        Status = state.Status;
        if (state.IsReady)
        {
            Settle(null);
            ready.TrySetResult(pod);
        }
        else
        {
            Settle(state.Trouble);
        }
    }

    public void NoteDeployment(JsonObject deployment)
    {
        // A quota or an admission rule that refuses the pod is told by the Deployment alone.
        if (TalePodState.Refusal(deployment) is { } refusal)
            Settle(refusal);
    }

    public void NoteGone()
    {
        gone.TrySetResult();
        Fail(new NotReadyException(new Diagnosis
        {
            Component = "tale",
            Object = $"Deployment {name}",
            Reason = "Deleted",
            Message = $"The tale {name} was deleted while it was started.",
            Advice = "See who removes tales, then start it again.",
        }));
    }

    public void Fail(Exception exception)
    {
        if (ready.TrySetException(exception))
            _ = ready.Task.Exception;
    }

    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
        }
    }

    private void Settle(Diagnosis? now)
    {
        lock (gate)
        {
            if (now?.Reason == trouble?.Reason && now is not null)
            {
                trouble = now;
                return;
            }
            generation++;
            trouble = now;
            timer?.Dispose();
            timer = null;
            if (now is null)
                return;
            if (grace == TimeSpan.Zero)
            {
                Fail(new NotReadyException(now));
                return;
            }
            var begun = generation;
            timer = time.CreateTimer(_ => Expire(begun), null, grace, Timeout.InfiniteTimeSpan);
        }
    }

    private void Expire(long begun)
    {
        Diagnosis? found;
        lock (gate)
            found = generation == begun ? trouble : null;
        if (found is not null)
            Fail(new NotReadyException(found));
    }
}
