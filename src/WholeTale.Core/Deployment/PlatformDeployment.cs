using System.Runtime.ExceptionServices;
using WholeTale.Core.Access;
using WholeTale.Core.Certificates;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment.Reporting;
using WholeTale.Core.Girder;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment;

/// <summary>A planned deploy: complete and valid before the first write request.</summary>
public sealed class PlatformDeployment : IAsyncDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    // What a platform consists of but for a cluster's own kinds, and what its claims and its ingress need; first what is waited for first.
    private static readonly ResourceType[] Usual =
    [
        ResourceTypes.Secret, ResourceTypes.IngressClass, ResourceTypes.Ingress, ResourceTypes.ConfigMap, ResourceTypes.ServiceAccount, ResourceTypes.Role, ResourceTypes.RoleBinding, ResourceTypes.NetworkPolicy,
        ResourceTypes.PersistentVolumeClaim, ResourceTypes.StorageClass, ResourceTypes.Service, ResourceTypes.StatefulSet, ResourceTypes.Deployment, ResourceTypes.Lease,
    ];

    private readonly DeployPlan plan;
    private readonly bool setsGirderUp;

    private PlatformDeployment(DeployPlan plan, bool setsGirderUp)
    {
        this.plan = plan;
        this.setsGirderUp = setsGirderUp;
    }

    /// <summary>What will be done, in one line for a confirmation.</summary>
    public string Summary
    {
        get
        {
            var counts = Steps.CountBy(step => step.Result).ToDictionary();
            string[] parts =
            [
                .. new[]
                {
                    ("create", AppliedResult.Created), ("change", AppliedResult.Updated), ("recreate", AppliedResult.Recreated), ("keep", AppliedResult.Unchanged), ("delete", AppliedResult.Pruned),
                }.Where(pair => counts.ContainsKey(pair.Item2)).Select(pair => $"{pair.Item1} {counts[pair.Item2]}"),
            ];
            return $"Deploy Whole Tale to namespace {plan.NamespaceName}: {string.Join(", ", parts)} {(parts.Length > 0 && parts[^1].EndsWith(" 1", StringComparison.Ordinal) ? "object" : "objects")}{(plan.Namespace is null ? "" : plan.MakesNamespace ? ", make the namespace" : ", label the namespace")}";
        }
    }

    /// <summary>What will be done to each object.</summary>
    public IReadOnlyList<AppliedObject> Steps => Foresight.Of(plan);

    /// <summary>All that will be done, in lines for a person.</summary>
    public string Description => Foresight.Describe(
        Summary, Steps, Changes,
        [
            .. plan.Prepare is null ? Array.Empty<string>() : ["have Girder change the administrator's password"],
            .. plan.Kept.Select(Leftovers.Sentence),
            .. SetsGirderUp ? ["set Girder up, as far as it is not yet"] : Array.Empty<string>(),
        ]);

    /// <summary>What will change, field by field, as the server foresees it. Secret values are masked.</summary>
    public IReadOnlyList<Change> Changes => Comparison.Describe(plan.Objects, plan.Leftovers, plan.Live, plan.Foreseen, plan.Obstacles);

    private bool SetsGirderUp => setsGirderUp && !plan.Options.SkipGirderSetup && !plan.Options.NoWait && plan.Components.Any(component => component.Name == "girder");

    private string Activity => $"Deploying Whole Tale to {plan.Cluster.Name}";

    /// <summary>Renders and checks everything and reads what the cluster keeps. Nothing is contacted before the settings and their files have passed; templates are checked while the cluster answers.</summary>
    /// <exception cref="WholeTaleException">Settings, templates or certificates are wrong; or the cluster cannot take the deploy. Nothing has been written.</exception>
    public static async Task<PlatformDeployment> PlanAsync(Cluster cluster, DeployOptions options, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        var settings = cluster.Settings ?? new ResolvedSettings(new Settings { ClusterName = cluster.Name, Namespace = cluster.Namespace }, [], Environment.CurrentDirectory);
        cluster = cluster with { Settings = settings };
        var time = TimeProvider.System;

        var site = await SiteCertificate.LoadAsync(settings, new Silence(), time, cancellationToken, PlatformSecretStore.PlaceholderCertificate(settings.Settings.Domain));
        var templates = TemplateSource.From(settings);
        var journal = new Journal(time);
        progress = journal.Over(progress);
        var client = Connect(cluster, progress);
        PasswordChange? change = null;
        var source = new ManifestSource(Usual, () => Platform.Render(settings, PlatformSecretStore.Placeholder(site), cluster.Name, version: null, templates), RenderAsync);
        var plan = await new DeployPlanner(cluster, client, options, time, journal).PlanAsync(source, cancellationToken);
        foreach (var dropped in options.Foresee ? [] : plan.Dropped)
            progress.Report(new WarningReport(Leftovers.Sentence(dropped)));
        if (change is not null && plan.Objects.Any(planned => planned.Reference == AdministratorStep.Reference(cluster.Namespace)))
            plan = plan with { Prepare = change.RunAsync };
        return new PlatformDeployment(plan, setsGirderUp: true);

        async Task<ManifestSet> RenderAsync(ClusterReading reading, CancellationToken token)
        {
            var (resolving, choosing) = (ResolveAsync(reading, token), ChooseIngressAsync(reading, token));
            await Task.WhenAll(resolving, choosing);
            var chosen = settings with { Settings = settings.Settings with { Ingress = await choosing } };
            return Platform.Render(chosen, await resolving, cluster.Name, await reading.VersionAsync(), templates);
        }

        // Keys and hashes that are not there yet take milliseconds: they are made while the rest is read.
        async Task<PlatformSecrets> ResolveAsync(ClusterReading reading, CancellationToken token) =>
            await new PlatformSecretStore(settings, cluster.Namespace, time).ResolveAsync(
                await reading.OfAsync(ResourceTypes.Secret, token), kept => SiteCertificate.LoadAsync(settings, progress, time, token, kept), (kept, given) => ChooseAsync(kept, given, token), progress);

        async Task<IngressSettings> ChooseIngressAsync(ClusterReading reading, CancellationToken token) =>
            await IngressChoice.CompleteAsync(settings.Settings.Ingress, cluster.Provider, await reading.OfAsync(ResourceTypes.IngressClass, token), client, token);

        async Task<Secret> ChooseAsync(Secret kept, Secret given, CancellationToken token)
        {
            (var password, change) = await PasswordChange.PlanAsync(client, time, cluster.Namespace, settings.Settings.Girder.AdminLogin, kept, given, progress, token);
            return password;
        }
    }

    /// <summary>Applies, waits, sets Girder up and records the revision.</summary>
    /// <exception cref="NotReadyException">A component failed; the exception says which and why.</exception>
    public async Task<Deployment> RunAsync(IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (plan.Options.ReportPath is { } path)
            DeployReport.RequireWritable(path);
        using var log = plan.Journal.Log = plan.OpenLog();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<OutsideLook>? look = null;
        var watched = plan with
        {
            Arrived = component =>
            {
                if (component == "ingress" && setsGirderUp && !plan.Options.NoWait)
                    look = LookFromOutsideAsync(enough.Token);
            },
        };
        try
        {
            var deployment = plan.Options.Atomic
                ? await new AtomicRun(watched, progress, Activity).RunAsync(cancellationToken)
                : await new DeployRun(watched, progress, Activity).RunAsync(cancellationToken);
            if (look is not null)
                deployment = await FinishAsync(deployment, "ingress", () => TellLookAsync(deployment, look, progress, cancellationToken));
            if (SetsGirderUp)
                deployment = await FinishAsync(deployment, "girder", () => SetGirderUpAsync(deployment, progress, cancellationToken));
            progress.Report(new ProgressReport(Activity, "", "done", 100, Completed: true));
            return deployment;
        }
        finally
        {
            await enough.CancelAsync();
            if (look is not null)
                await ((Task)look).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // A run that failed or was stopped is worth a look most of all.
            if (plan.Options.ReportPath is not null)
                await DeployReport.WriteAsync(plan.Options.ReportPath, plan, CancellationToken.None);
        }
    }

    /// <summary>What has come of the run, also where it failed; null before.</summary>
    public Deployment? Outcome => plan.Journal.Outcome;

    /// <summary>The world outside, which is looked at when the ingress is ready.</summary>
    internal IOutside Outside { get; set; } = new Outside();

    /// <summary>Reads the state of the platform on a cluster.</summary>
    /// <exception cref="ApiException">The cluster cannot be reached or refuses.</exception>
    public static Task<Deployment> GetAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return DeploymentStatus.ReadAsync(cluster, Connect(cluster, null), cancellationToken);
    }

    // Does what comes after the run. Where that fails, the deploy has failed, however well all components run.
    private async Task<Deployment> FinishAsync(Deployment deployment, string component, Func<Task<Deployment>> work)
    {
        var began = plan.Time.GetTimestamp();
        plan.Journal.Outcome = null;
        try
        {
            return plan.Journal.Outcome = await work();
        }
        catch (WholeTaleException exception)
        {
            plan.Journal.Log.Write("deploy", component, plan.Cluster.Name, "failed");
            plan.Journal.Outcome = deployment with
            {
                Status = ComponentStatus.Failed,
                Components = [.. deployment.Components.Select(state => state.Name == component ? state with { Status = ComponentStatus.Failed, Message = exception.Message } : state)],
                Diagnoses = [.. deployment.Diagnoses, Diagnosis.From(component, exception)],
                Warnings = plan.Journal.Warnings,
                Duration = deployment.Duration + plan.Time.GetElapsedTime(began),
            };
            throw;
        }
        catch (OperationCanceledException exception)
        {
            plan.Journal.Stop(plan.Cluster.Name, exception);
            throw;
        }
    }

    private async Task<Deployment> TellLookAsync(Deployment deployment, Task<OutsideLook> look, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        // What was not right when the door opened may have come right since: an address of a cloud answers late.
        var seen = await look;
        if (!seen.IsRight && plan.Time.GetElapsedTime(seen.Ended) > LookAgain && !plan.Deadline.IsOver)
            seen = await LookFromOutsideAsync(cancellationToken);
        seen.Failure?.Throw();
        foreach (var warning in seen.Warnings)
            plan.Journal.Over(progress).Report(new WarningReport(warning));
        return deployment with { Warnings = plan.Journal.Warnings };
    }

    private async Task<OutsideLook> LookFromOutsideAsync(CancellationToken cancellationToken)
    {
        var access = new PlatformAccess(plan.Client, plan.FindOwn, plan.NamespaceName, plan.Cluster.Settings!.Settings.Ingress, Outside, plan.Deadline, plan.Time);
        IReadOnlyList<string> warnings = [];
        ExceptionDispatchInfo? failure = null;
        try
        {
            warnings = await plan.Deadline.KeepAsync(access.LookAsync, NotLooked, cancellationToken);
        }
        catch (WholeTaleException exception) when (!plan.Cluster.Settings!.Settings.Ingress.RequireDns)
        {
            // Nobody demands that the door is right: a deploy that did all its work does not fail for the look.
            warnings = [exception.Message];
        }
        catch (WholeTaleException exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        foreach (var seen in failure is null ? warnings : [failure.SourceException.Message])
            plan.Journal.Log.Write("look", "ingress", "", seen);
        return new OutsideLook(warnings, failure, plan.Time.GetTimestamp());
    }

    private DeploymentException NotLooked() => new(
        "LookTimedOut", FailureKind.TimedOut, plan.NamespaceName,
        $"Whether the platform is reached from outside was not found out before {plan.Deadline.Words} was over: its names or its certificate were still being looked at.",
        $"'Test-WholeTale' looks again. Where it took the deploy's time, allow more by {plan.Deadline.Source}.");

    // What was found at the door, and when.
    private sealed record OutsideLook(IReadOnlyList<string> Warnings, ExceptionDispatchInfo? Failure, long Ended)
    {
        public bool IsRight => Failure is null && Warnings.Count == 0;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => plan.Watch.DisposeAsync();

    private async Task<Deployment> SetGirderUpAsync(Deployment deployment, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        const string Step = "set-up of Girder";
        var began = plan.Time.GetTimestamp();
        plan.Journal.Enter(Step, ComponentStatus.Progressing, "sets Girder up");
        try
        {
            var girder = await GirderInitialization.RunAsync(plan.Cluster, new GirderPatience(plan.ComponentLimit, plan.Deadline), plan.Journal.Over(progress), cancellationToken);
            plan.Journal.Enter(Step, ComponentStatus.Ready, "");
            return deployment with { Girder = girder, Duration = deployment.Duration + plan.Time.GetElapsedTime(began), Warnings = plan.Journal.Warnings };
        }
        catch (WholeTaleException exception)
        {
            plan.Journal.Enter(Step, ComponentStatus.Failed, exception.Message);
            throw;
        }
    }

    /// <summary>Plans manifests of the caller's choice, in the way in which those of the platform are planned.</summary>
    internal static async Task<PlatformDeployment> PlanAsync(
        Cluster cluster, ManifestSet manifests, DeployOptions options, TimeProvider time, CancellationToken cancellationToken, ApiClient? client = null)
    {
        var plan = await new DeployPlanner(cluster, client ?? Connect(cluster, null), options, time).PlanAsync(ManifestSource.Of(manifests), cancellationToken);
        return new PlatformDeployment(plan, setsGirderUp: false);
    }

    internal static ApiClient Connect(Cluster cluster, IProgress<Report>? progress) =>
        cluster.Connection is { } connection
            ? ApiClient.For(connection).ReportingTo(progress)
            : throw new ClusterException(
                "ClusterNotReachable", FailureKind.Unreachable, cluster.Name, $"The cluster {cluster.Name} has no API server to speak to; it is {cluster.Status}.",
                "Start the cluster and get it anew with Get-WTCluster.");

    private sealed class Silence : IProgress<Report>
    {
        public void Report(Report value)
        {
        }
    }
}
