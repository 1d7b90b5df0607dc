using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Girder;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>The administrator gets another password by a deploy: Girder and the Secret hold the same one afterwards, whatever happened in between.</summary>
public sealed class AdministratorPasswordTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    private const string First = "the first password";
    private const string Second = "the second password";

    [Fact]
    public async Task A_new_password_in_the_settings_is_the_one_that_Girder_takes_from_then_on()
    {
        simulated.RequireSimulator();
        var cluster = simulated.Cluster("password");
        await DeployAsync(cluster, First);

        var changed = await DeployAsync(cluster, Second);
        var again = await DeployAsync(cluster, Second);

        Assert.Equal(AppliedResult.Updated, changed.Objects.Single(item => item.Name == AdministratorStep.SecretName).Result);
        Assert.Equal(AppliedResult.Unchanged, changed.Girder!.Steps[0].Result);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await LogInAsync(cluster, First), await LogInAsync(cluster, Second)));
        Assert.Equal(Second, await KeptAsync(cluster));
        Assert.All(again.Objects, item => Assert.Equal(AppliedResult.Unchanged, item.Result));
        Assert.Empty(await Comparison.WithRevisionAsync(cluster, new SimulatedCluster.Listener(), CancellationToken.None));
    }

    [Fact]
    public async Task A_return_to_an_earlier_revision_leaves_the_password_alone()
    {
        simulated.RequireSimulator();
        var cluster = simulated.Cluster("password-undo");
        await DeployAsync(cluster, First);
        await DeployAsync(cluster, Second);

        await using (var rollback = await Rollback.PlanAsync(cluster, simulated.Client, null, new DeployOptions(), TimeProvider.System, new SimulatedCluster.Listener(), CancellationToken.None))
            await rollback.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Equal(Second, await KeptAsync(cluster));
        Assert.Equal(HttpStatusCode.OK, await LogInAsync(cluster, Second));
    }

    [Fact]
    public async Task A_deploy_that_died_after_Girder_took_the_new_password_is_finished_by_the_next()
    {
        simulated.RequireSimulator();
        var cluster = simulated.Cluster("password-died");
        await DeployAsync(cluster, First);
        var (_, change) = await PasswordChange.PlanAsync(
            simulated.Client, TimeProvider.System, cluster.Namespace, "admin", new Secret(First), new Secret(Second), new SimulatedCluster.Listener(), CancellationToken.None);
        await change!.RunAsync(CancellationToken.None);
        Assert.Equal(First, await KeptAsync(cluster));

        await DeployAsync(cluster, Second);

        Assert.Equal(Second, await KeptAsync(cluster));
        Assert.Equal(HttpStatusCode.OK, await LogInAsync(cluster, Second));
    }

    [Fact]
    public async Task A_plan_that_another_deploy_has_overtaken_leaves_Girder_s_password_alone()
    {
        simulated.RequireSimulator();
        var cluster = simulated.Cluster("password-overtaken");
        await DeployAsync(cluster, First);
        await using var plan = await PlanAsync(cluster, Second);
        Assert.Contains("have Girder change the administrator's password", plan.Description, StringComparison.Ordinal);
        await DeployAsync(cluster with { Settings = cluster.Settings! with { Settings = cluster.Settings.Settings with { Dashboard = new DashboardSettings { Replicas = 2 } } } }, First);

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None));

        Assert.Equal("PlanOutdated", exception.ErrorId);
        Assert.Equal(First, await KeptAsync(cluster));
        Assert.Equal(HttpStatusCode.OK, await LogInAsync(cluster, First));
    }

    [Fact]
    public async Task What_Girder_refuses_changes_nothing_and_is_told()
    {
        simulated.RequireSimulator();
        var cluster = simulated.Cluster("password-refused");
        await DeployAsync(cluster, First);

        var exception = await Assert.ThrowsAsync<GirderException>(() => DeployAsync(cluster, "tiny"));

        Assert.StartsWith("The deploy of Girder failed at the step 'Password': PUT user/password was answered with 400, Password must be at least 6 characters.", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tiny", exception.Message, StringComparison.Ordinal);
        Assert.Equal(First, await KeptAsync(cluster));
        Assert.Equal(HttpStatusCode.OK, await LogInAsync(cluster, First));
    }

    [Fact]
    public async Task While_Girder_does_not_answer_the_password_stays_and_a_later_deploy_changes_it()
    {
        simulated.RequireSimulator();
        var cluster = simulated.Cluster("password-away");
        await DeployAsync(cluster, First);
        await simulated.Client.MergeAsync(
            new ObjectReference(ResourceTypes.Deployment, cluster.Namespace, "girder"), new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 0 } }, CancellationToken.None);
        using var http = simulated.Client.CreateServiceProxy(cluster.Namespace, "girder", "8080");
        while (await new GirderClient(http, TimeProvider.System).ProbeAsync(CancellationToken.None) is { Succeeded: true })
            await Task.Yield();

        var without = await DeployAsync(cluster, Second, new DeployOptions { Force = true });
        var kept = await KeptAsync(cluster);
        await DeployAsync(cluster, Second);

        Assert.Contains(without.Warnings, warning => warning.StartsWith("The administrator's password stays as it was, since Girder does not answer", StringComparison.Ordinal));
        Assert.Equal((First, Second), (kept, await KeptAsync(cluster)));
        Assert.Equal(HttpStatusCode.OK, await LogInAsync(cluster, Second));
    }

    private static async Task<WholeTale.Core.Deployment.Deployment> DeployAsync(Cluster cluster, string password, DeployOptions? options = null)
    {
        await using var plan = await PlanAsync(cluster, password, options);
        return await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
    }

    private static Task<PlatformDeployment> PlanAsync(Cluster cluster, string password, DeployOptions? options = null)
    {
        var settings = cluster.Settings!.Settings with
        {
            // Each namespace has its own: the ingress controller shows one certificate a host.
            Domain = $"{cluster.Namespace}.example.org",
            // They stand side by side on three nodes.
            Worker = new WorkerSettings { Memory = "256Mi", BuilderMemory = "256Mi" },
            Secrets = new SecretSettings { AdminPassword = new Secret(password) },
        };
        var given = cluster with { Settings = cluster.Settings with { Settings = settings } };
        return PlatformDeployment.PlanAsync(given, options ?? new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None);
    }

    private async Task<HttpStatusCode> LogInAsync(Cluster cluster, string password)
    {
        using var http = simulated.Client.CreateServiceProxy(cluster.Namespace, "girder", "8080");
        return (await new GirderClient(http, TimeProvider.System).TryLogInAsync("Test", "admin", new Secret(password), CancellationToken.None)).Status;
    }

    private async Task<string> KeptAsync(Cluster cluster) => Encoding.UTF8.GetString(Convert.FromBase64String(
        (string)(await simulated.FindAsync("v1", "Secret", cluster.Namespace, AdministratorStep.SecretName))!["data"]!["password"]!));
}
