using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Kubelet;

/// <summary>Takes one container from phase to phase as far as it gets now, telling of it in the kubelet's words.</summary>
internal sealed class ContainerStep(World world)
{
    // kubelet's ErrPostStartHook.
    private const string HookError = "PostStartHookError";

    private readonly ImagePull _images = new(world);

    /// <returns>When there is more to do; null when nothing but a change of the pod brings more.</returns>
    public DateTimeOffset? Advance(StoredObject stored, JsonObject content, ContainerRun container, DateTimeOffset now)
    {
        while (true)
        {
            if (container.Due > now)
                return container.Due;
            container.Due = null;
            var before = container.Phase;
            switch (before)
            {
                case ContainerPhase.New or ContainerPhase.Pulling or ContainerPhase.PullFailed:
                    _images.Advance(stored, content, container, now);
                    break;
                case ContainerPhase.Creating or ContainerPhase.ConfigError:
                    Create(stored, content, container, now);
                    break;
                case ContainerPhase.Running:
                    return Run(stored, content, container, now) is { } due ? due : container.Phase == ContainerPhase.Running ? null : Advance(stored, content, container, now);
                case ContainerPhase.BackOff when container.WaitReason == HookError && container.Restarts > 0:
                    BackOff(stored, content, container, now);
                    break;
                case ContainerPhase.BackOff:
                    container.Restarts++;
                    container.Phase = ContainerPhase.New;
                    break;
                case ContainerPhase.Ended:
                    if (!RestartsAfter(content, container))
                        return null;
                    Restart(stored, content, container, now);
                    break;
            }

            if (container.Phase == before && container.Due is null)
                return null;
        }
    }

    /// <summary>Ends a container.</summary>
    public static void End(ContainerRun container, int exitCode, string reason, DateTimeOffset now)
    {
        if (container.StartedAt == default)
            container.StartedAt = now;
        container.Phase = ContainerPhase.Ended;
        container.ExitCode = exitCode;
        container.EndReason = reason;
        container.FinishedAt = now;
        container.Ready = false;
        container.Started = false;
        container.Due = null;
        container.Log.Close();
    }

    /// <summary>Restarts a container whose image was changed in place.</summary>
    public void ChangeImage(StoredObject stored, ContainerRun container, JsonObject spec, DateTimeOffset now)
    {
        if (container.Phase == ContainerPhase.Running)
        {
            world.Tell(stored, "kubelet", "Normal", "Killing", $"Container {container.Name} definition changed, will be restarted", NodeOf(stored), container.Part);
            End(container, 0, "Completed", now);
            container.LastState = container.Terminated();
            container.Restarts++;
        }

        container.Spec = spec.DeepClone().AsObject();
        container.Phase = ContainerPhase.New;
        container.PullFailures = 0;
        container.Due = null;
    }

    private static bool RestartsAfter(JsonObject content, ContainerRun container) => (content["spec"]?["restartPolicy"].Text() ?? "Always") switch
    {
        _ when container.IsEphemeral => false,
        "Always" => !container.IsInit || container.ExitCode != 0,
        "OnFailure" => container.ExitCode != 0,
        _ => false,
    };

    private static string? NodeOf(StoredObject stored) => stored.Tree["spec"]?["nodeName"].Text();

    private void Create(StoredObject stored, JsonObject content, ContainerRun container, DateTimeOffset now)
    {
        var node = content["spec"]?["nodeName"].Text();
        if (Mounts.EnvironmentProblem(world, stored.Namespace, container.Spec) is { } problem)
        {
            if (container.Phase != ContainerPhase.ConfigError)
                world.Tell(stored, "kubelet", "Warning", "Failed", $"Error: {problem}", node, container.Part);
            container.Phase = ContainerPhase.ConfigError;
            container.WaitReason = "CreateContainerConfigError";
            container.WaitMessage = problem;
            return;
        }

        world.Tell(stored, "kubelet", "Normal", "Created", $"Created container {container.Name}", node, container.Part);
        world.Tell(stored, "kubelet", "Normal", "Started", $"Started container {container.Name}", node, container.Part);
        container.Id = Kubelets.ContainerId($"{stored.Uid}/{container.Name}/{container.Restarts}");
        container.Phase = ContainerPhase.Running;
        container.StartedAt = now;
        if (container.Restarts > 0 || container.LastState is not null)
        {
            container.PreviousLog = container.Log;
            container.Log = new ContainerLog(world.Time);
        }

        var life = ContainerLife.Of(world, content, container);
        container.Log.Write(life.Output);
        container.EndsAt = now + life.Lasts;
        container.ExitCode = life.ExitCode;
        container.EndMessage = null;
        container.Started = container.Spec["startupProbe"] is null;
        container.Ready = container.Started && container.Spec["readinessProbe"] is null;
        container.ProbeDue = container.Ready || container.IsInit ? null : now + ProbeDelay(container);
        if (FailingHook(stored, container) is { } rule)
            FailHook(stored, container, rule, node, now);
    }

    private FaultRule? FailingHook(StoredObject stored, ContainerRun container) =>
        world.Faults.IsEmpty || container.Spec["lifecycle"]?["postStart"] is null ? null : world.Faults.Strike(new FaultEvent("hook")
        {
            Verb = "postStart",
            Namespace = stored.Namespace,
            Name = stored.Name,
            Image = container.Image,
            Container = container.Name,
        });

    // kuberuntime's startContainer: the container is killed, and waits with what the hook said (pkg/kubelet/lifecycle); the event does not repeat it.
    private void FailHook(StoredObject stored, ContainerRun container, FaultRule rule, string? node, DateTimeOffset now)
    {
        world.Tell(stored, "kubelet", "Warning", "FailedPostStartHook", "PostStartHook failed", node, container.Part);
        world.Tell(stored, "kubelet", "Normal", "Killing", "FailedPostStartHook", node, container.Part);
        var words = (container.Spec["lifecycle"]?["postStart"]?["exec"]?["command"] as JsonArray ?? []).Select(word => word.Text());
        var command = string.Join(' ', words);
        End(container, 137, "Error", now);
        container.LastState = container.Terminated();
        container.Phase = ContainerPhase.BackOff;
        container.WaitReason = HookError;
        container.WaitMessage = $"Exec lifecycle hook ([{command}]) for Container \"{container.Name}\" in Pod \"{stored.Name}_{stored.Namespace}({stored.Uid})\" failed - "
            + $"error: command '{command}' exited with {rule.ExitCode ?? 1}: , message: \"{rule.Message}\"";
        container.Due = now.AddSeconds(world.Delays.Realistic ? 1 : 0.05);
    }

    private TimeSpan ProbeDelay(ContainerRun container)
    {
        var probe = container.Started ? container.Spec["readinessProbe"] : container.Spec["startupProbe"];
        return world.Delays.Probe(probe?["initialDelaySeconds"].Number() ?? 0, probe?["periodSeconds"].Number() ?? 10);
    }

    private DateTimeOffset? Run(StoredObject stored, JsonObject content, ContainerRun container, DateTimeOffset now)
    {
        if (Crash(stored, container) is { } crash)
        {
            container.Log.Write(crash.Message ?? $"simulated fault: the container ends with code {crash.ExitCode ?? 1}");
            End(container, crash.ExitCode ?? 1, crash.Reason ?? "Error", now);
            container.EndMessage = LastWords(container);
            return null;
        }

        if (container.EndsAt <= now)
        {
            End(container, container.ExitCode, container.ExitCode == 0 ? "Completed" : "Error", now);
            container.EndMessage = LastWords(container);
            return null;
        }

        while (container.ProbeDue <= now)
        {
            if (FailProbe(stored, content, container, now) is { } retry)
                return container.Phase == ContainerPhase.Running ? retry : null;
            if (container.Started)
            {
                container.Ready = true;
                container.ProbeDue = null;
                break;
            }

            container.Started = true;
            container.Ready = container.Spec["readinessProbe"] is null;
            container.ProbeDue = container.Ready ? null : now + ProbeDelay(container);
        }

        var due = container.ProbeDue;
        return due is null || container.EndsAt < due ? container.EndsAt ?? due : due;
    }

    // kuberuntime's getTerminationMessage, where nothing was written to the file: the log's last 80 lines or 2048 bytes.
    private static string? LastWords(ContainerRun container)
    {
        if (container.ExitCode == 0 || container.Spec["terminationMessagePolicy"].Text() != "FallbackToLogsOnError")
            return null;
        var words = string.Concat(container.Log.Read(0).Lines.TakeLast(80).Select(line => line.Text + "\n"));
        return words.Length > 2048 ? words[^2048..] : words;
    }

    private FaultRule? Crash(StoredObject stored, ContainerRun container) => world.Faults.IsEmpty ? null : world.Faults.Strike(new FaultEvent("container")
    {
        Namespace = stored.Namespace,
        Name = stored.Name,
        Image = container.Image,
        Container = container.Name,
    });

    private DateTimeOffset? FailProbe(StoredObject stored, JsonObject content, ContainerRun container, DateTimeOffset now)
    {
        if (world.Faults.IsEmpty)
            return null;
        var kind = container.Started ? "readiness" : "startup";
        var rule = world.Faults.Strike(new FaultEvent("probe")
        {
            Verb = kind,
            Namespace = stored.Namespace,
            Name = stored.Name,
            Image = container.Image,
            Container = container.Name,
        });
        if (rule is null)
            return null;
        var title = kind == "startup" ? "Startup" : "Readiness";
        world.Tell(
            stored, "kubelet", "Warning", "Unhealthy",
            $"{title} probe failed: {rule.Message ?? "HTTP probe failed with statuscode: 503"}", content["spec"]?["nodeName"].Text(), container.Part);
        var period = container.Spec[kind + "Probe"]?["periodSeconds"].Number() ?? 10;
        container.ProbeDue = now.AddSeconds(world.Delays.Realistic ? period : Math.Min(period, 1));
        return container.ProbeDue;
    }

    private void Restart(StoredObject stored, JsonObject content, ContainerRun container, DateTimeOffset now)
    {
        container.LastState = container.Terminated();
        // The first restart comes at once; after that each waits longer (kubelet's backOffPeriod, MaxContainerBackOff).
        if (container.Restarts == 0)
        {
            container.Phase = ContainerPhase.BackOff;
            container.WaitReason = "CrashLoopBackOff";
            container.Due = null;
            return;
        }

        BackOff(stored, content, container, now);
    }

    private void BackOff(StoredObject stored, JsonObject content, ContainerRun container, DateTimeOffset now)
    {
        var backoff = world.Delays.Backoff(container.Restarts);
        var seconds = Math.Min(300, 10 << Math.Min(container.Restarts - 1, 5));
        var whole = seconds < 60 ? $"{seconds}s" : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60}s");
        container.Phase = ContainerPhase.BackOff;
        container.WaitReason = "CrashLoopBackOff";
        container.WaitMessage = $"back-off {whole} restarting failed container={container.Name} pod={stored.Name}_{stored.Namespace}({stored.Uid})";
        container.Due = now + backoff;
        world.Tell(
            stored, "kubelet", "Warning", "BackOff",
            $"Back-off restarting failed container {container.Name} in pod {stored.Name}_{stored.Namespace}({stored.Uid})", content["spec"]?["nodeName"].Text(), container.Part);
    }
}
