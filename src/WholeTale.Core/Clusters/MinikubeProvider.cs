using System.Globalization;
using System.Runtime.CompilerServices;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Clusters;

/// <summary>Clusters on this machine by minikube, the one external program that the product calls.</summary>
public sealed class MinikubeProvider : IClusterProvider
{
    /// <summary>Where the volume folder is seen inside of the machine.</summary>
    private const string MountPoint = "/wholetale-volumes";

    /// <summary>How long cleaning up after a failed start may take.</summary>
    private static readonly TimeSpan CleanUpTimeout = TimeSpan.FromMinutes(2);

    private readonly MinikubeProgram program;

    /// <summary>The provider with the minikube that is on PATH.</summary>
    public MinikubeProvider()
        : this(new MinikubeProgram())
    {
    }

    internal MinikubeProvider(MinikubeProgram program) => this.program = program;

    /// <inheritdoc/>
    public string Name => "Minikube";

    /// <inheritdoc/>
    public async Task<Cluster> CreateAsync(ClusterRequest request, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        var before = await FindProfileAsync(request.Name, cancellationToken);
        if (before is { Status: ClusterStatus.Running })
            return await DescribeAsync(before, request.Settings, cancellationToken);
        if (before is { Status: ClusterStatus.Error } && !request.Force)
        {
            throw new ClusterException(
                "MinikubeBroken", FailureKind.Refused, request.Name, $"The minikube cluster {request.Name} exists and is broken.", "Repair it with -Force, or delete it with 'Remove-WTCluster' first.");
        }

        var volumes = VolumeFolder.Of(request.Settings);
        var made = volumes?.Make(request.Name) ?? false;
        try
        {
            await StartAsync(request, volumes, progress, cancellationToken);
        }
        catch when (before is null)
        {
            // Nothing half-made stays; what was there before does.
            using var deadline = new CancellationTokenSource(CleanUpTimeout);
            await program.RunAsync(["delete", "--profile", request.Name], null, deadline.Token);
            if (made)
                volumes?.Remove(request.Name);
            throw;
        }

        return await FindAsync(request.Name, request.Settings, cancellationToken)
            ?? throw new ClusterException("MinikubeFailed", FailureKind.Refused, request.Name, $"minikube started {request.Name} and does not list it.", $"Look at 'minikube status -p {request.Name}'.");
    }

    /// <inheritdoc/>
    public async Task<Cluster?> FindAsync(string name, ResolvedSettings settings, CancellationToken cancellationToken) =>
        await FindProfileAsync(name, cancellationToken) is { } profile ? await DescribeAsync(profile, settings, cancellationToken) : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Cluster> ListAsync(ResolvedSettings settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var profile in await ListProfilesAsync(cancellationToken))
            yield return Describe(profile, settings);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(Cluster cluster, bool force, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        if (await FindProfileAsync(cluster.Name, cancellationToken) is not null)
        {
            var activity = $"Deleting the minikube cluster {cluster.Name}";
            progress.Report(new ProgressReport(activity, "", "waiting for minikube"));
            var result = await program.RunAsync(["delete", "--profile", cluster.Name], null, cancellationToken);
            if (result.ExitCode != 0)
                throw Failed(cluster.Name, "delete", result, null);
            progress.Report(new ProgressReport(activity, "", "deleted", 100, Completed: true));
        }

        if (cluster.Settings is { } settings && VolumeFolder.Of(settings) is { } volumes && !volumes.Remove(cluster.Name))
            progress.Report(new WarningReport($"The volume folder {volumes.Path} was not made for {cluster.Name} and stays as it is. Delete it by hand where it is not needed."));
    }

    private async Task StartAsync(ClusterRequest request, VolumeFolder? volumes, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        var activity = $"Starting the minikube cluster {request.Name}";
        MinikubeEvent? error = null;
        var result = await program.RunAsync(
            StartArguments(request.Name, request.Settings.Settings.Minikube, volumes),
            line =>
            {
                switch (MinikubeEvent.Parse(line))
                {
                    case { Type: "step" } step:
                        progress.Report(new ProgressReport(activity, "", step.Message, step.Percent));
                        break;
                    case { Type: "warning", Message.Length: > 0 } warning:
                        progress.Report(new WarningReport(warning.Message));
                        break;
                    case { Type: "error" } failure:
                        error = failure;
                        break;
                }
            },
            cancellationToken);
        if (result.ExitCode != 0)
            throw Failed(request.Name, "start", result, error);
        progress.Report(new ProgressReport(activity, "", "running", 100, Completed: true));
    }

    // RBAC is minikube's default since 1.0; the seed's binding of kube-system:default to cluster-admin is not carried over.
    private static List<string> StartArguments(string name, MinikubeSettings settings, VolumeFolder? volumes)
    {
        List<string> words =
        [
            "start", "--profile", name, "--output", "json", "--interactive=false", "--wait", "all", "--addons", "ingress",
            "--cpus", settings.Cpus.ToString(CultureInfo.InvariantCulture), "--memory", Mebibytes(settings.Memory), "--disk-size", Mebibytes(settings.DiskSize),
        ];
        if (settings.Driver.Length > 0)
            words.AddRange(["--driver", settings.Driver]);
        if (settings.KubernetesVersion.Length > 0)
            words.AddRange(["--kubernetes-version", settings.KubernetesVersion]);
        if (volumes is not null)
            words.AddRange(["--mount", "--mount-string", $"{volumes.Path}:{MountPoint}"]);
        return words;
    }

    // minikube counts its "mb" by 1024 (docker/go-units, RAMInBytes).
    private static string Mebibytes(string quantity) =>
        Quantity.TryParse(quantity, out var bytes) ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(bytes / (1024 * 1024)):0}mb") : quantity;

    private async Task<MinikubeProfile?> FindProfileAsync(string name, CancellationToken cancellationToken) =>
        (await ListProfilesAsync(cancellationToken)).FirstOrDefault(profile => profile.Name == name);

    private async Task<IReadOnlyList<MinikubeProfile>> ListProfilesAsync(CancellationToken cancellationToken)
    {
        // Its exit code is not 0 where there is no profile at all; the JSON is there all the same.
        var result = await program.RunAsync(["profile", "list", "--output", "json"], null, cancellationToken);
        return result.Json() is { } list ? [.. MinikubeProfile.Read(list)] : throw Failed("", "profile list", result, null);
    }

    private static Cluster Describe(MinikubeProfile profile, ResolvedSettings settings) => new()
    {
        Name = profile.Name,
        Provider = "Minikube",
        Location = profile.Driver,
        Status = profile.Status,
        KubernetesVersion = profile.KubernetesVersion,
        NodeCount = profile.NodeCount,
        Namespace = settings.Settings.Namespace,
        Settings = settings,
    };

    // minikube writes a context of the profile's name into the user's kubeconfig.
    private static async Task<Cluster> DescribeAsync(MinikubeProfile profile, ResolvedSettings settings, CancellationToken cancellationToken)
    {
        var described = Describe(profile, settings);
        if (profile.Status != ClusterStatus.Running)
            return described;
        var kubeconfig = Kubeconfig.LoadUsers();
        if (!kubeconfig.Contexts.Contains(profile.Name, StringComparer.Ordinal))
        {
            throw new ClusterException(
                "ContextNotFound", FailureKind.NotFound, profile.Name, $"The minikube cluster {profile.Name} runs, and no kubeconfig has its context.",
                $"Run 'minikube update-context -p {profile.Name}', and check KUBECONFIG.");
        }

        var reached = await kubeconfig.DescribeAsync(profile.Name, settings, cancellationToken);
        return described with { Connection = reached.Connection, Endpoint = reached.Endpoint, KubernetesVersion = reached.KubernetesVersion, NodeCount = reached.NodeCount };
    }

    private static ClusterException Failed(string name, string verb, MinikubeProgram.Result result, MinikubeEvent? error)
    {
        var why = error?.Message is { Length: > 0 } message ? message : result.Error.Split('\n')[^1].Trim();
        var advice = error?.Advice is { Length: > 0 } advised ? advised : $"Run 'minikube {verb}{(name.Length > 0 ? $" -p {name}" : "")}' by hand to see more.";
        return new ClusterException(
            "MinikubeFailed", FailureKind.Refused, name.Length > 0 ? name : null, $"'minikube {verb}' failed with {result.ExitCode}{(why.Length > 0 ? ": " + why.TrimEnd('.') : "")}.", advice);
    }
}
