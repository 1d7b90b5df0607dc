using System.Diagnostics;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Every failure that a deploy diagnoses, injected all at once, each into a namespace of its own; the errors are docs/troubleshooting.md.</summary>
public sealed class DiagnosisTableTests(SimulatedCluster simulated, ITestOutputHelper output) : IClassFixture<SimulatedCluster>
{
    // What the cluster needs to show it, the setting FailureGrace (2 s), and a busy machine.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(12);

    private static readonly Failure[] _failures =
    [
        new("image-unknown", "An image does not exist", "ImageNotFound") { Rule = """ "on":"image" """ },
        new("image-denied", "An image may not be pulled", "ImagePullDenied")
        {
            Rule = """ "on":"image","message":"pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed" """,
        },
        new("image-offline", "A registry cannot be reached", "ImageRegistryUnreachable") { Rule = """ "on":"image","message":"dial tcp 203.0.113.9:443: i/o timeout" """ },
        new("image-untrusted", "A registry's certificate is not trusted", "ImageRegistryUntrusted")
        {
            Rule = """ "on":"image","message":"tls: failed to verify certificate: x509: certificate signed by unknown authority" """,
        },
        new("crash", "A container crashes", "CrashLoop") { Container = """{"command":["sh","-c","echo cannot open the database; exit 3"]}""" },
        new("memory", "A container needs more memory than it may have", "OutOfMemory")
        {
            Rule = """ "on":"container","exitCode":137,"reason":"OOMKilled" """, Container = """{"resources":{"limits":{"memory":"64Mi"}}}""",
        },
        new("init", "An init container fails", "InitContainerFailed")
        {
            Pod = """{"initContainers":[{"name":"prepare","image":"busybox:1","command":["sh","-c","echo no such folder; exit 2"]}]}""",
        },
        new("probe", "A container does not pass its readiness probe", "ProbeFailing")
        {
            Rule = """ "on":"probe" """, Container = """{"readinessProbe":{"httpGet":{"path":"/","port":80},"periodSeconds":1,"failureThreshold":1}}""",
        },
        new("reference", "A container refers to something that is not there", "CreateContainerConfigError")
        {
            Container = """{"env":[{"name":"PASSWORD","valueFrom":{"secretKeyRef":{"name":"nope","key":"password"}}}]}""",
        },
        new("mount", "A volume's source is not there", "FailedMount")
        {
            Pod = """{"volumes":[{"name":"settings","configMap":{"name":"nope"}}]}""", Container = """{"volumeMounts":[{"name":"settings","mountPath":"/etc/settings"}]}""",
        },
        new("resources", "No node has room", "Unschedulable") { Container = """{"resources":{"requests":{"memory":"900Ti"}}}""" },
        new("selector", "No node is of the kind that is asked for", "Unschedulable") { Pod = """{"nodeSelector":{"disk":"ssd"}}""" },
        new("quota", "A quota is used up", "QuotaExceeded")
        {
            Before = """{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"small","namespace":"quota"},"spec":{"hard":{"pods":"0"}}}""",
        },
        new("limit", "A pod is larger than the namespace allows", "LimitExceeded")
        {
            Before = """{"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"modest","namespace":"limit"},"spec":{"limits":[{"type":"Container","max":{"memory":"64Mi"}}]}}""",
            Container = """{"resources":{"requests":{"memory":"1Gi"},"limits":{"memory":"1Gi"}}}""",
        },
        new("admission", "An admission rule refuses an object", "Forbidden")
        {
            Rule = """
                 "on":"api","verb":"patch","resource":"deployments","status":403,"reason":"Forbidden",
                "message":"admission webhook \"images.policy.test\" denied the request: images must come from registry.test"
                """,
        },
        new("class", "A storage class does not exist", "StorageClassMissing") { Object = Claim("fast") },
        new("disk", "A volume cannot be made", "ProvisioningFailed") { Rule = """ "on":"claim","message":"failed to provision volume: QUOTA_EXCEEDED: SSD_TOTAL_GB" """, Object = Claim("standard") },
        new("backend", "An ingress leads nowhere", "BackendMissing") { Object = Ingress("simulator") },
        new("ingress-class", "An ingress class does not exist", "IngressClassMissing") { Object = Ingress("haproxy") },
        new("job", "A job fails", "ContainerFailed")
        {
            Object = """
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"front"},"spec":{"backoffLimit":0,"template":{"spec":{"restartPolicy":"Never",
                "containers":[{"name":"main","image":"busybox:1","command":["sh","-c","echo nothing to import; exit 4"]}]} } } }
                """,
        },
    ];

    [Fact]
    public async Task Each_failure_is_told_at_once_with_what_where_why_and_what_to_do()
    {
        await simulated.SetFaultsAsync(_failures.Where(failure => failure.Rule.Length > 0).Select(failure => $$"""{"namespace":"{{failure.Namespace}}",{{failure.Rule}}}"""));
        var errors = await Task.WhenAll(_failures.Select(async failure => (failure.Title, await FailAsync(failure))));
        await simulated.SetFaultsAsync([]);

        var file = Path.Combine(Repository, "docs", "troubleshooting.md");
        var text = Troubleshooting.Write([.. errors, ("Every node keeps pods off", await TaintedAsync())]);
        if (Environment.GetEnvironmentVariable("WT_UPDATE_DOCS") == "1")
            await File.WriteAllTextAsync(file, text);
        Assert.True(
            File.Exists(file) && text == (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n"),
            $"docs/troubleshooting.md is older than the messages. Run: WT_UPDATE_DOCS=1 dotnet test tests/WholeTale.Core.Tests --filter DiagnosisTableTests\n{text}");
    }

    private static string Repository => typeof(DiagnosisTableTests).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
        .Cast<System.Reflection.AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Repository").Value!;

    private async Task<WholeTaleException> FailAsync(Failure failure)
    {
        if (failure.Before.Length > 0)
        {
            await simulated.Client.CreateAsync(Given.Json($$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{failure.Namespace}}"} }"""), CancellationToken.None);
            await simulated.Client.CreateAsync(Given.Json(failure.Before), CancellationToken.None);
        }

        var watch = Stopwatch.StartNew();
        var manifests = Given.Manifests(("front", [], [failure.Describe()]));
        var error = await Assert.ThrowsAnyAsync<WholeTaleException>(() => SimulatedCluster.DeployAsync(simulated.Cluster(failure.Namespace), manifests));

        output.WriteLine($"{failure.Title}: told after {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(failure.Reason, error is NotReadyException notReady ? notReady.Diagnosis.Reason : ((ApiException)error).Reason);
        if (error is not NotReadyException)
            Assert.StartsWith("Component front cannot be deployed: ", error.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, _soon);
        return error;
    }

    private async Task<WholeTaleException> TaintedAsync()
    {
        foreach (var node in (await simulated.Client.ListAsync(ResourceTypes.Node, null, null, CancellationToken.None)).Items)
        {
            await simulated.Client.MergeAsync(
                new ObjectReference(ResourceTypes.Node, null, node.Name()), Given.Json("""{"spec":{"taints":[{"key":"dedicated","value":"gpu","effect":"NoSchedule"}]}}"""), CancellationToken.None);
        }

        return await FailAsync(new Failure("taint", "Every node keeps pods off", "Unschedulable"));
    }

    private static string Claim(string storageClass) => $$"""
        {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"{{storageClass}}",
        "resources":{"requests":{"storage":"1Gi"} } } }
        """;

    private static string Ingress(string ingressClass) => $$"""
        {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"front"},"spec":{"ingressClassName":"{{ingressClass}}",
        "rules":[{"host":"front.test","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"nope","port":{"number":80} } } }]} }]} }
        """;

    /// <summary>One thing that goes wrong: a fault of the simulator, or something in the manifest.</summary>
    private sealed record Failure(string Namespace, string Title, string Reason)
    {
        public string Rule { get; init; } = "";

        public string Container { get; init; } = "{}";

        public string Pod { get; init; } = "{}";

        public string Object { get; init; } = "";

        public string Before { get; init; } = "";

        public JsonObject Describe()
        {
            var item = Object.Length > 0 ? Given.Json(Object) : Given.Workload(Namespace, "front", $"{Namespace}.test/front:1");
            item["metadata"]!["namespace"] = Namespace;
            if (Object.Length > 0)
                return item;
            var pod = item["spec"]!["template"]!["spec"]!.AsObject();
            foreach (var (key, value) in Given.Json(Pod))
                pod[key] = value!.DeepClone();
            foreach (var (key, value) in Given.Json(Container))
                pod["containers"]![0]![key] = value!.DeepClone();
            return item;
        }
    }
}
