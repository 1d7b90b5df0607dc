using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Certificates;
using WholeTale.Core.Checks;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Checks;

/// <summary>Each check against a whole platform, and against one in which what it looks for is broken.</summary>
public sealed class PlatformChecksTests(DeployedPlatform platform) : IClassFixture<DeployedPlatform>, IAsyncLifetime
{
    private const string Girder = "girder.local.wholetale.org";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        platform.Outside.Entries.Clear();
        await platform.FaultAsync();
    }

    [Fact]
    public async Task A_platform_as_shipped_fails_no_check_and_what_is_not_passed_says_why()
    {
        var checks = await platform.CheckAsync();

        Assert.DoesNotContain(checks, check => check.Result == CheckResult.Fail);
        string[] passed = ["Api", "Clock", "Namespace", "Component mongo", "Component worker", "Claims", "Ingress", "Girder", "GirderPlugins", "Dashboard", "Broker girder", "Broker worker", "Queues", "Registry", "BuilderCapacity"];
        Assert.All(passed, name => Assert.Equal(CheckResult.Pass, Assert.Single(checks, check => check.Name == name).Result));
        Assert.All(checks.Where(check => check.Name.StartsWith("Dns", StringComparison.Ordinal)), check => Assert.Contains("its own machine only", check.Seen, StringComparison.Ordinal));
        Assert.All(checks.Where(check => check.Name.StartsWith("Tls", StringComparison.Ordinal)), check => Assert.Contains("browsers do not know who issued it", check.Seen, StringComparison.Ordinal));
        Assert.Contains("364 days", Assert.Single(checks, check => check.Name == $"Tls {Girder}").Seen, StringComparison.Ordinal);
        Assert.Contains("no Globus", Assert.Single(checks, check => check.Name == "GirderSettings").Seen, StringComparison.Ordinal);
        Assert.All(checks.Where(check => check.Result != CheckResult.Pass), check => Assert.NotEmpty(check.Advice));
    }

    [Fact]
    public async Task Without_an_API_server_one_check_fails_and_the_others_are_skipped()
    {
        var connection = platform.Cluster.Connection! with { Endpoint = new Uri("https://127.0.0.1:9") };

        var checks = await platform.CheckAsync(cluster: platform.Cluster with { Connection = connection });

        Assert.Equal("Api", Assert.Single(checks, check => check.Result == CheckResult.Fail).Name);
        Assert.All(checks.Skip(1), check => Assert.Equal(CheckResult.Skip, check.Result));
    }

    [Theory]
    [InlineData(30, CheckResult.Warn)]
    [InlineData(-30, CheckResult.Warn)]
    [InlineData(900, CheckResult.Fail)]
    public async Task Clocks_that_differ_are_told(int seconds, CheckResult expected)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow.AddSeconds(seconds));

        var check = Assert.Single(await platform.CheckAsync("Clock", time: time));

        Assert.Equal(expected, check.Result);
        Assert.Contains("NTP", check.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_namespace_without_a_deploy_fails()
    {
        var cluster = platform.Cluster with { Namespace = "default" };

        Assert.Contains("no deploy is recorded", Assert.Single(await platform.CheckAsync("Namespace", cluster)).Seen, StringComparison.Ordinal);
        Assert.All(await platform.CheckAsync("Component", cluster), check => Assert.Equal(CheckResult.Fail, check.Result));
        Assert.Equal(CheckResult.Fail, Assert.Single(await platform.CheckAsync("Claims", cluster)).Result);
        Assert.Equal(CheckResult.Fail, Assert.Single(await platform.CheckAsync("Ingress", cluster)).Result);
        Assert.Equal(CheckResult.Fail, Assert.Single(await platform.CheckAsync("Girder", cluster), check => check.Name == "Girder").Result);
        Assert.Contains("no namespace", Assert.Single(await platform.CheckAsync("Namespace", platform.Cluster with { Namespace = "nowhere" })).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_broker_its_component_the_worker_and_its_queue_fail()
    {
        await platform.PatchAsync(ResourceTypes.Deployment, "redis", """{"spec":{"replicas":0}}""");
        try
        {
            Assert.Contains("does not reach redis", (await platform.EventuallyAsync("Broker worker", CheckResult.Fail)).Seen, StringComparison.Ordinal);
            Assert.Contains("Name or service not known", (await platform.EventuallyAsync("Broker girder", CheckResult.Fail)).Seen, StringComparison.Ordinal);
            await platform.EventuallyAsync("Queues", CheckResult.Skip);
        }
        finally
        {
            await platform.PatchAsync(ResourceTypes.Deployment, "redis", """{"spec":{"replicas":1}}""");
            await platform.EventuallyAsync("Component redis", CheckResult.Pass);
        }
    }

    [Fact]
    public async Task The_advice_for_a_component_names_its_log_only_where_there_is_one()
    {
        await platform.FaultAsync("""{"on":"image","image":"broken*","message":"broken: not found"}""");
        var reference = new ObjectReference(ResourceTypes.Deployment, platform.Cluster.Namespace, "dashboard");
        var containers = (await platform.Api.FindAsync(reference, CancellationToken.None))!["spec"]!["template"]!["spec"]!["containers"]!.ToJsonString();
        try
        {
            await PatchAsync("""[{"name":"dashboard","image":"broken:1"}]""");
            Check unpulled;
            do
                unpulled = await platform.EventuallyAsync("Component dashboard", CheckResult.Fail);
            while (!unpulled.Seen.Contains("cannot be pulled", StringComparison.Ordinal));

            Assert.DoesNotContain("Get-WTLog", unpulled.Advice, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\.$", unpulled.Seen);
        }
        finally
        {
            await platform.FaultAsync();
            await PatchAsync(containers);
            await platform.EventuallyAsync("Component dashboard", CheckResult.Pass);
        }

        Task PatchAsync(string list) => platform.PatchAsync(ResourceTypes.Deployment, "dashboard", $$$"""{"spec":{"template":{"spec":{"containers":{{{list}}} } } } }""");
    }

    [Fact]
    public async Task A_queue_that_nobody_serves_fails()
    {
        await platform.PatchAsync(ResourceTypes.Deployment, "celery-worker", """{"spec":{"replicas":0}}""");
        try
        {
            Assert.Contains("0 workers wait for tasks", (await platform.EventuallyAsync("Queues", CheckResult.Fail)).Seen, StringComparison.Ordinal);
            await platform.EventuallyAsync("Broker worker", CheckResult.Skip);
        }
        finally
        {
            await platform.PatchAsync(ResourceTypes.Deployment, "celery-worker", """{"spec":{"replicas":1}}""");
            await platform.EventuallyAsync("Component worker", CheckResult.Pass);
        }
    }

    [Fact]
    public async Task A_claim_that_is_not_bound_fails()
    {
        await platform.Api.CreateAsync(
            (JsonObject)JsonNode.Parse("""
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"unbound","namespace":"wholetale","labels":{"app.kubernetes.io/part-of":"wholetale","app.kubernetes.io/component":"mongo"}},
             "spec":{"storageClassName":"nowhere","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
            """)!, CancellationToken.None);
        try
        {
            var check = Assert.Single(await platform.CheckAsync("Claims"));

            Assert.Equal((CheckResult.Fail, "unbound is Pending"), (check.Result, check.Seen));
        }
        finally
        {
            await platform.Api.DeleteAsync(new ObjectReference(ResourceTypes.PersistentVolumeClaim, "wholetale", "unbound"), Propagation.Background, null, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Names_are_compared_with_the_ingress_and_the_records_to_create_are_told()
    {
        // An address that is not of this machine.
        await SetAddressAsync("""{"ip":"203.0.113.7"}""");
        try
        {
            platform.Outside.Entries["dashboard.local.wholetale.org"] = [IPAddress.Parse("203.0.113.7")];
            platform.Outside.Entries["registry.local.wholetale.org"] = [IPAddress.Parse("198.51.100.1")];

            var checks = await platform.CheckAsync("Dns");

            Assert.Equal([CheckResult.Fail, CheckResult.Pass, CheckResult.Fail], checks.Select(check => check.Result));
            Assert.Contains("not known to DNS", checks[0].Seen, StringComparison.Ordinal);
            Assert.Contains($"{Girder}. A 203.0.113.7", checks[0].Advice, StringComparison.Ordinal);
            Assert.Contains("leads to 198.51.100.1", checks[2].Seen, StringComparison.Ordinal);
        }
        finally
        {
            await RestoreAddressAsync();
        }
    }

    [Fact]
    public async Task A_certificate_other_than_the_configured_one_fails_and_nobody_listening_does_too()
    {
        var secret = (await platform.Api.FindAsync(new ObjectReference(ResourceTypes.Secret, "wholetale", "site-cert-secret"), CancellationToken.None))!;
        await ReplaceSiteCertificateAsync(SelfSigned.Create(["elsewhere.example.org"], "Ecdsa", 365, TimeProvider.System));
        try
        {
            Assert.Contains("elsewhere.example.org", Assert.Single(await platform.CheckAsync($"Tls {Girder}")).Seen, StringComparison.Ordinal);

            await ReplaceSiteCertificateAsync(SelfSigned.Create(["*.local.wholetale.org"], "Ecdsa", 10, TimeProvider.System));
            var soon = Assert.Single(await platform.CheckAsync($"Tls {Girder}"));
            Assert.Equal((CheckResult.Warn, "Renew it and run Deploy-WholeTale."), (soon.Result, soon.Advice));

            var later = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(20));
            Assert.Contains("expired on", Assert.Single(await platform.CheckAsync($"Tls {Girder}", time: later)).Seen, StringComparison.Ordinal);
        }
        finally
        {
            await platform.PatchAsync(ResourceTypes.Secret, "site-cert-secret", new JsonObject { ["data"] = secret["data"]!.DeepClone() }.ToJsonString());
        }

        await SetAddressAsync("""{"ip":"127.0.0.1","ports":[{"port":9,"protocol":"TCP"}]}""");
        try
        {
            Assert.Contains("no TLS at 127.0.0.1:9", Assert.Single(await platform.CheckAsync($"Tls {Girder}")).Seen, StringComparison.Ordinal);
        }
        finally
        {
            await RestoreAddressAsync();
        }
    }

    [Fact]
    public async Task An_ingress_without_a_host_or_with_a_sick_backend_fails()
    {
        var other = platform.With(settings => settings with { Domain = "other.example.org" });
        Assert.Contains("no rule for girder.other.example.org", Assert.Single(await platform.CheckAsync("Ingress", other)).Seen, StringComparison.Ordinal);

        await platform.PatchAsync(ResourceTypes.Ingress, "ingress", """{"metadata":{"annotations":{"ingress.kubernetes.io/backends":"{\"k8s1-girder\":\"UNHEALTHY\",\"k8s1-dashboard\":\"HEALTHY\"}"}}}""");
        try
        {
            var check = Assert.Single(await platform.CheckAsync("Ingress"));

            Assert.Equal(CheckResult.Fail, check.Result);
            Assert.EndsWith("unhealthy: k8s1-girder", check.Seen, StringComparison.Ordinal);
        }
        finally
        {
            await platform.PatchAsync(ResourceTypes.Ingress, "ingress", """{"metadata":{"annotations":{"ingress.kubernetes.io/backends":null}}}""");
        }
    }

    [Fact]
    public async Task A_Girder_that_does_not_answer_or_is_not_set_up_so_fails()
    {
        Assert.Contains("wholetale_extra", (await OneAsync("GirderPlugins", settings => settings with { Girder = settings.Girder with { Plugins = ["wholetale_extra"] } })).Seen, StringComparison.Ordinal);
        var wrong = await OneAsync("GirderSettings", settings => settings with { Domain = "other.example.org" });
        Assert.Equal(CheckResult.Fail, wrong.Result);
        Assert.Contains("core.cors.allow_origin", wrong.Seen, StringComparison.Ordinal);

        await platform.FaultAsync("""{"on":"backend","image":"*girder*","status":502}""");
        var check = Assert.Single(await platform.CheckAsync("Girder"), found => found.Name == "Girder");
        Assert.Equal(CheckResult.Fail, check.Result);
        Assert.Contains("502", check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dashboard_that_leads_elsewhere_or_is_down_fails()
    {
        var elsewhere = await OneAsync("Dashboard", settings => settings with { Domain = "other.example.org" });
        Assert.Equal((CheckResult.Fail, "it sends browsers to https://girder.local.wholetale.org/api/v1, not to https://girder.other.example.org/api/v1"), (elsewhere.Result, elsewhere.Seen));

        await platform.FaultAsync("""{"on":"backend","image":"*dashboard*","status":503}""");
        Assert.Contains("503", Assert.Single(await platform.CheckAsync("Dashboard")).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_refuses_its_user_or_shows_another_certificate_or_is_full_fails()
    {
        Assert.Contains("can log in, push and pull", Assert.Single(await platform.CheckAsync("Registry")).Seen, StringComparison.Ordinal);
        await BreakAsync("registry-secret", new JsonObject { ["password"] = "another" }, "the registry refuses the user wholetale");
        await BreakAsync("registry-cert-secret", new JsonObject { ["ca.crt"] = SelfSigned.Create(["registry"], "Ecdsa", 30, TimeProvider.System).CertificatePem }, "does not show the certificate");

        await platform.FaultAsync("""{"on":"backend","image":"registry*","verb":"PUT","status":507}""");
        Assert.Contains("can log in, and not push and pull", Assert.Single(await platform.CheckAsync("Registry")).Seen, StringComparison.Ordinal);
        await platform.FaultAsync("""{"on":"backend","image":"registry*","verb":"DELETE","status":405}""");
        Assert.Equal(CheckResult.Warn, Assert.Single(await platform.CheckAsync("Registry")).Result);

        async Task BreakAsync(string secret, JsonObject data, string says)
        {
            var whole = (await platform.Api.FindAsync(new ObjectReference(ResourceTypes.Secret, "wholetale", secret), CancellationToken.None))!["data"]!.DeepClone();
            await platform.PatchAsync(ResourceTypes.Secret, secret, new JsonObject { ["stringData"] = data }.ToJsonString());
            try
            {
                var check = Assert.Single(await platform.CheckAsync("Registry"));
                Assert.Equal(CheckResult.Fail, check.Result);
                Assert.Contains(says, check.Seen, StringComparison.Ordinal);
            }
            finally
            {
                await platform.PatchAsync(ResourceTypes.Secret, secret, new JsonObject { ["data"] = whole }.ToJsonString());
            }
        }
    }

    [Fact]
    public async Task A_builder_that_no_node_can_hold_fails() =>
        Assert.Contains("the largest node", (await OneAsync("BuilderCapacity", settings => settings with { Worker = settings.Worker with { BuilderMemory = "4Ti" } })).Seen, StringComparison.Ordinal);

    [Fact]
    public async Task A_server_that_keeps_silent_ends_each_check_at_its_deadline()
    {
        await platform.FaultAsync("""{"on":"api","resource":"persistentvolumeclaims","verb":"list","action":"latency","milliseconds":20000}""");

        var check = Assert.Single(await platform.CheckAsync("Claims", patience: TimeSpan.FromMilliseconds(300)));

        Assert.Equal((CheckResult.Fail, "nothing was known within 0.3 s"), (check.Result, check.Seen));
        Assert.InRange(check.Duration, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));
    }

    private async Task<Check> OneAsync(string name, Func<Settings, Settings> change) => Assert.Single(await platform.CheckAsync(name, platform.With(change)));

    private Task<JsonObject> ReplaceSiteCertificateAsync(TlsMaterial material) => platform.PatchAsync(
        ResourceTypes.Secret, "site-cert-secret",
        new JsonObject { ["stringData"] = new JsonObject { ["tls.crt"] = material.CertificatePem, ["tls.key"] = material.KeyPem.Reveal() } }.ToJsonString());

    private JsonNode? before;

    private async Task SetAddressAsync(string entry)
    {
        var ingress = (await platform.Api.FindAsync(new ObjectReference(ResourceTypes.Ingress, "wholetale", "ingress"), CancellationToken.None))!;
        before ??= ingress["status"]!["loadBalancer"]!["ingress"]!.DeepClone();
        await platform.SetIngressAddressAsync(new JsonArray(JsonNode.Parse(entry)));
    }

    private Task RestoreAddressAsync() => platform.SetIngressAddressAsync((JsonArray)before!.DeepClone());
}
