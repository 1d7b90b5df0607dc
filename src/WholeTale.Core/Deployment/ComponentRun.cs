using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>One component on its way: makes what runs nothing, waits for the components it depends on, applies the rest at once, waits until all is ready or hopeless.</summary>
internal sealed class ComponentRun(PlannedComponent component, RunContext context)
{
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(1);

    private readonly Dictionary<PlannedObject, AppliedResult> results = [];
    private readonly TaskCompletionSource prepared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> applied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ComponentStatus status = ComponentStatus.Pending;
    private string message = "";
    private int arrived;

    internal PlannedComponent Component => component;

    /// <summary>Ends with whether the component is ready; never fails.</summary>
    internal Task<bool> Done => done.Task;

    /// <summary>Why it failed; null while it has not.</summary>
    internal WholeTaleException? Failure { get; private set; }

    internal ComponentState State => new(component.Name, status, ReadyCount(component, context.Live), message);

    /// <summary>What became of its objects; what was not reached is left out.</summary>
    internal IReadOnlyList<AppliedObject> Objects
    {
        get
        {
            lock (results)
                return [.. component.Objects.Where(results.ContainsKey).Select(planned => planned.Row(results[planned]))];
        }
    }

    internal async Task RunAsync(IReadOnlyList<ComponentRun> needed, CancellationToken cancellationToken)
    {
        using var early = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var arrival = Task.CompletedTask;
        try
        {
            await PrepareAsync(needed, cancellationToken);
            if (!context.Options.NoWait && component.Objects.All(results.ContainsKey))
                arrival = ArriveEarlyAsync(needed, early.Token);
            foreach (var other in needed)
            {
                Tell(ComponentStatus.Pending, $"waits for {other.Component.Name}");
                if (await other.Done.WaitAsync(cancellationToken))
                    continue;
                Tell(ComponentStatus.Pending, $"not deployed, because {other.Component.Name} failed", ended: true);
                return;
            }

            using var span = Telemetry.Source.StartActivity("component");
            span?.SetTag("component", component.Name);
            Tell(ComponentStatus.Progressing, "applying");
            await ApplyAsync([.. component.Objects.Where(planned => !results.ContainsKey(planned))], cancellationToken);
            prepared.TrySetResult();
            applied.TrySetResult(true);
            if (!context.Options.NoWait)
                await WaitAsync(cancellationToken);
            Tell(context.Options.NoWait ? Momentary() : ComponentStatus.Ready, "", ended: true);
            done.TrySetResult(true);
            Arrive();
        }
        catch (WholeTaleException exception)
        {
            Failure = exception is ApiException { StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity } refused ? Refused(component.Name, refused, context.Redact) : exception;
            Tell(ComponentStatus.Failed, exception.Message, ended: true);
        }
        finally
        {
            prepared.TrySetResult();
            applied.TrySetResult(false);
            done.TrySetResult(false);
            await early.CancelAsync();
            await arrival.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Why it failed, as data; null while it has not.</summary>
    internal Diagnosis? Diagnosis => Failure is null ? null : Diagnosis.From(component.Name, Failure);

    /// <summary>How many pods of a component are ready, e.g. <c>1/1</c>; empty where it has none.</summary>
    internal static string ReadyCount(PlannedComponent component, LiveObjects live)
    {
        long wanted = 0, ready = 0;
        foreach (var planned in component.Objects)
        {
            if (planned.Reference.Type.Kind is not ("Deployment" or "StatefulSet" or "DaemonSet"))
                continue;
            var item = live.Find(planned.Reference);
            wanted += item.Number("status", "desiredNumberScheduled") ?? item.Number("spec", "replicas") ?? 1;
            ready += item.Number("status", "numberReady") ?? item.Number("status", "readyReplicas") ?? 0;
        }

        return wanted == 0 ? "" : $"{ready}/{wanted}";
    }

    // A disk or a load balancer of a cloud takes minutes: nothing keeps it from being made while what is needed starts. What exists already may be in use, so it changes in its turn.
    private async Task PrepareAsync(IReadOnlyList<ComponentRun> needed, CancellationToken cancellationToken)
    {
        if (needed.All(other => other.Done.IsCompleted))
            return;
        var early = component.Objects.Where(planned => !planned.Runs && !IngressReadiness.LooksAtPods(planned.Manifest) && context.Live.Find(planned.Reference) is null).ToList();
        if (early.Count == 0)
            return;
        Tell(ComponentStatus.Pending, "makes what it will need");
        var doors = early.Where(planned => planned.Reference.Type == ResourceTypes.Ingress).ToList();
        await ApplyAsync([.. early.Except(doors)], cancellationToken);
        prepared.TrySetResult();
        if (doors.Count == 0)
            return;

        // A controller that finds no Service behind a door complains.
        foreach (var other in needed)
            await other.prepared.Task.WaitAsync(cancellationToken);
        await ApplyAsync(doors, cancellationToken);
    }

    // All that it consists of was made early. It is there when that is ready and the components behind it start, since what those need is there then, too: the certificate's Secret.
    private async Task ArriveEarlyAsync(IReadOnlyList<ComponentRun> needed, CancellationToken cancellationToken)
    {
        foreach (var other in needed)
        {
            if (!await other.applied.Task.WaitAsync(cancellationToken))
                return;
        }

        using var own = ListenToOwn();
        while (true)
        {
            var changed = own.Changed;
            if (FirstNotReady() is null)
                break;
            await changed.WaitAsync(cancellationToken);
        }

        Arrive();
    }

    private void Arrive()
    {
        if (Interlocked.Exchange(ref arrived, 1) == 0)
            context.Arrived(component.Name);
    }

    private ObjectListener ListenToOwn() =>
        context.Live.Listen(component.Objects.Select(planned => planned.Reference), component.Objects.SelectMany(planned => ReadinessRules.Needs(planned.Reference.Type)));

    private Task ApplyAsync(IReadOnlyList<PlannedObject> objects, CancellationToken cancellationToken) => Task.WhenAll(objects.Select(planned => ApplyAsync(planned, cancellationToken)));

    private async Task ApplyAsync(PlannedObject planned, CancellationToken cancellationToken)
    {
        var began = context.Journal.Now;
        using var span = Telemetry.Source.StartActivity("apply");
        span?.SetTag("object", planned.Reference.ToString());
        var result = AppliedResult.Failed;
        try
        {
            result = await context.Applier.ApplyAsync(planned, what => Tell(ComponentStatus.Progressing, what), cancellationToken);
        }
        finally
        {
            span?.SetTag("result", result.ToString());
            Keep(planned, result);
            context.Journal.Wrote(planned, began, result);
        }
    }

    private void Keep(PlannedObject planned, AppliedResult result)
    {
        lock (results)
            results[planned] = result;
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var began = context.Time.GetTimestamp();
        var suspicion = new Suspicion(component, context);
        var anew = context.Applier.TryAnew([.. component.Objects.Where(IsUnchanged)]);
        using var own = ListenToOwn();
        long? failed = null;
        while (true)
        {
            var (changed, ownChanged) = (context.Live.Changed, own.Changed);
            context.Live.ThrowIfFailed();
            var waiting = FirstNotReady();
            if (waiting is null)
                return;
            context.Watch();

            var limit = waiting.Value.Object.Reference.Type == ResourceTypes.Ingress ? context.AddressLimit : context.ComponentLimit;
            var (waitingFor, patience) = (waiting.Value.State, Shorter(context.Deadline.Remaining, limit.Length - context.Time.GetElapsedTime(began)));
            var isOver = waitingFor.Phase == ReadinessPhase.Failed || patience <= TimeSpan.Zero;
            if (waitingFor.Phase == ReadinessPhase.Failed)
            {
                // Why it failed may be on its way still.
                failed ??= context.Time.GetTimestamp();
                patience = Shorter(patience, context.Settings.FailureGrace - context.Time.GetElapsedTime(failed.Value));
            }

            if (isOver)
                await context.KnowCausesAsync(cancellationToken);
            if (suspicion.Look(changed, isOver) is { } hopeless && !await context.Applier.MakeWayAsync(hopeless, cancellationToken) && !await anew.TryAsync(hopeless, cancellationToken)
                && !await suspicion.MayHealAsync(hopeless, cancellationToken))
                throw new NotReadyException(await context.Diagnosis.DescribeAsync(component, hopeless, cancellationToken));
            if (patience <= TimeSpan.Zero && await context.Applier.RefreshAsync(component.Objects, cancellationToken))
                continue;
            if (patience <= TimeSpan.Zero)
            {
                throw new NotReadyException(suspicion.Findings.Count > 0
                    ? await context.Diagnosis.DescribeAsync(component, suspicion.Findings[0], cancellationToken)
                    : await GiveUpAsync(waitingFor, limit, began, cancellationToken));
            }

            Tell(ComponentStatus.Progressing, suspicion.Findings.Count > 0 ? suspicion.Findings[0].Message : waitingFor.Message);

            // What others do may explain a failure: it is looked at now and then, and says nothing of readiness.
            await WaitForChangeAsync(suspicion.HasSeen(changed) ? changed : ownChanged, Longer(Shorter(patience, suspicion.Due(changed)), Blink), cancellationToken);
        }
    }

    private async Task<Diagnosis> GiveUpAsync(ReadinessState state, TimeLimit limit, long began, CancellationToken cancellationToken)
    {
        var diagnosis = await context.Diagnosis.DescribeTimeoutAsync(component, state.Message, context.Time.GetElapsedTime(began), limit.Source, cancellationToken);
        return state.Phase == ReadinessPhase.Failed && diagnosis.Reason == "TimedOut"
            ? diagnosis with { Reason = "Failed", Message = context.Redact($"Component {component.Name} failed: {state.Message.TrimEnd('.')}."), Advice = "See the events and the log." }
            : context.Deadline.IsOver
            ? diagnosis with { Message = $"{diagnosis.Message} With that, {context.Deadline.Words} is over.", Advice = $"See the events and the log, or allow more time by {context.Deadline.Source}." }
            : diagnosis;
    }

    private async Task WaitForChangeAsync(Task changed, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(patience, context.Time, enough.Token));
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private (PlannedObject Object, ReadinessState State)? FirstNotReady()
    {
        (PlannedObject, ReadinessState)? first = null;
        foreach (var planned in component.Objects)
        {
            var state = ReadinessRules.Evaluate(planned.Reference, context.Live);

            // A Deployment that ran out of its time before this deploy is given another chance.
            if (state.Phase == ReadinessPhase.Failed && planned.Reference.Type == ResourceTypes.Deployment && IsUnchanged(planned))
                state = state with { Phase = ReadinessPhase.Waiting };
            if (state.Phase == ReadinessPhase.Failed)
                return (planned, state);
            if (state.Phase == ReadinessPhase.Waiting)
                first ??= (planned, state);
        }

        return first;
    }

    private bool IsUnchanged(PlannedObject planned)
    {
        lock (results)
            return results.GetValueOrDefault(planned, AppliedResult.Failed) == AppliedResult.Unchanged;
    }

    /// <summary>What the server's rules refuse is the component's matter as much as a pod that fails: quotas, admission rules, limits.</summary>
    internal static ApiException Refused(string component, ApiException exception, Func<string, string> redact) => new(
        exception.StatusCode, exception.Reason, exception.Status, exception.Kind, exception.Target, redact($"Component {component} cannot be deployed: {exception.Explanation}"), exception.Advice, exception);

    private ComponentStatus Momentary() => FirstNotReady() is null ? ComponentStatus.Ready : ComponentStatus.Progressing;

    private void Tell(ComponentStatus now, string what, bool ended = false)
    {
        // Objects' conditions and refusals quote what they are about.
        what = context.Redact(what);
        if (status == now && message == what && !ended)
            return;
        status = now;
        message = what;
        context.Journal.Enter(component.Name, now, what);
        if (ended)
            context.Progress.Report(new MilestoneReport(what.Length > 0 ? $"{component.Name}: {now}, {what}" : $"{component.Name}: {now}"));
        context.Progress.Report(new ProgressReport(
            context.Activity, component.Name, what.Length > 0 ? what : now.ToString(), now == ComponentStatus.Ready ? 100 : -1, ended));
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
