using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;
using WholeTale.Tests;

namespace WholeTale.Core.Tests.Clusters;

/// <summary>Existing clusters, with a simulator as the one that exists.</summary>
public sealed class ExistingProviderTests : IAsyncLifetime
{
    private readonly ClusterFolder folder = new();
    private readonly ExistingProvider provider = new();
    private SimulatorProcess simulator = null!;

    public async ValueTask InitializeAsync() => simulator = await SimulatorProcess.StartAsync("--nodes", "2");

    public async ValueTask DisposeAsync()
    {
        await simulator.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_context_is_a_cluster_with_version_and_nodes()
    {
        var cluster = await provider.CreateAsync(Request("test"), ReportSink.None, CancellationToken.None);

        Assert.Equal(("test", "Existing", ClusterStatus.Running, 2), (cluster.Name, cluster.Provider, cluster.Status, cluster.NodeCount));
        Assert.StartsWith("v1.26", cluster.KubernetesVersion, StringComparison.Ordinal);
        Assert.Equal(simulator.Endpoint, cluster.Endpoint);
    }

    [Fact]
    public async Task The_settings_cluster_is_the_context_in_force()
    {
        var cluster = await provider.CreateAsync(Request("wholetale"), ReportSink.None, CancellationToken.None);

        Assert.Equal("test", cluster.Name);
    }

    [Fact]
    public async Task With_another_provider_in_the_settings_the_context_in_force_is_not_taken_for_their_cluster()
    {
        Assert.Null(await provider.FindAsync("wholetale", Request("x").Settings, CancellationToken.None));
    }

    [Fact]
    public async Task A_context_that_the_settings_do_not_name_is_warned_of()
    {
        var reports = new List<Report>();

        await provider.CreateAsync(Request("test", context: "other"), new ReportSink(reports.Add), CancellationToken.None);

        Assert.Contains("'other'", Assert.Single(reports.OfType<WarningReport>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_that_is_not_there_is_an_error_with_the_nearest()
    {
        var error = await Assert.ThrowsAsync<ClusterException>(() => provider.CreateAsync(Request("tset"), ReportSink.None, CancellationToken.None));

        Assert.Equal("ContextNotFound", error.ErrorId);
        Assert.Contains("'test'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_is_one_clear_error()
    {
        var file = folder.Write("config", File.ReadAllText(simulator.Kubeconfig).Replace(simulator.Token, "wrong", StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<ApiException>(() => provider.CreateAsync(Request("test", file), ReportSink.None, CancellationToken.None));

        Assert.Equal(FailureKind.Unauthenticated, error.Kind);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_one_clear_error()
    {
        await simulator.StopAsync();
        var file = folder.Write("config", $"clusters: [{{ name: c, cluster: {{ server: '{simulator.Endpoint}' }} }}]\ncontexts: [{{ name: test, context: {{ cluster: c }} }}]\n");

        var error = await Assert.ThrowsAsync<ApiException>(() => provider.CreateAsync(Request("test", file), ReportSink.None, CancellationToken.None));

        Assert.Equal(FailureKind.Unreachable, error.Kind);
        Assert.Contains(simulator.Endpoint.Authority, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_found_unreachable_and_says_why_when_worked_with()
    {
        await simulator.StopAsync();
        var file = folder.Write("config", $"clusters: [{{ name: c, cluster: {{ server: '{simulator.Endpoint}' }} }}]\ncontexts: [{{ name: test, context: {{ cluster: c }} }}]\n");

        var cluster = await provider.FindAsync("test", Request("test", file).Settings, CancellationToken.None);

        Assert.Equal((ClusterStatus.Unreachable, simulator.Endpoint), (cluster!.Status, cluster.Endpoint));
        var error = await Assert.ThrowsAsync<ApiException>(() => ApiClient.For(cluster.Connection!).GetVersionAsync(CancellationToken.None));
        Assert.Contains(simulator.Endpoint.Authority, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listing_asks_no_server()
    {
        await simulator.Http.DeleteAsync("/simulator/v1/requests");
        var clusters = new List<Cluster>();

        await foreach (var cluster in provider.ListAsync(Request("x").Settings, CancellationToken.None))
            clusters.Add(cluster);

        Assert.Equal("test", Assert.Single(clusters).Name);
        Assert.DoesNotContain("/version", await simulator.Http.GetStringAsync("/simulator/v1/requests"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_is_refused()
    {
        var cluster = new Cluster { Name = "test", Provider = "Existing" };

        var error = await Assert.ThrowsAsync<ClusterException>(() => provider.DeleteAsync(cluster, force: true, ReportSink.None, CancellationToken.None));

        Assert.Equal(FailureKind.Refused, error.Kind);
    }

    private ClusterRequest Request(string name, string? file = null, string context = "") =>
        folder.Request(name, settings => settings with { Existing = new ExistingSettings { Kubeconfig = file ?? simulator.Kubeconfig, Context = context } });
}
