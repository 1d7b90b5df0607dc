using System.Text.Json.Nodes;
using WholeTale.Tests;
using static WholeTale.Tests.ClientTool;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>The real helm 4 installs, changes and removes releases. What is expected is what helm says of a real cluster.</summary>
public sealed class HelmTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private ClientTool Helm => ClientTool.Find("helm", fixture.Simulator);

    [Fact]
    public async Task A_release_lives_through_install_upgrade_rollback_and_uninstall()
    {
        var ns = await fixture.NamespaceAsync();
        var chart = Chart(ns);
        Task<Outcome> HelmAsync(params string[] arguments) => Helm.RunAsync(["-n", ns, .. arguments]);

        var installed = await HelmAsync("install", "rel", chart, "--wait", "--timeout", "60s");
        var first = await DeploymentAsync(ns);
        var claim = await fixture.GetAsync($"/api/v1/namespaces/{ns}/persistentvolumeclaims/data");
        var service = await fixture.GetAsync($"/api/v1/namespaces/{ns}/services/web");
        var again = await HelmAsync("install", "rel", chart);
        var upgraded = await HelmAsync("upgrade", "rel", chart, "--wait", "--timeout", "60s", "--set", "image=nginx:2");
        var second = await DeploymentAsync(ns);
        var rolledBack = await HelmAsync("rollback", "rel", "1", "--wait", "--timeout", "60s");
        var third = await DeploymentAsync(ns);
        var unknown = await HelmAsync("rollback", "rel", "9");
        var history = await HelmAsync("history", "rel", "-o", "json");
        var list = await HelmAsync("list", "-o", "json");
        var removed = await HelmAsync("uninstall", "rel", "--wait", "--timeout", "60s");
        var objects = await Task.WhenAll(
            fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments"), fixture.GetAsync($"/api/v1/namespaces/{ns}/services"),
            fixture.GetAsync($"/api/v1/namespaces/{ns}/persistentvolumeclaims"), fixture.GetAsync($"/api/v1/namespaces/{ns}/secrets"));
        var gone = await HelmAsync("uninstall", "rel");

        Assert.Equal((0, ""), (installed.ExitCode, installed.Error));
        Assert.Matches($"^NAME: rel\nLAST DEPLOYED: .+\nNAMESPACE: {ns}\nSTATUS: deployed\nREVISION: 1\nDESCRIPTION: Install complete\nTEST SUITE: None\n$", installed.Output);
        // --wait has waited: for the pods, the claim and the load balancer.
        Assert.Equal((2, "nginx:1"), first);
        Assert.Equal("Bound", (string?)claim!["status"]!["phase"]);
        Assert.NotNull(service!["status"]!["loadBalancer"]!["ingress"]);
        Assert.Equal((1, ""), (again.ExitCode, again.Output));
        Assert.EndsWith("Error: INSTALLATION FAILED: release name check failed: cannot reuse a name that is still in use\n", again.Error, StringComparison.Ordinal);
        Assert.Equal((0, ""), (upgraded.ExitCode, upgraded.Error));
        Assert.Matches($"^Release \"rel\" has been upgraded. Happy Helming!\nNAME: rel\nLAST DEPLOYED: .+\nNAMESPACE: {ns}\nSTATUS: deployed\nREVISION: 2\nDESCRIPTION: Upgrade complete\n", upgraded.Output);
        Assert.Equal((2, "nginx:2"), second);
        Assert.Equal(Said("Rollback was a success! Happy Helming!\n"), rolledBack);
        Assert.Equal((2, "nginx:1"), third);
        Assert.Equal(Failed("Error: release has no 9 version\n"), unknown);
        Assert.Equal(["1 superseded Install complete", "2 superseded Upgrade complete", "3 deployed Rollback to 1"], Revisions(history));
        var release = Assert.Single(JsonNode.Parse(list.Text)!.AsArray())!;
        Assert.Equal(("rel", "3", "deployed", "web-1.0.0"), ((string?)release["name"], (string?)release["revision"], (string?)release["status"], (string?)release["chart"]));
        Assert.Equal(Said("release \"rel\" uninstalled\n"), removed);
        Assert.All(objects, left => Assert.Empty(left!["items"]!.AsArray()));
        Assert.Equal(Failed("Error: uninstall: Release not loaded: rel: release: not found\n"), gone);
    }

    [Fact]
    public async Task An_upgrade_to_an_image_that_cannot_be_pulled_is_rolled_back()
    {
        var ns = await fixture.NamespaceAsync();
        var chart = Chart(ns);
        await Helm.RunAsync("-n", ns, "install", "rel", chart, "--wait", "--timeout", "60s");

        var upgraded = await Helm.RunAsync("-n", ns, "upgrade", "rel", chart, "--wait", "--rollback-on-failure", "--timeout", "3s", "--set", "image=registry.invalid/web:1");
        var history = await Helm.RunAsync("-n", ns, "history", "rel", "-o", "json");

        Assert.Equal((1, ""), (upgraded.ExitCode, upgraded.Output));
        Assert.Contains(
            $"Error: UPGRADE FAILED: release rel failed, and has been rolled back due to rollback-on-failure being set: resource Deployment/{ns}/web not ready. status: InProgress, message: ",
            upgraded.Error, StringComparison.Ordinal);
        Assert.EndsWith("context deadline exceeded\n", upgraded.Error, StringComparison.Ordinal);
        Assert.Equal((2, "nginx:1"), await DeploymentAsync(ns));
        Assert.Equal(["1 superseded", "2 failed", "3 deployed"], Revisions(history).Select(revision => string.Join(' ', revision.Split(' ')[..2])));
    }

    [Fact]
    public async Task An_install_that_fails_is_taken_away_again()
    {
        var ns = await fixture.NamespaceAsync();

        var installed = await Helm.RunAsync("-n", ns, "install", "rel", Chart(ns), "--wait", "--rollback-on-failure", "--timeout", "3s", "--set", "image=registry.invalid/web:1");
        var list = await Helm.RunAsync("-n", ns, "list", "-o", "json");

        Assert.Equal((1, ""), (installed.ExitCode, installed.Output));
        Assert.Contains($"resource Deployment/{ns}/web not ready. status: InProgress, message: ", installed.Error, StringComparison.Ordinal);
        Assert.Equal(Said("[]\n"), list);
        Assert.Empty((await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments"))!["items"]!.AsArray());
    }

    [Fact]
    public async Task What_the_server_refuses_fails_the_upgrade_and_a_dry_run_changes_nothing()
    {
        var ns = await fixture.NamespaceAsync();
        var chart = Chart(ns);
        await Helm.RunAsync("-n", ns, "install", "rel", chart, "--wait", "--timeout", "60s");

        var dry = await Helm.RunAsync("-n", ns, "upgrade", "rel", chart, "--dry-run=server", "--set", "replicas=3");
        var refused = await Helm.RunAsync("-n", ns, "upgrade", "rel", chart, "--set", "replicas=-1");

        Assert.Equal((0, ""), (dry.ExitCode, dry.Error));
        Assert.Contains("STATUS: pending-upgrade\nREVISION: 2\nDESCRIPTION: Dry run complete\n", dry.Output, StringComparison.Ordinal);
        Assert.Equal(1, refused.ExitCode);
        Assert.EndsWith("Error: UPGRADE FAILED: Deployment.apps \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n", refused.Error, StringComparison.Ordinal);
        Assert.Equal((2, "nginx:1"), await DeploymentAsync(ns));
    }

    private async Task<(int Ready, string? Image)> DeploymentAsync(string ns)
    {
        var deployment = (await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web"))!;
        return ((int?)deployment["status"]!["readyReplicas"] ?? 0, (string?)deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
    }

    private static IEnumerable<string> Revisions(Outcome history) =>
        JsonNode.Parse(history.Text)!.AsArray().Select(revision => $"{revision!["revision"]} {revision["status"]} {revision["description"]}");

    private string Chart(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(fixture.Simulator.Folder, name + "-chart"));
        Directory.CreateDirectory(Path.Combine(folder.FullName, "templates"));
        File.WriteAllText(Path.Combine(folder.FullName, "Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.0.0\n");
        File.WriteAllText(Path.Combine(folder.FullName, "values.yaml"), "image: nginx:1\nreplicas: 2\n");
        File.WriteAllText(Path.Combine(folder.FullName, "templates", "web.yaml"), """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              replicas: {{ .Values.replicas }}
              selector:
                matchLabels:
                  app: web
              template:
                metadata:
                  labels:
                    app: web
                spec:
                  containers:
                  - name: main
                    image: {{ .Values.image | quote }}
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            spec:
              type: LoadBalancer
              selector:
                app: web
              ports:
              - port: 80
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata:
              name: data
            spec:
              accessModes: ["ReadWriteOnce"]
              resources:
                requests:
                  storage: 1Gi
            """);
        return folder.FullName;
    }
}
