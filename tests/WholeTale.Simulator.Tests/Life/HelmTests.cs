using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>The real helm 4.</summary>
public sealed class HelmTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private ClientTool Helm => ClientTool.Find("helm", fixture.Simulator);

    [Fact]
    public async Task A_release_lives_through_install_upgrade_rollback_and_uninstall()
    {
        var ns = await fixture.NamespaceAsync();
        var chart = Chart(ns);

        var installed = await Helm.RunAsync("install", "rel", chart, "-n", ns, "--wait", "--timeout", "60s");
        var upgraded = await Helm.RunAsync("upgrade", "rel", chart, "-n", ns, "--wait", "--timeout", "60s", "--set", "image=nginx:2");
        var rolledBack = await Helm.RunAsync("rollback", "rel", "1", "-n", ns, "--wait", "--timeout", "60s");
        var history = await Helm.RunAsync("history", "rel", "-n", ns, "-o", "json");
        var image = await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web");
        var removed = await Helm.RunAsync("uninstall", "rel", "-n", ns, "--wait", "--timeout", "60s");
        var left = await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments");

        Assert.Contains("STATUS: deployed", installed.Text, StringComparison.Ordinal);
        Assert.Contains("REVISION: 2", upgraded.Text, StringComparison.Ordinal);
        Assert.Contains("Rollback was a success", rolledBack.Text, StringComparison.Ordinal);
        Assert.Contains("\"revision\":3", history.Text, StringComparison.Ordinal);
        Assert.Equal("nginx:1", (string?)image!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
        Assert.Contains("uninstalled", removed.Text, StringComparison.Ordinal);
        Assert.Empty(left!["items"]!.AsArray());
    }

    [Fact]
    public async Task An_upgrade_to_an_image_that_cannot_be_pulled_is_rolled_back()
    {
        var ns = await fixture.NamespaceAsync();
        var chart = Chart(ns);
        var installed = await Helm.RunAsync("install", "rel", chart, "-n", ns, "--wait", "--timeout", "60s");

        var upgraded = await Helm.RunAsync(
            "upgrade", "rel", chart, "-n", ns, "--wait", "--rollback-on-failure", "--timeout", "5s", "--set", "image=registry.invalid/web:1");
        var deployment = await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web");

        Assert.Equal(0, installed.ExitCode);
        Assert.NotEqual(0, upgraded.ExitCode);
        Assert.Contains("rolled back", upgraded.Error, StringComparison.Ordinal);
        Assert.Equal("nginx:1", (string?)deployment!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
    }

    private string Chart(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(fixture.Simulator.Folder, name + "-chart"));
        Directory.CreateDirectory(Path.Combine(folder.FullName, "templates"));
        File.WriteAllText(Path.Combine(folder.FullName, "Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.0.0\n");
        File.WriteAllText(Path.Combine(folder.FullName, "values.yaml"), "image: nginx:1\n");
        File.WriteAllText(Path.Combine(folder.FullName, "templates", "web.yaml"), """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              replicas: 2
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
