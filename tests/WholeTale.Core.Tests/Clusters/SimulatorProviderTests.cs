using System.Diagnostics;
using WholeTale.Core.Clusters;
using WholeTale.Core.Kubernetes;
using WholeTale.Tests;

namespace WholeTale.Core.Tests.Clusters;

public sealed class SimulatorProviderTests : IAsyncDisposable
{
    private readonly ClusterFolder folder = new();
    private readonly SimulatorProvider provider = new(new SimulatorProgram(SimulatorProcess.Assembly), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await foreach (var cluster in provider.ListAsync(folder.Settings(), CancellationToken.None))
            await provider.DeleteAsync(cluster, force: false, ReportSink.None, CancellationToken.None);
        folder.Dispose();
    }

    [Fact]
    public async Task Create_gives_a_cluster_that_answers()
    {
        var cluster = await CreateAsync("one");

        Assert.Equal(("one", "Simulator", ClusterStatus.Running, 3), (cluster.Name, cluster.Provider, cluster.Status, cluster.NodeCount));
        Assert.Equal(cluster.KubernetesVersion, await ApiClient.For(cluster.Connection!).GetVersionAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Create_again_returns_the_running_one()
    {
        var first = await CreateAsync("one");

        var second = await CreateAsync("one");

        Assert.Equal(first.Endpoint, second.Endpoint);
    }

    [Fact]
    public async Task Created_twice_at_once_it_is_one()
    {
        var clusters = await Task.WhenAll(CreateAsync("one"), CreateAsync("one"));

        Assert.Equal(clusters[0].Endpoint, clusters[1].Endpoint);
    }

    [Fact]
    public async Task Delete_waits_until_the_process_is_gone_and_leaves_no_file()
    {
        var cluster = await CreateAsync("one");
        using var process = Process.GetProcessById(SimulatorState.Read(FolderOf(cluster))!.ProcessId);

        await provider.DeleteAsync(cluster, force: false, ReportSink.None, CancellationToken.None);

        await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5));
        Assert.False(Directory.Exists(FolderOf(cluster)));
        Assert.Null(await provider.FindAsync("one", folder.Settings(), CancellationToken.None));
    }

    [Fact]
    public async Task Delete_of_one_that_is_gone_does_nothing()
    {
        var cluster = await CreateAsync("one");
        await provider.DeleteAsync(cluster, force: false, ReportSink.None, CancellationToken.None);

        await provider.DeleteAsync(cluster, force: false, ReportSink.None, CancellationToken.None);

        Assert.False(Directory.Exists(FolderOf(cluster)));
    }

    [Fact]
    public async Task What_a_killed_one_left_is_taken_for_what_it_is()
    {
        var killed = await CreateAsync("one");
        using (var process = Process.GetProcessById(SimulatorState.Read(FolderOf(killed))!.ProcessId))
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5));
        }

        Assert.True(File.Exists(Path.Combine(FolderOf(killed), SimulatorState.FileName)));
        Assert.Null(await provider.FindAsync("one", folder.Settings(), CancellationToken.None));
        var anew = await CreateAsync("one");
        Assert.NotEqual("", await ApiClient.For(anew.Connection!).GetVersionAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Cancelled_creation_leaves_no_process()
    {
        using var cancel = new CancellationTokenSource();
        var state = Path.Combine(folder.Path, "state", "clusters", "simulator", "one");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            provider.CreateAsync(folder.Request("one"), new ReportSink(_ => cancel.Cancel()), cancel.Token));

        await Until(() => !SimulatorState.IsAlive(state));
        Assert.Null(await provider.FindAsync("one", folder.Settings(), CancellationToken.None));
    }

    [Fact]
    public async Task List_gives_those_that_run()
    {
        await CreateAsync("one");
        await CreateAsync("two");

        var names = new List<string>();
        await foreach (var cluster in provider.ListAsync(folder.Settings(), CancellationToken.None))
            names.Add(cluster.Name);

        Assert.Equal(["one", "two"], names);
    }

    [Fact]
    public async Task Simulator_that_is_not_built_is_said_to_be()
    {
        var missing = new SimulatorProvider(new SimulatorProgram(Path.Combine(folder.Path, "none.dll")), TimeProvider.System);

        var error = await Assert.ThrowsAsync<ClusterException>(() => missing.CreateAsync(folder.Request("one"), ReportSink.None, CancellationToken.None));

        Assert.Equal(("SimulatorMissing", FailureKind.NotInstalled), (error.ErrorId, error.Kind));
    }

    [Fact]
    public async Task Simulator_that_breaks_off_is_an_error_with_what_it_said()
    {
        var broken = new SimulatorProvider(new SimulatorProgram(folder.Write("broken.dll", "this is no program")), TimeProvider.System);

        var error = await Assert.ThrowsAsync<ClusterException>(() => broken.CreateAsync(folder.Request("one"), ReportSink.None, CancellationToken.None));

        Assert.Equal("SimulatorFailed", error.ErrorId);
        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("One")]
    [InlineData("../one")]
    [InlineData("one-")]
    [InlineData("1one")]
    public async Task A_name_that_cannot_be_one_is_refused(string name)
    {
        var error = await Assert.ThrowsAsync<ClusterException>(() => CreateAsync(name));

        Assert.Equal("ClusterNameInvalid", error.ErrorId);
        Assert.Null(await provider.FindAsync(name, folder.Settings(), CancellationToken.None));
    }

    [Fact]
    public async Task A_cluster_shows_no_secret()
    {
        var cluster = await CreateAsync("one");
        var token = await cluster.Connection!.Token!(CancellationToken.None);

        Assert.DoesNotContain(token!, System.Text.Json.JsonSerializer.Serialize(cluster), StringComparison.Ordinal);
        Assert.DoesNotContain(token!, $"{cluster} {cluster.Connection}", StringComparison.Ordinal);
    }

    private Task<Cluster> CreateAsync(string name) => provider.CreateAsync(folder.Request(name), ReportSink.None, CancellationToken.None);

    private static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
            await Task.Delay(20, deadline.Token);
    }

    private string FolderOf(Cluster cluster) => SimulatorProvider.FolderOf(cluster.Name, folder.Settings());
}
