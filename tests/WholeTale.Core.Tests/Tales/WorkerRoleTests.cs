using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;
using WholeTale.Core.Tales;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Core.Tests.Tales;

/// <summary>
/// The role that is deployed for the worker (templates/base.yaml), held by RBAC with the account's own token: it is enough for a tale's whole life, and nothing in it is without use.
/// </summary>
public sealed class WorkerRoleTests : IAsyncLifetime
{
    /// <summary>What our code asks for. Each is taken away in turn below, and each time something breaks.</summary>
    private static readonly string[] Ours =
    [
        // A launch: five objects, each applied; an apply that creates needs both rights.
        "apps/deployments create", "apps/deployments patch", "secrets create", "secrets patch", "services create", "services patch",
        "networking.k8s.io/ingresses create", "networking.k8s.io/ingresses patch", "persistentvolumeclaims create", "persistentvolumeclaims patch",
        // The platform's own door, which it goes through.
        "networking.k8s.io/ingresses get",
        // What becomes of it, and which tales there are.
        "apps/deployments list", "apps/deployments watch", "pods list", "pods watch",
        // Why it does not start.
        "events list", "pods/log get",
        // The token of a tale that runs; its change, its removal, the claim that is kept.
        "secrets get", "apps/deployments get", "apps/deployments delete", "persistentvolumeclaims get",
        // What gwvolman started is removed object by object.
        "services list", "services delete", "networking.k8s.io/ingresses list", "networking.k8s.io/ingresses delete",
    ];

    /// <summary>What gwvolman 2.1.3 asks for (its tasks_kubernetes.py, utils_k8s.py and r2d/kaniko.py).</summary>
    private static readonly string[] Gwvolman =
    [
        "apps/deployments create", "apps/deployments list", "apps/deployments delete", "services create", "services list", "services delete",
        "networking.k8s.io/ingresses create", "networking.k8s.io/ingresses list", "networking.k8s.io/ingresses delete", "pods list",
        // girderfs-mount. Opened by GET, which Kubernetes takes for get, and from 1.35 on for create as well (KEP-4006).
        "pods/exec get", "pods/exec create",
        // Image builds by kaniko.
        "configmaps create", "configmaps delete", "batch/jobs create", "batch/jobs delete", "batch/jobs/status get", "pods get", "pods delete", "pods/log get",
    ];

    /// <summary>What only some servers ask for: those with the admission plugin OwnerReferencesPermissionEnforcement, of who sets blockOwnerDeletion.</summary>
    private static readonly string[] Owners = ["apps/deployments/finalizers update"];

    private static readonly ObjectReference Role = new(ResourceTypes.Role, "wholetale", "worker");

    private SimulatedCluster simulated = null!;
    private ApiConnection administrator = null!;
    private ApiConnection worker = null!;
    private RoleTrial trial = null!;
    private JsonArray rules = null!;

    public async ValueTask InitializeAsync()
    {
        simulated = await SimulatedCluster.StartAsync(new SimulatedClusterOptions { Name = "worker-role", Delays = false }, null, null, CancellationToken.None);
        administrator = Connection(simulated.Token);
        var api = ApiClient.For(administrator);
        await api.CreateAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = "wholetale" } }, CancellationToken.None);
        var manifests = TemplateRenderer.Render(new TemplateSource(TemplateSource.ModuleFolder), "base.yaml", new Dictionary<string, object?>
        {
            ["Namespace"] = "wholetale",
            ["IngressIs"] = PlatformVariables.IngressIs(new IngressSettings()),
        });
        foreach (var manifest in manifests.Select(rendered => rendered.Object))
        {
            manifest["metadata"]!["namespace"] = "wholetale";
            await api.ApplyAsync(manifest, ApplyOptions.Default, CancellationToken.None);
        }
        await api.ApplyAsync(
            new JsonObject
            {
                ["apiVersion"] = "networking.k8s.io/v1",
                ["kind"] = "Ingress",
                ["metadata"] = new JsonObject
                {
                    ["name"] = "ingress", ["namespace"] = "wholetale", ["annotations"] = new JsonObject { [ManifestFinish.ControllerAnnotation] = "traefik" },
                },
                ["spec"] = new JsonObject
                {
                    ["ingressClassName"] = "public",
                    ["defaultBackend"] = new JsonObject { ["service"] = new JsonObject { ["name"] = "girder", ["port"] = new JsonObject { ["number"] = 8080 } } },
                },
            },
            ApplyOptions.Default, CancellationToken.None);
        trial = new RoleTrial(administrator, Role);
        rules = (JsonArray)manifests.Single(manifest => (string?)manifest.Object["kind"] == "Role").Object["rules"]!;
        worker = await trial.LogInAsync();
    }

    public async ValueTask DisposeAsync() => await simulated.DisposeAsync();

    [Fact]
    public async Task The_worker_s_own_account_is_enough_for_a_tale_s_whole_life() => await LiveAsync();

    [Fact]
    public void The_role_holds_what_our_code_and_gwvolman_ask_for_and_nothing_else() =>
        Assert.Equal(Ours.Union(Gwvolman).Union(Owners).Order(StringComparer.Ordinal), RoleTrial.Granted(rules).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Of_what_our_code_asks_for_nothing_can_be_taken_away() => Assert.Empty(await trial.FindUselessAsync(Ours, LiveAsync));

    [Fact]
    public async Task The_worker_sees_nothing_of_other_namespaces_and_lists_no_secrets()
    {
        var api = ApiClient.For(worker);

        await Assert.ThrowsAsync<ApiException>(() => api.ListAsync(ResourceTypes.Pod, "kube-system", null, CancellationToken.None));
        await Assert.ThrowsAsync<ApiException>(() => api.ListAsync(ResourceTypes.Secret, "wholetale", null, CancellationToken.None));
        await Assert.ThrowsAsync<ApiException>(() => api.FindAsync(Role, CancellationToken.None));
    }

    // All that our code does with tales; it throws where anything of it is refused.
    private async Task LiveAsync()
    {
        var settings = new Settings
        {
            Girder = new GirderSettings { InstancesPerUser = 0 },
            Deploy = new DeploySettings { FailureGrace = TimeSpan.FromMilliseconds(50), ComponentTimeout = TimeSpan.FromSeconds(20) },
        };
        var none = CancellationToken.None;
        await using var tales = new TalePods(TaleSamples.Cluster(settings, worker), ReportSink.None);
        var request = TaleSamples.All[0] with { InstanceId = "" };

        var tale = await tales.LaunchAsync(request, none);
        var door = (await ApiClient.For(administrator).FindAsync(new ObjectReference(ResourceTypes.Ingress, "wholetale", tale.Name), none))!;
        Assert.Equal("public", (string?)door["spec"]!["ingressClassName"]);
        Assert.Equal("websecure", (string?)door["metadata"]!["annotations"]!["traefik.ingress.kubernetes.io/router.entrypoints"]);
        var listed = (await tales.ListAsync(none)).Single(found => found.Name == tale.Name);
        Assert.Equal(tale.Token, (await tales.ReadTokenAsync(listed, none)).Token);
        var updated = await tales.UpdateAsync(tale, new TaleChange { Image = "example.org/newer:2" }, none);
        Assert.Equal(("Running", "example.org/newer:2"), (updated.Status, updated.Image));
        await foreach (var told in tales.WatchAsync(none))
        {
            Assert.NotEmpty(told.Name);
            break;
        }

        var error = await Assert.ThrowsAsync<NotReadyException>(() => tales.LaunchAsync(request with { Command = "sh -c 'echo out of order; exit 3'" }, none));
        Assert.Contains(error.Diagnosis.LogTail, line => line.Contains("out of order", StringComparison.Ordinal));
        Assert.NotEmpty(error.Diagnosis.Events);

        await tales.RemoveAsync(updated, keepVolume: true, none);
        var again = await tales.LaunchAsync(request with { Workspace = tale.Name }, none);
        await tales.RemoveAsync(again, keepVolume: false, none);

        var foreign = await GwvolmanTale.CreateAsync(ApiClient.For(administrator), Guid.NewGuid().ToString("N")[..24], none);
        await tales.RemoveAsync((await tales.ListAsync(none)).Single(found => found.InstanceId == foreign), keepVolume: false, none);
    }

    private ApiConnection Connection(string token) => new()
    {
        Name = "worker-role",
        Endpoint = simulated.Endpoint,
        CertificateAuthorities = [X509Certificate2.CreateFromPem(simulated.AuthorityPem)],
        Token = _ => ValueTask.FromResult<string?>(token),
    };
}
