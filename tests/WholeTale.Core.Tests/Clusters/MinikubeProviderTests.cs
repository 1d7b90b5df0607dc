using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Tests;

namespace WholeTale.Core.Tests.Clusters;

/// <summary>Minikube, with a script in its place that answers as minikube 1.37 does, and a simulator as the cluster that it makes.</summary>
[Collection("KUBECONFIG")]
public sealed class MinikubeProviderTests : IAsyncLifetime
{
    private const string Script = """
        cd "$(dirname "$0")"
        echo "$*" >>calls
        case "$1" in
        profile)
            if [ -e broken ]; then echo '{"invalid":[{"Name":"mini","Status":"","Config":null}],"valid":[]}'
            elif [ -e running ]; then echo '{"invalid":[],"valid":[{"Name":"mini","Status":"OK","Config":{"Driver":"docker","KubernetesConfig":{"KubernetesVersion":"v1.33.1"},"Nodes":[{}]}}]}'
            else echo '{"invalid":[],"valid":[]}'; exit 14; fi;;
        start)
            echo '{"specversion":"1.0","type":"io.k8s.sigs.minikube.step","data":{"currentstep":"3","totalsteps":"12","message":"Creating the machine","name":"Creating"}}'
            echo '{"specversion":"1.0","type":"io.k8s.sigs.minikube.warning","data":{"message":"Little memory is left."}}'
            if [ -e fail ]; then
                echo '{"specversion":"1.0","type":"io.k8s.sigs.minikube.error","data":{"exitcode":"69","message":"docker is not running.","advice":"Start the Docker service.","name":"PROVIDER_DOCKER_NOT_RUNNING"}}'
                exit 69
            fi
            : >running;;
        delete) rm -f running broken;;
        esac
        """;

    private readonly ClusterFolder folder = new();
    private readonly string? before = Environment.GetEnvironmentVariable("KUBECONFIG");
    private MinikubeProvider provider = null!;
    private SimulatorProcess simulator = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program of this test is a shell script.");
        provider = new MinikubeProvider(new MinikubeProgram(folder.WriteProgram("minikube", Script)));
        simulator = await SimulatorProcess.StartInAsync(Path.Combine(folder.Path, "machine"), "mini", "--nodes", "1");
        Environment.SetEnvironmentVariable("KUBECONFIG", simulator.Kubeconfig);
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("KUBECONFIG", before);
        if (simulator is not null)
            await simulator.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Create_starts_a_machine_as_the_settings_say()
    {
        var cluster = await CreateAsync(settings => settings with { Driver = "docker", Cpus = 2, Memory = "3Gi", DiskSize = "20G", KubernetesVersion = "v1.33.1", VolumeFolder = "volumes" });

        var start = Assert.Single(Calls(), call => call.StartsWith("start", StringComparison.Ordinal));
        Assert.All(
            ["--profile mini", "--driver docker", "--cpus 2", "--memory 3072mb", "--disk-size 19074mb", "--kubernetes-version v1.33.1", "--addons ingress", $"--mount-string {folder.Path}/volumes:"],
            word => Assert.Contains(word, start, StringComparison.Ordinal));
        Assert.Equal(("mini", "Minikube", "docker", ClusterStatus.Running, 1), (cluster.Name, cluster.Provider, cluster.Location, cluster.Status, cluster.NodeCount));
        Assert.Equal(simulator.Endpoint, cluster.Endpoint);
        Assert.NotNull(cluster.Connection);
    }

    [Fact]
    public async Task Create_tells_steps_and_warnings()
    {
        var reports = new List<Report>();

        await provider.CreateAsync(folder.Request("mini"), new ReportSink(reports.Add), CancellationToken.None);

        Assert.Contains(reports.OfType<ProgressReport>(), report => report is { Status: "Creating the machine", Percent: 25 });
        Assert.Contains(new WarningReport("Little memory is left."), reports);
    }

    [Fact]
    public async Task A_running_one_is_returned_as_it_is()
    {
        folder.Write("running", "");

        var cluster = await CreateAsync();

        Assert.Equal(ClusterStatus.Running, cluster.Status);
        Assert.DoesNotContain(Calls(), call => call.StartsWith("start", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_that_fails_says_why_and_leaves_nothing()
    {
        folder.Write("fail", "");

        var error = await Assert.ThrowsAsync<ClusterException>(() => CreateAsync(settings => settings with { VolumeFolder = "volumes" }));

        Assert.Contains("docker is not running", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Start the Docker service.", error.Message, StringComparison.Ordinal);
        Assert.Contains("delete --profile mini", Calls());
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "volumes")));
    }

    [Fact]
    public async Task A_broken_one_is_repaired_by_force_alone()
    {
        folder.Write("broken", "");

        var error = await Assert.ThrowsAsync<ClusterException>(() => CreateAsync());

        Assert.Equal("MinikubeBroken", error.ErrorId);
        Assert.DoesNotContain(Calls(), call => call.StartsWith("start", StringComparison.Ordinal) || call.StartsWith("delete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Delete_deletes_the_machine_and_the_volumes_that_were_made_for_it()
    {
        var cluster = await CreateAsync(settings => settings with { VolumeFolder = "volumes" });
        folder.Write("volumes/data/file", "x");

        await provider.DeleteAsync(cluster, force: false, ReportSink.None, CancellationToken.None);

        Assert.Contains("delete --profile mini", Calls());
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "volumes")));
        Assert.Null(await provider.FindAsync("mini", folder.Settings(), CancellationToken.None));
    }

    [Fact]
    public async Task Delete_leaves_a_folder_with_somebody_elses_files()
    {
        folder.Write("volumes/mine", "x");
        var cluster = await CreateAsync(settings => settings with { VolumeFolder = "volumes" });
        var reports = new List<Report>();

        await provider.DeleteAsync(cluster, force: false, new ReportSink(reports.Add), CancellationToken.None);

        Assert.True(File.Exists(Path.Combine(folder.Path, "volumes", "mine")));
        Assert.Single(reports.OfType<WarningReport>());
    }

    [Fact]
    public async Task Without_the_program_the_error_says_how_to_install_it()
    {
        var missing = new MinikubeProvider(new MinikubeProgram(Path.Combine(folder.Path, "none")));

        var error = await Assert.ThrowsAsync<ClusterException>(() => missing.CreateAsync(folder.Request("mini"), ReportSink.None, CancellationToken.None));

        Assert.Equal(FailureKind.NotInstalled, error.Kind);
        Assert.Contains("https://minikube.sigs.k8s.io", error.Message, StringComparison.Ordinal);
    }

    private Task<Cluster> CreateAsync(Func<MinikubeSettings, MinikubeSettings>? change = null) => provider.CreateAsync(
        folder.Request("mini", settings => change is null ? settings : settings with { Minikube = change(settings.Minikube) }), ReportSink.None, CancellationToken.None);

    private string[] Calls() => File.Exists(Path.Combine(folder.Path, "calls")) ? File.ReadAllLines(Path.Combine(folder.Path, "calls")) : [];
}
