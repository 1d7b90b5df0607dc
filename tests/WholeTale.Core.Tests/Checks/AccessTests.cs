using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Access;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Girder;
using WholeTale.Core.Tests.Deployment;
using SimulatedCluster = WholeTale.Core.Tests.Deployment.SimulatedCluster;

namespace WholeTale.Core.Tests.Checks;

/// <summary>What a deploy says at its end of outside and certificates. The ingress class nginx gets an address of TEST-NET-3, where nobody answers.</summary>
public sealed class AccessTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wt-access-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_deploy_goes_on_without_DNS_and_tells_the_records_to_create()
    {
        var deployment = await DeployAsync("nodns", new DeployedPlatform.KnownOutside(), requireDns: false);

        var warning = Assert.Single(deployment.Warnings, text => text.Contains("DNS", StringComparison.Ordinal));
        Assert.Contains("girder.local.wholetale.org is not known to DNS", warning, StringComparison.Ordinal);
        Assert.Matches(@"\n    dashboard\.local\.wholetale\.org\. A 203\.0\.113\.\d+", warning);
        Assert.Contains(deployment.Warnings, text => text.Contains("nothing answers at 203.0.113.", StringComparison.Ordinal));
        Assert.NotNull(deployment.Girder);
    }

    [Fact]
    public async Task A_deploy_that_requires_DNS_waits_for_it_and_fails_at_the_deadline()
    {
        var page = Path.Combine(_folder.FullName, "dns.html");
        await using var plan = await PlanAsync("dns", new DeployedPlatform.KnownOutside(), Nginx(requireDns: true), new DeployOptions { ReportPath = page });

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None));

        Assert.Equal("DnsNotReady", exception.ErrorId);
        Assert.Contains("registry.local.wholetale.org. A 203.0.113.", exception.Message, StringComparison.Ordinal);
        await AssertToldAsync(plan.Outcome!, page, "ingress", exception);
    }

    [Fact]
    public async Task A_deploy_that_fails_in_Girder_s_set_up_says_so_as_data_and_on_its_page()
    {
        await simulated.SetFaultsAsync("""{"on":"backend","namespace":"refusing","path":"/api/v1/assetstore*","status":403}""");
        var page = Path.Combine(_folder.FullName, "girder.html");
        await using var plan = await PlanAsync("refusing", new DeployedPlatform.KnownOutside(), Nginx(requireDns: false), new DeployOptions { ReportPath = page });

        var exception = await Assert.ThrowsAsync<GirderException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None));

        await simulated.SetFaultsAsync();
        Assert.Equal("Assetstore", exception.Step);
        await AssertToldAsync(plan.Outcome!, page, "girder", exception);
        Assert.Contains(plan.Outcome!.Warnings, warning => warning.Contains("DNS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DNS_is_waited_for_no_longer_than_the_whole_deploy_may_take()
    {
        var time = new FakeTimeProvider();
        var began = time.GetUtcNow();
        var ingress = Given.Json("""
            {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"ingress","namespace":"brief"},"spec":{"rules":[{"host":"girder.brief.example"}]},
            "status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.7"}]} } }
            """);
        var deadline = new Deadline(new TimeLimit(TimeSpan.FromMinutes(1), "-Timeout"), time);
        var access = new PlatformAccess(simulated.Client, _ => ingress, "brief", new IngressSettings { RequireDns = true }, new DeployedPlatform.KnownOutside(), deadline, time);

        var looking = access.LookAsync(CancellationToken.None);
        while (!looking.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(looking, Task.Delay(1, CancellationToken.None));
        }

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => looking);
        Assert.Equal("DnsNotReady", exception.ErrorId);
        Assert.Contains("within 60 s, all that was left of the 60 s for the whole deploy, which Ingress.RequireDns demands", exception.Message, StringComparison.Ordinal);
        Assert.Contains("allow more time by -Timeout:", exception.Message, StringComparison.Ordinal);
        Assert.InRange(time.GetUtcNow() - began, TimeSpan.FromSeconds(50), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task What_was_wrong_when_the_door_opened_and_came_right_while_the_rest_started_is_not_told()
    {
        await simulated.SetFaultsAsync("""{"on":"api","namespace":"late","verb":"patch","resource":"deployments","name":"celery-worker","action":"latency","milliseconds":2500}""");
        var outside = new LateOutside();

        // A host of its own: the simulator's door knows those of the other tests, too.
        var deployment = await DeployAsync("late", outside, new IngressSettings(), "late.example");

        Assert.DoesNotContain(deployment.Warnings, text => text.Contains("nothing answers", StringComparison.Ordinal));
        Assert.Equal(2 * LateOutside.Hosts, outside.Looks);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "198.51.100.1", false)]
    [InlineData("203.0.113.7", "203.0.113.7,198.51.100.1", false)]
    [InlineData("2001:db8::7", "2001:db8::7", true)]
    [InlineData("lb.example.net", "203.0.113.9", true)]
    [InlineData("lb.example.net", "203.0.113.9,203.0.113.10", true)]
    [InlineData("lb.example.net", "198.51.100.1", false)]
    [InlineData("203.0.113.7", "", false)]
    public async Task A_name_is_right_when_it_leads_to_the_ingress_and_nowhere_else(string ingress, string found, bool expected)
    {
        var outside = new DeployedPlatform.KnownOutside();
        outside.Entries["lb.example.net"] = [IPAddress.Parse("203.0.113.9")];
        outside.Entries["girder.example.org"] = [.. found.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];

        var comparison = await NameComparison.MakeAsync("girder.example.org", [new IngressAddress(ingress, 443)], outside, CancellationToken.None);

        Assert.Equal(expected, comparison.IsRight);
    }

    [Theory]
    [InlineData("203.0.113.7", "girder.example.org. A 203.0.113.7")]
    [InlineData("2001:db8::7", "girder.example.org. AAAA 2001:db8::7")]
    [InlineData("lb.example.net", "girder.example.org. CNAME lb.example.net.")]
    public void The_record_fits_the_kind_of_address(string ingress, string record) =>
        Assert.Equal([record], NameComparison.RecordsFor("girder.example.org", [new IngressAddress(ingress, 443)]));

    private Task<WholeTale.Core.Deployment.Deployment> DeployAsync(string @namespace, DeployedPlatform.KnownOutside outside, bool requireDns) =>
        DeployAsync(@namespace, outside, Nginx(requireDns));

    private static IngressSettings Nginx(bool requireDns) => new() { Class = "nginx", RequireDns = requireDns, AddressTimeout = TimeSpan.FromSeconds(1) };

    private static async Task AssertToldAsync(WholeTale.Core.Deployment.Deployment outcome, string page, string component, WholeTaleException exception)
    {
        Assert.Equal(ComponentStatus.Failed, outcome.Status);
        Assert.Equal([component], outcome.Components.Where(state => state.Status == ComponentStatus.Failed).Select(state => state.Name));
        var diagnosis = Assert.Single(outcome.Diagnoses);
        Assert.Equal((component, exception.ErrorId, exception.Explanation, exception.Advice), (diagnosis.Component, diagnosis.Reason, diagnosis.Message, diagnosis.Advice));
        var text = await File.ReadAllTextAsync(page);
        Assert.Contains("<span class=\"status failed\">Failed</span>", text, StringComparison.Ordinal);
        Assert.Contains($"{component}: {exception.ErrorId}", text, StringComparison.Ordinal);
        Assert.Contains(WebUtility.HtmlEncode(exception.Explanation), text, StringComparison.Ordinal);
    }

    private async Task<WholeTale.Core.Deployment.Deployment> DeployAsync(string @namespace, IOutside outside, IngressSettings ingress, string domain = "local.wholetale.org")
    {
        await using var plan = await PlanAsync(@namespace, outside, ingress, new DeployOptions(), domain);
        return await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
    }

    private async Task<PlatformDeployment> PlanAsync(string @namespace, IOutside outside, IngressSettings ingress, DeployOptions options, string domain = "local.wholetale.org")
    {
        var cluster = simulated.Cluster(@namespace);
        cluster = cluster with { Settings = cluster.Settings! with { Settings = cluster.Settings.Settings with { Ingress = ingress, Domain = domain } } };
        var plan = await PlatformDeployment.PlanAsync(cluster, options, new SimulatedCluster.Listener(), CancellationToken.None);
        plan.Outside = outside;
        return plan;
    }

    /// <summary>A world in which the door answers from the second look on.</summary>
    private sealed class LateOutside : IOutside
    {
        /// <summary>girder, dashboard and registry.</summary>
        public const int Hosts = 3;

        private readonly Outside real = new();
        private int looks;

        public int Looks => Volatile.Read(ref looks);

        public Task<PresentedCertificate> GetCertificateAsync(IngressAddress address, string host, bool isJudged, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref looks) > Hosts
                ? real.GetCertificateAsync(address, host, isJudged, cancellationToken)
                : throw new SocketException((int)SocketError.ConnectionRefused);

        public Task<IReadOnlyList<IPAddress>> FindAddressesAsync(string host, CancellationToken cancellationToken) => real.FindAddressesAsync(host, cancellationToken);
    }
}
