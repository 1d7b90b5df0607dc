using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>Controllers bring objects to life as the real ones do.</summary>
public sealed class WorkloadTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    [Fact]
    public async Task A_new_namespace_gets_its_account_and_certificate()
    {
        var ns = await fixture.NamespaceAsync();

        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/serviceaccounts/default", found => found is not null);
        var map = await fixture.UntilAsync($"/api/v1/namespaces/{ns}/configmaps/kube-root-ca.crt", found => found is not null);

        Assert.Equal(fixture.Simulator.CertificateAuthority.Trim(), ((string)map!["data"]!["ca.crt"]!).Trim());
    }

    [Fact]
    public async Task A_deployment_becomes_available_with_the_real_conditions()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web", replicas: 2), $"/apis/apps/v1/namespaces/{ns}/deployments/web");

        var deployment = await fixture.UntilAsync(
            $"/apis/apps/v1/namespaces/{ns}/deployments/web", found => Reason(found, "Progressing") == "NewReplicaSetAvailable");

        Assert.Equal("MinimumReplicasAvailable", Reason(deployment, "Available"));
        Assert.Equal("Deployment has minimum availability.", Message(deployment, "Available"));
        Assert.Matches("^ReplicaSet \"web-[a-z0-9]+\" has successfully progressed.$", Message(deployment, "Progressing"));
        Assert.Equal(2, (int?)deployment!["status"]!["availableReplicas"]);
        Assert.Equal(1, (int?)deployment["status"]!["observedGeneration"]);
        Assert.Null(deployment["status"]!["unavailableReplicas"]);
    }

    [Fact]
    public async Task A_recreated_deployment_never_has_pods_of_two_templates()
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{ns}/deployments/web";
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web", replicas: 2, strategy: "Recreate"), path);
        await fixture.UntilAsync(path, found => (int?)found?["status"]?["readyReplicas"] == 2);

        await fixture.ApplyAsync(SimulatorFixture.Deployment("web", "nginx:2", replicas: 2, strategy: "Recreate"), path);
        await fixture.UntilAsync(path, found => (int?)found?["status"]?["readyReplicas"] == 2 && (int?)found["status"]!["observedGeneration"] == 2
            && (int?)found["status"]!["updatedReplicas"] == 2);
        var events = await fixture.EventsAsync(path);

        Assert.True(
            events.IndexOf("Scaled down replica set", StringComparison.Ordinal) > 0 && events.Contains("to 0 from 2", StringComparison.Ordinal), events);
        var pods = (await fixture.GetAsync($"/api/v1/namespaces/{ns}/pods"))!["items"]!.AsArray();
        Assert.All(pods, pod => Assert.Equal("nginx:2", (string?)pod!["spec"]!["containers"]![0]!["image"]));
    }

    [Fact]
    public async Task Of_what_goes_before_its_owner_only_that_with_dependants_of_its_own_waits_for_them()
    {
        var path = $"/api/v1/namespaces/{await fixture.NamespaceAsync()}/configmaps";
        var owner = await MakeAsync("owner", null);
        var middle = await MakeAsync("middle", owner);
        await MakeAsync("leaf", middle);

        await fixture.DeleteAsync($"{path}/owner", "Foreground");
        var leaf = await fixture.UntilAsync($"{path}/leaf", found => found?["metadata"]?["deletionTimestamp"] is not null);

        // garbagecollector.go, attemptToDeleteItem; each is held back by a finalizer of the test's own, to be looked at.
        Assert.Equal(["example.org/held"], Finalizers(leaf));
        Assert.Equal(["example.org/held", "foregroundDeletion"], Finalizers(await fixture.GetAsync($"{path}/middle")).Order());
        foreach (var name in (string[])["leaf", "middle", "owner"])
        {
            await fixture.AskAsync("PATCH", $"{path}/{name}", """[{"op":"test","path":"/metadata/finalizers/0","value":"example.org/held"},{"op":"remove","path":"/metadata/finalizers/0"}]""", "application/json-patch+json");
            await fixture.UntilAsync($"{path}/{name}", found => found is null);
        }

        async Task<JsonNode> MakeAsync(string name, JsonNode? its) => await fixture.ApplyAsync(
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["metadata"] = new JsonObject
                {
                    ["name"] = name,
                    ["finalizers"] = new JsonArray("example.org/held"),
                    ["ownerReferences"] = its is null ? null : new JsonArray(new JsonObject
                    {
                        ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = (string?)its["metadata"]!["name"], ["uid"] = (string?)its["metadata"]!["uid"], ["blockOwnerDeletion"] = true,
                    }),
                },
            }.ToJsonString(),
            $"{path}/{name}");

        static IEnumerable<string?> Finalizers(JsonNode? item) => item!["metadata"]!["finalizers"]!.AsArray().Select(finalizer => (string?)finalizer);
    }

    [Fact]
    public async Task A_stateful_set_starts_its_pods_in_order_each_with_its_claim()
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{ns}/statefulsets/db";

        await fixture.ApplyAsync(
            """
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db"},
             "spec":{"serviceName":"db","replicas":2,"selector":{"matchLabels":{"app":"db"}},
              "template":{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"name":"main","image":"mongo:3.6","volumeMounts":[{"name":"data","mountPath":"/data/db"}]}]}},
              "volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}]}}
            """,
            path);
        var set = await fixture.UntilAsync(path, found => (int?)found?["status"]?["readyReplicas"] == 2);
        var claim = await fixture.GetAsync($"/api/v1/namespaces/{ns}/persistentvolumeclaims/data-db-1");
        var second = await fixture.GetAsync($"/api/v1/namespaces/{ns}/pods/db-1");

        Assert.Equal((string?)set!["status"]!["currentRevision"], (string?)set["status"]!["updateRevision"]);
        Assert.Equal("Bound", (string?)claim!["status"]!["phase"]);
        Assert.Equal("standard", (string?)claim["spec"]!["storageClassName"]);
        Assert.Equal("db-1", (string?)second!["spec"]!["hostname"]);
        Assert.Equal("db-1", (string?)second["metadata"]!["labels"]!["statefulset.kubernetes.io/pod-name"]);
    }

    [Fact]
    public async Task A_job_completes_and_one_that_fails_reaches_its_limit()
    {
        var ns = await fixture.NamespaceAsync();
        var good = $"/apis/batch/v1/namespaces/{ns}/jobs/good";
        var bad = $"/apis/batch/v1/namespaces/{ns}/jobs/bad";

        await fixture.ApplyAsync(Job("good", "true"), good);
        await fixture.ApplyAsync(Job("bad", "false"), bad);
        var completed = await fixture.UntilAsync(good, found => Reason(found, "Complete") is not null || Holds(found, "Complete"));
        var failed = await fixture.UntilAsync(bad, found => Holds(found, "Failed"));

        Assert.Equal(1, (int?)completed!["status"]!["succeeded"]);
        Assert.NotNull(completed["status"]!["completionTime"]);
        Assert.Equal("BackoffLimitExceeded", Reason(failed, "Failed"));
        Assert.Equal("Job has reached the specified backoff limit", Message(failed, "Failed"));
    }

    [Fact]
    public async Task A_daemon_set_has_a_pod_on_each_node()
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{ns}/daemonsets/agent";

        await fixture.ApplyAsync(
            """
            {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"agent"},"spec":{"selector":{"matchLabels":{"app":"agent"}},
             "template":{"metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"main","image":"nginx"}]}}}}
            """,
            path);
        await fixture.UntilAsync(path, found => (int?)found?["status"]?["numberReady"] == 3);
        var pods = (await fixture.GetAsync($"/api/v1/namespaces/{ns}/pods"))!["items"]!.AsArray();

        Assert.Equal(
            ["simulated-node-1", "simulated-node-2", "simulated-node-3"], pods.Select(pod => (string)pod!["spec"]!["nodeName"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_claim_that_waits_for_its_consumer_is_bound_when_a_pod_comes()
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/persistentvolumeclaims/data";
        await fixture.ApplyAsync(Claim("data", "standard-rwo"), path);
        var message = await fixture.EventAsync(ns, "WaitForFirstConsumer");

        await fixture.ApplyAsync(
            SimulatorFixture.Pod("user", """{"name":"main","image":"nginx"}""", ""","volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}}]"""),
            $"/api/v1/namespaces/{ns}/pods/user");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/user", pod => (string?)pod?["status"]?["phase"] == "Running");
        var claim = await fixture.GetAsync(path);

        Assert.Equal("waiting for first consumer to be created before binding", message);
        Assert.Equal("Bound", (string?)claim!["status"]!["phase"]);
        Assert.NotNull(claim["metadata"]!["annotations"]!["volume.kubernetes.io/selected-node"]);
    }

    [Fact]
    public async Task A_claim_in_use_outlives_its_deletion_until_the_pod_is_gone()
    {
        var ns = await fixture.NamespaceAsync();
        var claim = $"/api/v1/namespaces/{ns}/persistentvolumeclaims/data";
        var pod = $"/api/v1/namespaces/{ns}/pods/user";
        await fixture.ApplyAsync(Claim("data", "standard"), claim);
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("user", """{"name":"main","image":"nginx"}""", ""","volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}}]"""), pod);
        await fixture.UntilAsync(pod, found => (string?)found?["status"]?["phase"] == "Running");
        var volume = (string?)(await fixture.GetAsync(claim))!["spec"]!["volumeName"];

        await fixture.DeleteAsync(claim);
        var held = await fixture.GetAsync(claim);
        await fixture.DeleteAsync(pod);
        await fixture.UntilAsync(claim, found => found is null);
        await fixture.UntilAsync($"/api/v1/persistentvolumes/{volume}", found => found is null);

        Assert.NotNull(held!["metadata"]!["deletionTimestamp"]);
    }

    [Fact]
    public async Task Services_and_ingresses_get_addresses_and_endpoints()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        await fixture.ApplyAsync(
            """{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"type":"LoadBalancer","selector":{"app":"web"},"ports":[{"port":8080,"targetPort":80}]}}""",
            $"/api/v1/namespaces/{ns}/services/web");
        await fixture.ApplyAsync(
            """{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"web"},"spec":{"ingressClassName":"gce","defaultBackend":{"service":{"name":"web","port":{"number":8080}}}}}""",
            $"/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses/web");

        var service = await fixture.UntilAsync($"/api/v1/namespaces/{ns}/services/web", found => found?["status"]?["loadBalancer"]?["ingress"] is not null);
        var endpoints = await fixture.UntilAsync($"/api/v1/namespaces/{ns}/endpoints/web", found => found?["subsets"]?[0]?["addresses"] is not null);
        var ingress = await fixture.UntilAsync(
            $"/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses/web",
            found => ((string?)found?["metadata"]?["annotations"]?["ingress.kubernetes.io/backends"])?.Contains("\"HEALTHY\"", StringComparison.Ordinal) == true);
        var slices = (await fixture.GetAsync($"/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices"))!["items"]!.AsArray();

        Assert.StartsWith("203.0.113.", (string?)service!["status"]!["loadBalancer"]!["ingress"]![0]!["ip"], StringComparison.Ordinal);
        Assert.Equal(80, (int?)endpoints!["subsets"]![0]!["ports"]![0]!["port"]);
        Assert.Equal("Pod", (string?)endpoints["subsets"]![0]!["addresses"]![0]!["targetRef"]!["kind"]);
        Assert.NotNull(ingress!["status"]!["loadBalancer"]!["ingress"]![0]!["ip"]);
        Assert.Equal("web", (string?)Assert.Single(slices)!["metadata"]!["labels"]!["kubernetes.io/service-name"]);
    }

    [Fact]
    public async Task A_deleted_namespace_takes_everything_with_it()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        await fixture.UntilAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web", found => (int?)found?["status"]?["readyReplicas"] == 1);

        await fixture.DeleteAsync($"/api/v1/namespaces/{ns}");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}", found => found is null);

        Assert.Empty((await fixture.GetAsync($"/api/v1/namespaces/{ns}/pods"))!["items"]!.AsArray());
    }

    [Fact]
    public async Task A_pod_without_its_config_map_says_so_and_starts_when_it_comes()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("user", """{"name":"main","image":"nginx"}""", ""","volumes":[{"name":"conf","configMap":{"name":"conf"}}]"""),
            $"/api/v1/namespaces/{ns}/pods/user");
        var message = await fixture.EventAsync(ns, "FailedMount");

        await fixture.ApplyAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"conf"}}""", $"/api/v1/namespaces/{ns}/configmaps/conf");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/user", pod => (string?)pod?["status"]?["phase"] == "Running");

        Assert.Equal("MountVolume.SetUp failed for volume \"conf\" : configmap \"conf\" not found", message);
    }

    private static bool Holds(JsonNode? found, string type) => Condition(found, type)?["status"]?.GetValue<string>() == "True";

    private static string? Reason(JsonNode? found, string type) => (string?)Condition(found, type)?["reason"];

    private static string? Message(JsonNode? found, string type) => (string?)Condition(found, type)?["message"];

    private static JsonNode? Condition(JsonNode? found, string type) =>
        (found?["status"]?["conditions"] as JsonArray ?? []).FirstOrDefault(condition => (string?)condition!["type"] == type);

    private static string Job(string name, string command) => $$$"""
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"{{{name}}}"},"spec":{"backoffLimit":1,
         "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"busybox","command":["{{{command}}}"]}]} } } }
        """;

    private static string Claim(string name, string storageClass) => $$$"""
        {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"{{{name}}}"},
         "spec":{"storageClassName":"{{{storageClass}}}","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"} } } }
        """;
}
