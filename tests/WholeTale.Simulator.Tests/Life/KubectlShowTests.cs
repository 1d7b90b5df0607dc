using System.Text.Json.Nodes;
using WholeTale.Tests;
using static WholeTale.Tests.ClientTool;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>The real kubectl shows what is there: get in all forms, explain, api-resources. What is expected is what kubectl and a real API server of 1.26 say.</summary>
public sealed class KubectlShowTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private ClientTool Kubectl => ClientTool.Find("kubectl", fixture.Simulator);

    [Theory]
    [InlineData("deployments", "NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR\nweb +1/1 +1 +1 +\\S+ +main +nginx:1 +app=web")]
    [InlineData("replicasets", "NAME +DESIRED +CURRENT +READY +AGE +CONTAINERS +IMAGES +SELECTOR\nweb-\\w+ +1 +1 +1 +\\S+ +main +nginx:1 +app=web,pod-template-hash=\\w+")]
    [InlineData("pods --selector=app=web", "NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\nweb-\\w+-\\w+ +1/1 +Running +0 +\\S+ +10\\.244\\.\\d+\\.\\d+ +simulated-node-\\d +<none> +<none>")]
    [InlineData("services", "NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\\(S\\) +AGE +SELECTOR\nweb +NodePort +10\\.96\\.\\d+\\.\\d+ +<none> +80:3\\d{4}/TCP +\\S+ +app=web")]
    [InlineData("endpoints", "NAME +ENDPOINTS +AGE\nweb +10\\.244\\.\\d+\\.\\d+:80 +\\S+")]
    [InlineData("persistentvolumeclaims", "NAME +STATUS +VOLUME +CAPACITY +ACCESS MODES +STORAGECLASS +AGE +VOLUMEMODE\ndata +Bound +pvc-[-0-9a-f]{36} +1Gi +RWO +standard +\\S+ +Filesystem")]
    [InlineData("jobs", "NAME +COMPLETIONS +DURATION +AGE +CONTAINERS +IMAGES +SELECTOR\nonce +1/1 +\\S+ +\\S+ +main +busybox +controller-uid=[-0-9a-f]{36}")]
    [InlineData("ingresses", "NAME +CLASS +HOSTS +ADDRESS +PORTS +AGE\nsite +traefik +a\\.example +203\\.0\\.113\\.\\d+ +80 +\\S+")]
    public async Task Get_wide_shows_the_columns_of_each_kind(string resource, string expected)
    {
        var ns = await FurnishedAsync();

        var wide = await Kubectl.RunAsync(["-n", ns, "get", .. resource.Split(' '), "-o", "wide"]);

        Assert.Equal((0, ""), (wide.ExitCode, wide.Error));
        Assert.Matches($"^{expected.Replace("\n", " *\n", StringComparison.Ordinal)} *\n$", wide.Output);
    }

    [Fact]
    public async Task Get_gives_json_yaml_columns_paths_and_templates()
    {
        var ns = await ConfiguredAsync();
        Task<Outcome> GetAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "get", .. arguments]);
        var stored = (await fixture.GetAsync($"/api/v1/namespaces/{ns}/configmaps/a"))!;
        stored["metadata"]!.AsObject().Remove("managedFields");

        var json = await GetAsync("configmap", "a", "-o", "json");
        var list = JsonNode.Parse((await GetAsync("configmaps", "-l", "set=x", "-o", "json")).Text)!;

        Assert.True(JsonNode.DeepEquals(stored, JsonNode.Parse(json.Text)), json.Text);
        Assert.Equal(("v1", "List", 3), ((string?)list["apiVersion"], (string?)list["kind"], list["items"]!.AsArray().Count));
        Assert.All(list["items"]!.AsArray(), item => Assert.Equal("ConfigMap", (string?)item!["kind"]));
        Assert.StartsWith("apiVersion: v1\ndata:\n  k: a\nkind: ConfigMap\nmetadata:\n  creationTimestamp: \"", (await GetAsync("configmap", "a", "-o", "yaml")).Text, StringComparison.Ordinal);
        Assert.Contains("  managedFields:\n  - apiVersion: v1\n", (await GetAsync("configmap", "a", "-o", "yaml", "--show-managed-fields")).Text, StringComparison.Ordinal);
        Assert.Equal(Said("N     V\nb     b\n"), await GetAsync("configmap", "b", "-o", "custom-columns=N:.metadata.name,V:.data.k"));
        Assert.Matches("^N +V\na +a\nb +b\nc +c\n$", (await GetAsync("configmaps", "-l", "set=x", "-o", "custom-columns=N:.metadata.name,V:.data.k", "--sort-by=.data.k")).Text);
        Assert.Equal(Said("a     <none>\n"), await GetAsync("configmap", "a", "-o", "custom-columns=N:.metadata.name,V:.data.none", "--no-headers"));
        Assert.Equal(Said("a b c"), await GetAsync("configmaps", "-l", "set=x", "-o", "jsonpath={.items[*].metadata.name}"));
        Assert.Equal(Said("a is a"), await GetAsync("configmap", "a", "-o", "go-template={{.metadata.name}} is {{.data.k}}"));
        Assert.Equal(Said("configmap/a\nconfigmap/b\nconfigmap/c\n"), await GetAsync("configmaps", "-l", "set in (x)", "-o", "name", "--chunk-size=1"));
        Assert.Equal(Said("configmap/b\n"), await GetAsync("configmaps", "--field-selector=metadata.name=b", "-o", "name"));
        Assert.Matches("^NAME +DATA +AGE +LABELS\na +1 +\\S+ +set=x\n$", (await GetAsync("configmap", "a", "--show-labels")).Text);
        Assert.Matches("^NAME +DATA +AGE +SET\na +1 +\\S+ +x\n$", (await GetAsync("configmap", "a", "-L", "set")).Text);
    }

    [Fact]
    public async Task Get_says_what_is_not_there()
    {
        var ns = await ConfiguredAsync();
        Task<Outcome> GetAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "get", .. arguments]);

        Assert.Equal(Said("", $"No resources found in {ns} namespace.\n"), await GetAsync("configmaps", "-l", "set=y"));
        Assert.Equal(Failed("Error from server (NotFound): configmaps \"z\" not found\n"), await GetAsync("configmap", "z"));
        Assert.Equal(Said(""), await GetAsync("configmap", "z", "--ignore-not-found"));
        Assert.Equal(Failed("Error from server (NotFound): configmaps \"z\" not found\n", output: "configmap/a\n"), await GetAsync("configmap", "a", "z", "-o", "name"));
        Assert.Equal(Failed("error: the server doesn't have a resource type \"gadgets\"\n"), await GetAsync("gadgets"));
        Assert.Equal(
            Failed("Error from server (BadRequest): Unable to find \"/v1, Resource=configmaps\" that match label selector \"\", field selector \"data.k=a\": \"data.k\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"\n"),
            await GetAsync("configmaps", "--field-selector=data.k=a"));
        Assert.Equal(Failed("Error from server (NotFound): the server could not find the requested resource\n"), await Kubectl.RunAsync("get", "--raw", "/api/v1/gadgets"));
    }

    [Fact]
    public async Task Explain_reads_the_published_schema()
    {
        var strategy = await Kubectl.RunAsync("explain", "deployment.spec.strategy.rollingUpdate");
        var spec = await Kubectl.RunAsync("explain", "deployment.spec");
        var pod = await Kubectl.RunAsync("explain", "pod");
        var deep = await Kubectl.RunAsync("explain", "role", "--recursive");
        var later = await Kubectl.RunAsync("explain", "pod.spec.containers.resizePolicy");
        var unknown = await Kubectl.RunAsync("explain", "gadget");

        Assert.StartsWith("GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: rollingUpdate <RollingUpdateDeployment>\n\n", strategy.Text, StringComparison.Ordinal);
        Assert.Contains("  maxSurge\t<IntOrString>\n", strategy.Text, StringComparison.Ordinal);
        Assert.Contains("  selector\t<LabelSelector> -required-\n", spec.Text, StringComparison.Ordinal);
        Assert.Contains("  template\t<PodTemplateSpec> -required-\n", spec.Text, StringComparison.Ordinal);
        Assert.StartsWith(
            "KIND:       Pod\nVERSION:    v1\n\nDESCRIPTION:\n    Pod is a collection of containers that can run on a host. This resource is\n    created by clients and scheduled onto hosts.\n",
            pod.Text, StringComparison.Ordinal);
        Assert.EndsWith(
            "  rules\t<[]PolicyRule>\n    apiGroups\t<[]string>\n    nonResourceURLs\t<[]string>\n    resourceNames\t<[]string>\n    resources\t<[]string>\n    verbs\t<[]string> -required-\n\n",
            deep.Text, StringComparison.Ordinal);
        // resizePolicy came with 1.27.
        Assert.Equal((1, "error: field \"resizePolicy\" does not exist\n"), (later.ExitCode, later.Error));
        Assert.Equal(Failed("the server doesn't have a resource type \"gadget\"\n"), unknown);
    }

    [Fact]
    public async Task Api_resources_and_versions_are_those_of_the_server()
    {
        var apps = await Kubectl.RunAsync("api-resources", "--api-group=apps");
        var names = await Kubectl.RunAsync("api-resources", "--api-group=apps", "-o", "name");
        var global = await Kubectl.RunAsync("api-resources", "--api-group=", "--namespaced=false", "--no-headers");
        var wide = await Kubectl.RunAsync("api-resources", "--api-group=batch", "-o", "wide");
        var reviews = await Kubectl.RunAsync("api-resources", "--api-group=authorization.k8s.io", "--verbs=create", "-o", "name");
        var watched = await Kubectl.RunAsync("api-resources", "--api-group=authorization.k8s.io", "--verbs=watch", "-o", "name");
        var versions = await Kubectl.RunAsync("api-versions");

        Assert.Equal(
            Said("""
                NAME                  SHORTNAMES   APIVERSION   NAMESPACED   KIND
                controllerrevisions                apps/v1      true         ControllerRevision
                daemonsets            ds           apps/v1      true         DaemonSet
                deployments           deploy       apps/v1      true         Deployment
                replicasets           rs           apps/v1      true         ReplicaSet
                statefulsets          sts          apps/v1      true         StatefulSet

                """),
            apps);
        Assert.Equal(Said("controllerrevisions.apps\ndaemonsets.apps\ndeployments.apps\nreplicasets.apps\nstatefulsets.apps\n"), names);
        Assert.Equal(["componentstatuses", "namespaces", "nodes", "persistentvolumes"], global.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
        Assert.Contains("cronjobs   cj           batch/v1     true         CronJob   create,delete,deletecollection,get,list,patch,update,watch   all\n", wide.Text, StringComparison.Ordinal);
        Assert.Equal(
            Said("localsubjectaccessreviews.authorization.k8s.io\nselfsubjectaccessreviews.authorization.k8s.io\nselfsubjectrulesreviews.authorization.k8s.io\nsubjectaccessreviews.authorization.k8s.io\n"),
            reviews);
        Assert.Equal(Said(""), watched);
        Assert.Superset(
            new HashSet<string> { "v1", "apps/v1", "batch/v1", "networking.k8s.io/v1", "rbac.authorization.k8s.io/v1", "storage.k8s.io/v1", "policy/v1", "apiextensions.k8s.io/v1" },
            versions.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet());
    }

    private async Task<string> ConfiguredAsync()
    {
        var ns = await fixture.NamespaceAsync();
        foreach (var name in new[] { "b", "a", "c" })
            await fixture.ApplyAsync($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"set":"x"} },"data":{"k":"{{{name}}}"} }""", $"/api/v1/namespaces/{ns}/configmaps/{name}");
        return ns;
    }

    private async Task<string> FurnishedAsync()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        await fixture.ApplyAsync("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"type":"NodePort","selector":{"app":"web"},"ports":[{"port":80}]}}""", $"/api/v1/namespaces/{ns}/services/web");
        await fixture.ApplyAsync(
            """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""",
            $"/api/v1/namespaces/{ns}/persistentvolumeclaims/data");
        await fixture.ApplyAsync(
            """{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"once"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"busybox","command":["true"]}]}}}}""",
            $"/apis/batch/v1/namespaces/{ns}/jobs/once");
        await fixture.ApplyAsync(
            """
            {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"site"},"spec":{"ingressClassName":"traefik",
             "rules":[{"host":"a.example","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"web","port":{"number":80}}}}]}}]}}
            """,
            $"/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses/site");
        await fixture.UntilAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web", found => (int?)found?["status"]?["readyReplicas"] == 1);
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/endpoints/web", found => found?["subsets"] is not null);
        await fixture.UntilAsync($"/apis/batch/v1/namespaces/{ns}/jobs/once", found => (int?)found?["status"]?["succeeded"] == 1);
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/persistentvolumeclaims/data", found => (string?)found?["status"]?["phase"] == "Bound");
        await fixture.UntilAsync($"/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses/site", found => found?["status"]?["loadBalancer"]?["ingress"] is not null);
        return ns;
    }
}
