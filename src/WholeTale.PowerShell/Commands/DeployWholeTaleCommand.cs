using System.Collections;
using System.Management.Automation;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment;
using WholeTale.Core.Manifests;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Deploys Whole Tale onto a cluster, waits until it is ready, and sets Girder up.</summary>
/// <remarks>
/// Repeating the command changes nothing where nothing has changed, and finishes a deploy that was cut off. The plan is complete and valid before the first request that writes.
/// When a component cannot become ready, the command says at once which, why and what to do. The administrator's login is the property Credential of the result;
/// it is empty where Girder was not set up: with -NoWait or -SkipGirderSetup, and where -Component leaves Girder out. Initialize-WTGirder gives it, too.
/// Each component that ends is a line of the information stream. Where pwsh writes to a file or a pipe and shows no progress, these lines are seen by default, as those of Write-Host:
/// 6> leads them elsewhere, and -InformationAction Ignore silences them.
/// </remarks>
/// <example>
///   <code>New-WTCluster -Provider Simulator | Deploy-WholeTale</code>
///   <para>Deploys the platform onto a simulated cluster, with settings.psd1 of the current folder.</para>
/// </example>
/// <example>
///   <code>Deploy-WholeTale wholetale -Setting @{ 'Volumes.MongoData' = '2Gi' } -WhatIf</code>
///   <para>Says what a deploy to the cluster wholetale would do.</para>
/// </example>
/// <example>
///   <code>Deploy-WholeTale wholetale -ReportPath ./deploy.html -LogPath ./deploy.jsonl</code>
///   <para>Deploys, adds to a log, and writes a page that shows what happened when.</para>
/// </example>
/// <example>
///   <code>$deployment = Deploy-WholeTale wholetale -AcmeFile ./certs/acme.json
/// $deployment.Credential.GetNetworkCredential().Password</code>
///   <para>Deploys with the certificate that Traefik obtained, and shows the administrator's password.</para>
/// </example>
[Cmdlet("Deploy", "WholeTale", SupportsShouldProcess = true)]
[OutputType(typeof(Deployment))]
public sealed class DeployWholeTaleCommand : SettingsCommand
{
    private int pages;

    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ClusterName]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public Cluster Cluster { get; set; } = null!;

    /// <summary>Traefik's acme.json with the site's certificate; the setting Certificate.AcmeFile.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AcmeFile { get; set; }

    /// <summary>Only these components and what they depend on. Wildcards are allowed. By default all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ComponentNameCompleter))]
    public string[]? Component { get; set; }

    /// <summary>Takes fields over that another field manager holds.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Takes over objects of the planned names that this product did not make.</summary>
    [Parameter]
    public SwitchParameter Adopt { get; set; }

    /// <summary>Returns once everything is applied, and leaves Girder's set-up out. Not with -Atomic.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Leaves Girder's set-up out; Initialize-WTGirder does it later.</summary>
    [Parameter]
    public SwitchParameter SkipGirderSetup { get; set; }

    /// <summary>
    /// How long the whole may take, as a time span or in seconds: the plan, the components, the look at DNS and TLS, and Girder's set-up. A prompt stops the clock; the way back of -Atomic has as long again.
    /// By default the setting Deploy.Timeout.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>How long each component may take to become ready, and Girder to answer its set-up, as a time span or in seconds. By default the setting Deploy.ComponentTimeout.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? ComponentTimeout { get; set; }

    /// <summary>Fails where DNS does not lead to the ingress in time; the setting Ingress.RequireDns. By default that is a warning, with the records to create.</summary>
    [Parameter]
    public SwitchParameter RequireDns { get; set; }

    /// <summary>Goes back to the last good revision when a component fails; without one, removes what the deploy made. Not with -NoWait.</summary>
    [Parameter]
    public SwitchParameter Atomic { get; set; }

    /// <summary>Deletes and makes anew what the server does not let be changed; never what holds data.</summary>
    [Parameter]
    public SwitchParameter Recreate { get; set; }

    /// <summary>Deletes claims, and the data in them, that the plan no longer has.</summary>
    [Parameter]
    public SwitchParameter PruneData { get; set; }

    /// <summary>A file to which the log is added: one JSON object a line, which names the cluster, without secrets. By default each run has a file of its own in the state folder, of which ten are kept.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>
    /// A file for one self-contained HTML page that shows the run: a timeline with what was waited for and repeated, warnings, versions, addresses.
    /// Of several clusters the first has this file, each other one beside it that is named after it, e.g. deploy-wholetale-dev.html for deploy.html.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReportPath { get; set; }

    /// <summary>Gives the deployment, as far as it came, also where a component failed: its property Diagnoses says what the errors say.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken) => !(Atomic && NoWait) ? Task.CompletedTask : throw new DeploymentException(
        "AtomicWithoutWaiting", FailureKind.InvalidInput, null, "-Atomic and -NoWait exclude each other: where nobody waits, nobody sees whether there is a reason to go back. Nothing has been deployed.",
        "Leave one of them out.");

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await PrepareAsync(pipeline, cancellationToken);
        var options = new DeployOptions
        {
            Components = ChooseComponents(),
            Force = Force,
            Adopt = Adopt,
            NoWait = NoWait,
            SkipGirderSetup = SkipGirderSetup,
            Timeout = Timeout,
            ComponentTimeout = ComponentTimeout,
            Atomic = Atomic,
            Recreate = Recreate,
            PruneData = PruneData,
            Foresee = pipeline.IsWhatIf,
            LogPath = LogPath is null ? null : pipeline.ResolvePath(LogPath),
            ReportPath = ChooseReportPath(pipeline, cluster),
        };
        await using var plan = await PlatformDeployment.PlanAsync(cluster, options, pipeline.Report, cancellationToken);
        if (!pipeline.ShouldProcess(cluster.Name, plan.Summary, () => plan.Description))
            return;
        await DeploymentOutput.WriteAsync(pipeline, () => plan.RunAsync(pipeline.Report, cancellationToken), () => PassThru ? plan.Outcome : null);
    }

    // Settings are checked before anybody is asked for the cluster.
    private async Task<Cluster> PrepareAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var parameters = SettingsSource.ToParameters(Setting);
        if (AcmeFile is not null)
        {
            parameters["Certificate.AcmeFile"] = pipeline.ResolvePath(AcmeFile);
            parameters["Certificate.Source"] = "Acme";
        }

        if (RequireDns)
            parameters["Ingress.RequireDns"] = true;

        // A cluster brings the settings with which it was made, unless files are named here.
        var settings = Cluster.Settings is { } own && SettingsPath is null && SecretsPath is null
            ? SettingsSource.Override(own, parameters)
            : SettingsSource.Find(pipeline, SettingsPath, SecretsPath, new Hashtable(parameters)).Resolve();
        var found = Cluster.Connection is not null ? Cluster : await Providers.FindAsync(Cluster, settings, cancellationToken);
        return Providers.RequireConnection(found) with { Settings = settings, Namespace = settings.Settings.Namespace };
    }

    // The first cluster has the page that was named; each other has one beside it, so that none is written over.
    private string? ChooseReportPath(Pipeline pipeline, Cluster cluster)
    {
        if (ReportPath is null)
            return null;
        var path = pipeline.ResolvePath(ReportPath);
        if (pages++ == 0)
            return path;
        var name = string.Join('-', cluster.Name.Split(Path.GetInvalidFileNameChars()));
        path = Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-{name}{Path.GetExtension(path)}");
        pipeline.WriteVerbose($"The page of {cluster.Name} is {path}.");
        return path;
    }

    private List<string> ChooseComponents()
    {
        var known = Platform.Components.Select(component => component.Name).ToList();
        var chosen = new List<string>();
        foreach (var pattern in Component ?? [])
        {
            var matching = known.Where(Wildcards.Matching([pattern])).ToList();
            // A name that is none of ours is refused by the planner, which knows what to say.
            chosen.AddRange(matching.Count > 0 ? matching : [pattern]);
        }
        return [.. chosen.Distinct()];
    }
}
