using System.Text.Json.Nodes;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tales;

/// <summary>One tale's wait for readiness, or for being gone. What looks hopeless is given a short grace before it is told, and more where that is asked for.</summary>
internal sealed class TaleWait(string name, TimeProvider time, TimeSpan grace) : IDisposable
{
    private readonly TaskCompletionSource<JsonObject> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private TaskCompletionSource<Finding> hopeless = NewHopeless();
    private Finding? trouble;
    private long since;
    private ITimer? timer;

    /// <summary>The name that the tale's objects share.</summary>
    public string Name => name;

    /// <summary>Ends with the pod when it is ready, with <see cref="TaleTroubleException"/> when it is gone.</summary>
    public Task<JsonObject> Ready => ready.Task;

    /// <summary>Ends with what has used up its grace. The wait goes on, where that is given more.</summary>
    public Task<Finding> Hopeless
    {
        get
        {
            lock (gate)
                return hopeless.Task;
        }
    }

    /// <summary>What is wrong at the moment; null where nothing is.</summary>
    public Finding? Trouble
    {
        get
        {
            lock (gate)
                return trouble;
        }
    }

    /// <summary>Since when that has been so.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (gate)
                return trouble is null ? TimeSpan.Zero : time.GetElapsedTime(since);
        }
    }

    /// <summary>Its pod as it was told last; null before there is one.</summary>
    public JsonObject? Pod { get; private set; }

    /// <summary>Ends when the Deployment is gone.</summary>
    public Task Gone => gone.Task;

    /// <summary>What it is waiting for, in a few words.</summary>
    public string Status { get; private set; } = "waiting for its pod";

    /// <summary>Pods (by uid) that do not count: those from before a change.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>();

    public void NotePod(JsonObject pod)
    {
        if (pod.IsDeleting() || Ignored.Contains(pod.Uid()))
            return;
        if (pod.Condition("Ready").Text("status") == "True")
        {
            Settle(null);
            ready.TrySetResult(pod);
            return;
        }
        Pod = pod;
        var found = TaleDiagnosis.Judge(pod);
        Status = pod.Text("status", "phase") == "Running" ? "waiting for its port"
            : found?.Reason == "Unschedulable" ? "waiting for a node with room"
            : "waiting for its pod to start";
        Settle(found);
    }

    /// <summary>Takes note of what only events tell of its pod, until the pod says something itself.</summary>
    public void Suspect(Finding seen)
    {
        lock (gate)
        {
            if (trouble is null)
                Settle(seen);
        }
    }

    public void NoteDeployment(JsonObject deployment)
    {
        if (TaleDiagnosis.JudgeDeployment(deployment) is { } refused)
            Settle(refused);
    }

    public void NoteGone(JsonObject deployment)
    {
        gone.TrySetResult();
        Fail(new TaleTroubleException(new Finding(
            deployment, "", "Deleted", $"The tale {name} was deleted by somebody else while it was started.", "See who removes tales, then start it again.")));
    }

    /// <summary>The watch has ended: nothing more will be told.</summary>
    public void Break(Exception exception)
    {
        Fail(exception);
        if (gone.TrySetException(exception))
            _ = gone.Task.Exception;
    }

    public void Fail(Exception exception)
    {
        // Nobody may be waiting for readiness; then the exception has been seen.
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

    /// <summary>Gives something hopeless more time. What is wrong in its place by now has its own.</summary>
    public void Allow(Finding finding, TimeSpan left)
    {
        lock (gate)
        {
            hopeless = NewHopeless();
            Await(trouble?.Key == finding.Key ? left : grace - time.GetElapsedTime(since));
        }
    }

    // The same trouble goes on waiting out its grace; another one begins anew, and one that has passed is forgotten.
    private void Settle(Finding? now)
    {
        lock (gate)
        {
            var same = now is not null && now.Key == trouble?.Key;
            trouble = now;
            if (same)
                return;
            since = time.GetTimestamp();
            Await(grace);
        }
    }

    private void Await(TimeSpan left)
    {
        timer?.Dispose();
        timer = trouble is null ? null : time.CreateTimer(Expire, trouble.Key, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Expire(object? key)
    {
        lock (gate)
        {
            if (trouble?.Key == (string?)key)
                hopeless.TrySetResult(trouble!);
        }
    }

    private static TaskCompletionSource<Finding> NewHopeless() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
