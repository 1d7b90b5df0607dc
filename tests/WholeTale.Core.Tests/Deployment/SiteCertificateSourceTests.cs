using System.Text.Json.Nodes;
using WholeTale.Core.Certificates;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Certificates that come from the cluster itself, and what becomes of the registry's when it is about to expire.</summary>
public sealed class SiteCertificateSourceTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    private const string CertManager = "cert-manager.io";

    private readonly CustomKinds kinds = new(simulated);

    [Fact]
    public async Task A_certificate_of_cert_manager_is_ordered_and_waited_for()
    {
        await kinds.InstallAsync(CertManager, "Certificate", "certificates");
        var cluster = With("issued", settings => settings with { Certificate = new CertificateSettings { Source = "CertManager", Issuer = "letsencrypt" } });

        var deploying = DeployAsync(cluster);
        await kinds.SetStatusAsync(CertManager, "certificates", "issued", "site", """{"conditions":[{"type":"Ready","status":"True","reason":"Ready","message":"Certificate is up to date and has not expired"}]}""");
        var deployment = await deploying;

        Assert.Equal(ComponentStatus.Ready, deployment.Status);
        var certificate = (await simulated.Client.FindAsync(new ObjectReference(new ResourceType(CertManager, "v1", "Certificate", "certificates", true), "issued", "site"), CancellationToken.None))!;
        Assert.Equal("""{"group":"cert-manager.io","kind":"ClusterIssuer","name":"letsencrypt"}""", certificate["spec"]!["issuerRef"]!.ToJsonString());
        var ingress = (await simulated.FindAsync("networking.k8s.io/v1", "Ingress", "issued", "ingress"))!;
        Assert.Equal((string?)certificate["spec"]!["secretName"], (string?)ingress["spec"]!["tls"]![0]!["secretName"]);
    }

    [Fact]
    public async Task An_order_that_is_refused_fails_the_deploy_with_its_reason()
    {
        await kinds.InstallAsync(CertManager, "Certificate", "certificates");
        var cluster = With("refused", settings => settings with { Certificate = new CertificateSettings { Source = "CertManager", Issuer = "letsencrypt" } });

        var deploying = DeployAsync(cluster);
        await kinds.SetStatusAsync(
            CertManager, "certificates", "refused", "site",
            """
            {"conditions":[{"type":"Ready","status":"False","reason":"DoesNotExist","message":"Issuing certificate as Secret does not exist"},
             {"type":"Issuing","status":"False","reason":"Failed","message":"The certificate request has failed: acme: rateLimited: too many certificates."}]}
            """);
        var exception = await Assert.ThrowsAsync<NotReadyException>(() => deploying.WaitAsync(TimeSpan.FromSeconds(50)));

        Assert.Equal("ingress", exception.Diagnosis.Component);
        Assert.Contains("too many certificates", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_existing_Secret_must_be_there_and_be_for_the_hosts()
    {
        var cluster = With("existing", settings => settings with { Certificate = new CertificateSettings { Source = "Secret", SecretName = "mine" } });
        Assert.Equal("CertificateSecretMissing", (await Assert.ThrowsAsync<CertificateException>(() => DeployAsync(cluster))).ErrorId);

        await simulated.Client.CreateAsync(Given.Json("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"existing"}}"""), CancellationToken.None);
        await WriteSecretAsync("existing", "elsewhere.example.org");
        Assert.Equal("CertificateWrongDomain", (await Assert.ThrowsAsync<CertificateException>(() => DeployAsync(cluster))).ErrorId);

        await WriteSecretAsync("existing", "*.local.wholetale.org");
        Assert.Equal(ComponentStatus.Ready, (await DeployAsync(cluster)).Status);
    }

    [Fact]
    public async Task A_Secret_that_its_keeper_renews_during_a_deploy_is_not_taken_for_a_wrong_certificate()
    {
        // A domain of its own: an ingress controller shows one certificate for a host, whichever namespace claims it.
        var cluster = With("kept", settings => settings with { Domain = "kept.example.org", Certificate = new CertificateSettings { Source = "Secret", SecretName = "mine" } });
        await simulated.Client.CreateAsync(Given.Json("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kept"}}"""), CancellationToken.None);
        await WriteSecretAsync("kept", "*.kept.example.org");
        await DeployAsync(cluster);

        await using var plan = await PlatformDeployment.PlanAsync(cluster, new DeployOptions { SkipGirderSetup = true }, new SimulatedCluster.Listener(), CancellationToken.None);
        await WriteSecretAsync("kept", "*.kept.example.org");
        var deployment = await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.DoesNotContain(deployment.Warnings, warning => warning.Contains("another certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registry_certificate_near_its_end_is_renewed_and_who_uses_it_is_restarted()
    {
        var cluster = simulated.Cluster("renewal");
        await DeployAsync(cluster);
        var old = SelfSigned.Create(SelfSigned.RegistryNames("renewal", "local.wholetale.org"), "Ecdsa", 20, TimeProvider.System);
        await simulated.Client.MergeAsync(
            new ObjectReference(ResourceTypes.Secret, "renewal", "registry-cert-secret"),
            new JsonObject { ["stringData"] = new JsonObject { ["tls.crt"] = old.CertificatePem, ["tls.key"] = old.KeyPem.Reveal(), ["ca.crt"] = old.CertificatePem } }, CancellationToken.None);

        var deployment = await DeployAsync(cluster, new DeployOptions { Force = true, NoWait = true });

        var updated = deployment.Objects.Where(item => item.Result == AppliedResult.Updated).Select(item => item.Name).Order(StringComparer.Ordinal);
        Assert.Equal(["celery-worker", "registry", "registry-cert-secret"], updated);
        var again = await DeployAsync(cluster, new DeployOptions { NoWait = true });
        Assert.All(again.Objects, item => Assert.Equal(AppliedResult.Unchanged, item.Result));
    }

    private Task<ApplyOutcome> WriteSecretAsync(string @namespace, string host)
    {
        var material = SelfSigned.Create([host], "Ecdsa", 90, TimeProvider.System);
        return simulated.Client.ApplyAsync(
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Secret",
                ["type"] = "kubernetes.io/tls",
                ["metadata"] = new JsonObject { ["name"] = "mine", ["namespace"] = @namespace },
                ["stringData"] = new JsonObject { ["tls.crt"] = material.CertificatePem, ["tls.key"] = material.KeyPem.Reveal() },
            },
            new ApplyOptions { Force = true, FieldManager = "somebody" }, CancellationToken.None);
    }

    private Cluster With(string @namespace, Func<Settings, Settings> change)
    {
        var cluster = simulated.Cluster(@namespace);
        return cluster with { Settings = cluster.Settings! with { Settings = change(cluster.Settings.Settings) } };
    }

    private static async Task<WholeTale.Core.Deployment.Deployment> DeployAsync(Cluster cluster, DeployOptions? options = null)
    {
        await using var plan = await PlatformDeployment.PlanAsync(cluster, options ?? new DeployOptions { SkipGirderSetup = true }, new SimulatedCluster.Listener(), CancellationToken.None);
        return await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
    }
}
