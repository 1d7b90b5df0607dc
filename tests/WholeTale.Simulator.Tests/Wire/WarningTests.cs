using WholeTale.Simulator.Tests.Life;

namespace WholeTale.Simulator.Tests.Wire;

/// <summary>What the API server takes with a warning, in the words of 1.26 (pkg/api/pod/warnings.go and the strategies' WarningsOnCreate).</summary>
public sealed class WarningTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    [Theory]
    [InlineData("""{"containers":[{"name":"c","image":"i","env":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}]}""", "spec.containers[0].env[1].name: duplicate name \"A\"")]
    [InlineData("""{"containers":[{"name":"c","image":"i","resources":{"limits":{"memory":"1"},"requests":{"memory":"500m"}}}]}""",
        "spec.containers[0].resources.requests[memory]: fractional byte value \"500m\" is invalid, must be an integer")]
    [InlineData("""{"nodeSelector":{"beta.kubernetes.io/os":"linux"},"containers":[{"name":"c","image":"i"}]}""", "spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead")]
    [InlineData("""{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"beta.kubernetes.io/arch","operator":"Exists"}]}]}}},"containers":[{"name":"c","image":"i"}]}""",
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use \"kubernetes.io/arch\" instead")]
    [InlineData("""{"topologySpreadConstraints":[{"maxSkew":1,"whenUnsatisfiable":"DoNotSchedule","topologyKey":"failure-domain.beta.kubernetes.io/zone","labelSelector":{}}],"containers":[{"name":"c","image":"i"}]}""",
        "spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead")]
    [InlineData("""{"hostAliases":[{"ip":"1.1.1.1","hostnames":["a"]},{"ip":"1.1.1.1","hostnames":["b"]}],"imagePullSecrets":[{"name":"a"},{"name":"a"},{}],"containers":[{"name":"c","image":"i"}]}""",
        "spec.hostAliases[1].ip: duplicate ip \"1.1.1.1\"", "spec.imagePullSecrets[1].name: duplicate name \"a\"", "spec.imagePullSecrets[2].name: invalid empty name \"\"")]
    [InlineData("""{"volumes":[{"name":"g","gitRepo":{"repository":"x"}}],"containers":[{"name":"c","image":"i"}]}""", "spec.volumes[0].gitRepo: deprecated in v1.11")]
    [InlineData("""{"terminationGracePeriodSeconds":-1,"containers":[{"name":"c","image":"i"}]}""")]
    public async Task A_pod_is_taken_with_warnings(string spec, params string[] warnings)
    {
        var answer = await fixture.AskAsync("POST", "/api/v1/namespaces/default/pods?dryRun=All", $$"""{"metadata":{"name":"a"},"spec":{{spec}}}""");

        Assert.True(answer.Status == 201, answer.Text);
        Assert.Equal(warnings, Texts(answer));
    }

    [Fact]
    public async Task Annotations_without_effect_are_told_of()
    {
        var answer = await fixture.AskAsync(
            "POST",
            "/api/v1/namespaces/default/pods?dryRun=All",
            """
            {"metadata":{"name":"a","annotations":{"scheduler.alpha.kubernetes.io/critical-pod":"","seccomp.security.alpha.kubernetes.io/pod":"runtime/default","container.seccomp.security.alpha.kubernetes.io/c":"runtime/default"}},
             "spec":{"containers":[{"name":"c","image":"i"}]}}
            """);

        Assert.Equal(
            [
                "metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the \"priorityClassName\" field instead",
                "metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: deprecated since v1.19, non-functional in a future release; use the \"seccompProfile\" field instead",
                "metadata.annotations[container.seccomp.security.alpha.kubernetes.io/c]: deprecated since v1.19, non-functional in a future release; use the \"seccompProfile\" field instead",
            ],
            Texts(answer));
    }

    [Theory]
    [InlineData("apis/apps/v1", "deployments", """{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i","env":[{"name":"A"},{"name":"A"}]}]}}}""",
        "spec.template.spec.containers[0].env[1].name: duplicate name \"A\"")]
    [InlineData("apis/batch/v1", "cronjobs", """{"schedule":"TZ=UTC 0 0 * * *","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i","env":[{"name":"A"},{"name":"A"}]}]}}}}}""",
        "spec.jobTemplate.spec.template.spec.containers[0].env[1].name: duplicate name \"A\"",
        "CRON_TZ or TZ used in spec.spec.schedule is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details")]
    [InlineData("api/v1", "persistentvolumeclaims", """{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1500m"}}}""",
        "spec.resources.requests[storage]: fractional byte value \"1500m\" is invalid, must be an integer")]
    public async Task Other_kinds_are_taken_with_warnings(string version, string resource, string spec, params string[] warnings)
    {
        var answer = await fixture.AskAsync("POST", $"/{version}/namespaces/default/{resource}?dryRun=All", $$"""{"metadata":{"name":"a"},"spec":{{spec}}}""");

        Assert.True(answer.Status == 201, answer.Text);
        Assert.Equal(warnings, Texts(answer));
    }

    [Fact]
    public async Task An_old_class_annotation_is_told_of_at_creation_alone()
    {
        var ns = await fixture.NamespaceAsync();
        const string body = """{"metadata":{"name":"a","annotations":{"kubernetes.io/ingress.class":"nginx"}},"spec":{"defaultBackend":{"service":{"name":"s","port":{"number":80}}}}}""";

        var created = await fixture.AskAsync("POST", $"/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses", body);
        var replaced = await fixture.AskAsync("PUT", $"/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses/a", body);

        Assert.Equal(["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"], Texts(created));
        Assert.Equal((200, 0), (replaced.Status, replaced.Warnings.Count));
    }

    [Fact]
    public async Task An_update_that_leaves_the_template_alone_is_not_warned_of()
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{ns}/deployments";
        await fixture.AskAsync("POST", path, """{"metadata":{"name":"a"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i","env":[{"name":"A"},{"name":"A"}]}]}}}}""");

        var labelled = await fixture.AskAsync("PATCH", path + "/a", """{"metadata":{"labels":{"x":"y"}}}""", "application/merge-patch+json");
        var scaled = await fixture.AskAsync("PATCH", path + "/a", """{"spec":{"minReadySeconds":1}}""", "application/merge-patch+json");

        Assert.Empty(labelled.Warnings);
        Assert.Equal(["spec.template.spec.containers[0].env[1].name: duplicate name \"A\""], Texts(scaled));
    }

    private static string[] Texts(Answer answer) =>
        [.. answer.Warnings.Select(warning => warning["299 - \"".Length..^1].Replace("\\\"", "\"", StringComparison.Ordinal))];
}
