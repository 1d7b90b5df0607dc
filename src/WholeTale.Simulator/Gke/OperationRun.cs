using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke.Messages;
using Google.Rpc;

namespace WholeTale.Simulator.Gke;

/// <summary>A long-running operation: waits, tells how far it is, and does its work at the end; or fails, hangs or is cancelled.</summary>
internal sealed class OperationRun : IDisposable
{
    private readonly Lock _gate;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cancelled = new();

    public OperationRun(Operation description, ResourceName target, Lock gate, TimeProvider time)
    {
        Description = description;
        Target = target;
        _gate = gate;
        _time = time;
    }

    /// <summary>What Google says of it. Changed and read under the project's lock.</summary>
    public Operation Description { get; }

    /// <summary>The cluster that it works on.</summary>
    public ResourceName Target { get; }

    public bool IsDone => Description.Status == Operation.Types.Status.Done;

    /// <summary>Carries the operation out.</summary>
    /// <param name="stages">The names of its metrics, each of so many steps.</param>
    /// <param name="step">How long a step takes.</param>
    /// <param name="fault">What goes wrong; null for nothing.</param>
    /// <param name="work">What is done at its end.</param>
    /// <param name="failed">Told of what went wrong, under the lock.</param>
    public async Task RunAsync(IReadOnlyList<(string Name, int Steps)> stages, TimeSpan step, FaultRule? fault, Func<Task> work, Action<Status> failed)
    {
        try
        {
            await PauseAsync(step);
            Change(operation => operation.Status = Operation.Types.Status.Running);
            for (var stage = 0; stage < stages.Count; stage++)
            {
                for (var done = 0; done < stages[stage].Steps; done++)
                {
                    Tell(stages, stage, done);
                    await PauseAsync(step);
                    // Half of the way is where things go wrong.
                    if (fault is not null && stage >= stages.Count / 2)
                        await StrikeAsync(fault);
                }
            }

            await work();
            End(null, failed);
        }
        catch (GoogleError error)
        {
            End(error.Status, failed);
        }
        catch (OperationCanceledException)
        {
            End(new Status { Code = (int)Code.Cancelled, Message = $"Operation {Description.Name} was cancelled by the user." }, failed);
        }
    }

    /// <summary>Asks it to stop; called under the lock.</summary>
    public void Cancel()
    {
        if (IsDone)
            return;
        Description.Status = Operation.Types.Status.Aborting;
        _cancelled.Cancel();
    }

    public void Dispose() => _cancelled.Dispose();

    public static string Now(TimeProvider time) => Timestamp.FromDateTimeOffset(time.GetUtcNow()).ToString().Trim('"');

    private Task StrikeAsync(FaultRule fault) => fault.Action == "hang" ? Task.Delay(Timeout.InfiniteTimeSpan, _cancelled.Token) : throw new GoogleError(
        GoogleError.OfHttp(fault.Status ?? 500), fault.Message ?? "Google Compute Engine: an internal error has occurred.", fault.Reason is { } reason ? [new ErrorInfo { Reason = reason, Domain = SimulatedProject.Service }] : []);

    private Task PauseAsync(TimeSpan step) => step > TimeSpan.Zero ? Task.Delay(step, _time, _cancelled.Token) : Task.CompletedTask;

    private void Tell(IReadOnlyList<(string Name, int Steps)> stages, int current, int done) => Change(operation =>
    {
        operation.Progress = new OperationProgress { Name = operation.Name, Status = Operation.Types.Status.Running };
        for (var stage = 0; stage < stages.Count; stage++)
        {
            operation.Progress.Metrics.Add(new OperationProgress.Types.Metric { Name = stages[stage].Name, IntValue = stage < current ? stages[stage].Steps : stage == current ? done : 0 });
            operation.Progress.Metrics.Add(new OperationProgress.Types.Metric { Name = stages[stage].Name + "_TOTAL", IntValue = stages[stage].Steps });
        }
    });

    private void End(Status? error, Action<Status> failed)
    {
        lock (_gate)
        {
            if (error is not null)
            {
                Description.Error = error;
                Description.StatusMessage = error.Message;
                failed(error);
            }

            Description.Status = Operation.Types.Status.Done;
            Description.EndTime = Now(_time);
        }
    }

    private void Change(Action<Operation> change)
    {
        lock (_gate)
        {
            if (Description.Status != Operation.Types.Status.Aborting)
                change(Description);
        }
    }
}
