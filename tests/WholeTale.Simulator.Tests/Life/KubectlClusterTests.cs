using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using WholeTale.Tests;
using static WholeTale.Tests.ClientTool;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>What the real kubectl does with access, nodes, pods and workloads, and what it tells of the cluster.</summary>
public sealed class KubectlClusterTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private ClientTool Kubectl => ClientTool.Find("kubectl", fixture.Simulator);

    [Fact]
    public async Task Auth_can_i_answers_for_oneself_and_for_others()
    {
        var ns = await fixture.NamespaceAsync();
        await Kubectl.RunAsync("-n", ns, "create", "serviceaccount", "bob");
        await Kubectl.RunAsync("-n", ns, "create", "role", "reader", "--verb=get,list", "--resource=pods");
        await Kubectl.RunAsync("-n", ns, "create", "rolebinding", "reader", "--role=reader", $"--serviceaccount={ns}:bob");
        var bob = $"--as=system:serviceaccount:{ns}:bob";

        var admin = await Kubectl.RunAsync("auth", "can-i", "delete", "nodes");
        var all = await Kubectl.RunAsync("auth", "can-i", "--list");
        var reads = await Kubectl.RunAsync("-n", ns, "auth", "can-i", "list", "pods", bob);
        var writes = await Kubectl.RunAsync("-n", ns, "auth", "can-i", "delete", "pods", bob);
        var list = await Kubectl.RunAsync("-n", ns, "auth", "can-i", "--list", bob);
        var pods = await Kubectl.RunAsync("-n", ns, "get", "pods", bob);
        var secrets = await Kubectl.RunAsync("-n", ns, "get", "secrets", bob);
        var quiet = await Kubectl.RunAsync("-n", ns, "auth", "can-i", "get", "pods", "--subresource=log", bob, "-q");
        var nodes = await Kubectl.RunAsync("auth", "can-i", "get", "nodes", bob);
        var version = await Kubectl.RunAsync("auth", "can-i", "get", "/version", bob);
        var who = await Kubectl.RunAsync("auth", "whoami");

        Assert.Equal(Said("yes\n", "Warning: resource 'nodes' is not namespace scoped\n\n"), admin);
        Assert.Contains("*.*", all.Text, StringComparison.Ordinal);
        Assert.Contains("selfsubjectaccessreviews.authorization.k8s.io", all.Text, StringComparison.Ordinal);
        Assert.Equal(Said("yes\n"), reads);
        Assert.Equal(Failed("", output: "no\n"), writes);
        Assert.Matches("(?m)^pods +\\[\\] +\\[\\] +\\[get list\\]$", list.Text);
        Assert.Equal(Said("", $"No resources found in {ns} namespace.\n"), pods);
        Assert.Equal(
            Failed($"Error from server (Forbidden): secrets is forbidden: User \"system:serviceaccount:{ns}:bob\" cannot list resource \"secrets\" in API group \"\" in the namespace \"{ns}\"\n"),
            secrets);
        Assert.Equal(Failed(""), quiet);
        Assert.Equal(Failed("Warning: resource 'nodes' is not namespace scoped\n\n", output: "no\n"), nodes);
        // system:discovery lets every authenticated user read it.
        Assert.Equal(Said("yes\n"), version);
        // SelfSubjectReview came with 1.27 (beta).
        Assert.Equal(Failed("error: the selfsubjectreviews API is not enabled in the cluster\n"), who);
    }

    [Fact]
    public async Task A_token_is_created_and_lets_its_account_in()
    {
        var ns = await fixture.NamespaceAsync();
        await Kubectl.RunAsync("-n", ns, "create", "serviceaccount", "bob");

        var token = await Kubectl.RunAsync("-n", ns, "create", "token", "bob", "--duration=20m");
        var tooShort = await Kubectl.RunAsync("-n", ns, "create", "token", "bob", "--duration=1m");
        var nobody = await Kubectl.RunAsync("-n", ns, "create", "token", "nobody");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces/{ns}/pods");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Text.Trim());
        using var answer = await fixture.Simulator.Http.SendAsync(request);

        // It lets the account in as who it is: RBAC knows it, and lets it read nothing.
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains($"User \\\"system:serviceaccount:{ns}:bob\\\" cannot list resource", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(token.Text.Trim().Split('.')[1]))!;
        Assert.Equal($"system:serviceaccount:{ns}:bob", (string?)claims["sub"]);
        Assert.Equal(20 * 60, (long)claims["exp"]! - (long)claims["iat"]!);
        Assert.Equal(
            Failed("error: failed to create token: TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes\n"),
            tooShort);
        Assert.Equal(Failed("error: failed to create token: serviceaccounts \"nobody\" not found\n"), nobody);
    }

    [Fact]
    public async Task Nobody_grants_what_he_does_not_hold()
    {
        var ns = await fixture.NamespaceAsync();
        await Kubectl.RunAsync("-n", ns, "create", "role", "maker", "--verb=*", "--resource=roles,rolebindings");
        await Kubectl.RunAsync("-n", ns, "create", "rolebinding", "maker", "--role=maker", "--user=joe");

        var refused = await Kubectl.RunAsync("-n", ns, "create", "role", "greedy", "--verb=get", "--resource=secrets", "--as=joe");
        await Kubectl.RunAsync("-n", ns, "create", "role", "greedy", "--verb=get", "--resource=secrets");
        var bound = await Kubectl.RunAsync("-n", ns, "create", "rolebinding", "greedy", "--role=greedy", "--user=joe", "--as=joe");

        // maker's "*" on roles includes the verbs escalate and bind: only a role without them is held to what it has.
        Assert.Equal(0, refused.ExitCode);
        Assert.Equal(0, bound.ExitCode);
        await Kubectl.RunAsync("-n", ns, "create", "role", "writer", "--verb=create", "--resource=roles,rolebindings");
        await Kubectl.RunAsync("-n", ns, "create", "rolebinding", "writer", "--role=writer", "--user=ann");
        var role = await Kubectl.RunAsync("-n", ns, "create", "role", "more", "--verb=get", "--resource=secrets", "--as=ann");
        Assert.Equal(1, role.ExitCode);
        Assert.Equal(
            "Error from server (Forbidden): roles.rbac.authorization.k8s.io \"more\" is forbidden: user \"ann\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
            + "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}\n",
            role.Error);
    }

    [Fact]
    public async Task Cluster_roles_sum_up_what_is_labelled_for_them()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(
            $$$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"{{{ns}}}-sum"},"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"part-of":"{{{ns}}}"} }]},"rules":[]}""",
            $"/apis/rbac.authorization.k8s.io/v1/clusterroles/{ns}-sum");

        await fixture.ApplyAsync(
            $$$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"{{{ns}}}-part","labels":{"part-of":"{{{ns}}}"} },"rules":[{"apiGroups":["x"],"resources":["things"],"verbs":["get"]}]}""",
            $"/apis/rbac.authorization.k8s.io/v1/clusterroles/{ns}-part");

        await fixture.UntilAsync($"/apis/rbac.authorization.k8s.io/v1/clusterroles/{ns}-sum", role => role?["rules"]?.AsArray().Any(rule => (string?)rule?["resources"]?[0] == "things") == true);
    }

    [Fact]
    public async Task A_node_is_cordoned_tainted_drained_and_uncordoned()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web", replicas: 2), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        await fixture.UntilAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web", found => (int?)found?["status"]?["readyReplicas"] == 2);
        await Kubectl.RunAsync("-n", ns, "create", "poddisruptionbudget", "web", "--selector=app=web", "--max-unavailable=1");

        var cordoned = await Kubectl.RunAsync("cordon", "simulated-node-1");
        var shown = await Kubectl.RunAsync("get", "node", "simulated-node-1");
        var drained = await Kubectl.RunAsync("drain", "simulated-node-1", "--ignore-daemonsets", "--force", "--delete-emptydir-data", "--timeout=60s");
        var left = await Kubectl.RunAsync("get", "pods", "-A", "--field-selector=spec.nodeName=simulated-node-1,status.phase=Running", "-o", "name");
        var back = await Kubectl.RunAsync("uncordon", "simulated-node-1");
        var tainted = await Kubectl.RunAsync("taint", "node", "simulated-node-2", "a=b:NoSchedule");
        var untainted = await Kubectl.RunAsync("taint", "node", "simulated-node-2", "a-");

        Assert.Equal("node/simulated-node-1 cordoned\n", cordoned.Text);
        Assert.Contains("Ready,SchedulingDisabled", shown.Text, StringComparison.Ordinal);
        Assert.EndsWith("node/simulated-node-1 drained\n", drained.Text, StringComparison.Ordinal);
        Assert.Equal("", left.Text);
        Assert.Equal("node/simulated-node-1 uncordoned\n", back.Text);
        Assert.Equal("node/simulated-node-2 tainted\n", tainted.Text);
        Assert.Equal("node/simulated-node-2 untainted\n", untainted.Text);
    }

    [Fact]
    public async Task Describe_shows_why_a_pod_is_not_scheduled()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("big", """{"name":"main","image":"nginx","resources":{"requests":{"cpu":"1000"}}}"""), $"/api/v1/namespaces/{ns}/pods/big");
        await fixture.EventAsync(ns, "FailedScheduling");

        var described = await Kubectl.RunAsync("-n", ns, "describe", "pod", "big");

        Assert.Contains(
            "Warning  FailedScheduling", described.Text, StringComparison.Ordinal);
        Assert.Contains(
            "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod..",
            described.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_expose_set_and_autoscale_make_what_they_say()
    {
        var ns = await fixture.NamespaceAsync();

        var once = await Kubectl.RunAsync("-n", ns, "run", "once", "--image=busybox", "--restart=Never", "--rm", "-i", "--", "echo", "hello");
        var run = await Kubectl.RunAsync("-n", ns, "run", "box", "--image=nginx", "--port=80", "--expose");
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        var exposed = await Kubectl.RunAsync("-n", ns, "expose", "deployment", "web", "--port=81", "--target-port=80", "--type=NodePort");
        var image = await Kubectl.RunAsync("-n", ns, "set", "image", "deployment/web", "main=nginx:2");
        var env = await Kubectl.RunAsync("-n", ns, "set", "env", "deployment/web", "A=b");
        var resources = await Kubectl.RunAsync("-n", ns, "set", "resources", "deployment/web", "--limits=cpu=100m");
        var scaler = await Kubectl.RunAsync("-n", ns, "autoscale", "deployment", "web", "--min=1", "--max=3", "--cpu=50%");
        var metrics = await Kubectl.RunAsync("top", "nodes");

        Assert.StartsWith("hello\n", once.Text, StringComparison.Ordinal);
        Assert.Equal("service/box created\npod/box created\n", run.Text);
        Assert.Equal("service/web exposed\n", exposed.Text);
        Assert.Equal("deployment.apps/web image updated\n", image.Text);
        Assert.Equal("deployment.apps/web env updated\n", env.Text);
        Assert.Equal("deployment.apps/web resource requirements updated\n", resources.Text);
        Assert.Equal("horizontalpodautoscaler.autoscaling/web autoscaled\n", scaler.Text);
        Assert.Equal((1, "error: Metrics API not available\n"), (metrics.ExitCode, metrics.Error));
    }

    [Fact]
    public async Task Debug_adds_an_ephemeral_container()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Pod("box", """{"name":"main","image":"nginx"}"""), $"/api/v1/namespaces/{ns}/pods/box");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/box", pod => (string?)pod?["status"]?["phase"] == "Running");

        var debug = await Kubectl.RunAsync("-n", ns, "debug", "box", "--image=busybox", "--container=look", "--profile=general", "--", "sleep", "1000");
        var pod = await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/box", found => found?["status"]?["ephemeralContainerStatuses"]?[0]?["state"]?["running"] is not null);

        Assert.Equal(0, debug.ExitCode);
        Assert.Equal("look", (string?)pod!["spec"]!["ephemeralContainers"]![0]!["name"]);
    }

    [Fact]
    public async Task Events_and_raw_paths_are_shown()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Pod("box", """{"name":"main","image":"nginx"}"""), $"/api/v1/namespaces/{ns}/pods/box");
        await fixture.EventAsync(ns, "Started");

        var events = await Kubectl.RunAsync("-n", ns, "events", "--for=pod/box");
        var raw = await Kubectl.RunAsync("get", "--raw", $"/api/v1/namespaces/{ns}/pods/box");
        var health = await Kubectl.RunAsync("get", "--raw", "/readyz");

        Assert.Contains("Started container main", events.Text, StringComparison.Ordinal);
        Assert.Equal("box", (string?)JsonNode.Parse(raw.Text)!["metadata"]!["name"]);
        Assert.Equal("ok", health.Text);
    }

    [Fact]
    public async Task Get_watch_tells_of_changes_as_they_come()
    {
        var ns = await fixture.NamespaceAsync();
        using var watch = Kubectl.Start("-n", ns, "get", "configmaps", "-w", "-l", "w=1", "-o", "jsonpath={.metadata.name} {.data.k}{'\\n'}");
        try
        {
            await fixture.ApplyAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"w":"1"}},"data":{"k":"1"}}""", $"/api/v1/namespaces/{ns}/configmaps/a");
            var first = await watch.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            await fixture.ApplyAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"w":"1"}},"data":{"k":"2"}}""", $"/api/v1/namespaces/{ns}/configmaps/a");
            var second = await watch.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));

            Assert.Equal(("a 1", "a 2"), (first, second));
        }
        finally
        {
            watch.Kill();
            await watch.WaitForExitAsync();
        }
    }
}
