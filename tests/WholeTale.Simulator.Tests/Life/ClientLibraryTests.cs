using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using k8s;
using k8s.Models;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>Kubernetes' client libraries for C# and for node watch and write.</summary>
public sealed class ClientLibraryTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private const string _script = """
        import * as k8s from '@kubernetes/client-node';
        const [ns] = process.argv.slice(2);
        const config = new k8s.KubeConfig();
        config.loadFromDefault();
        const core = config.makeApiClient(k8s.CoreV1Api);
        const apps = config.makeApiClient(k8s.AppsV1Api);
        const seen = [];
        let done;
        const finished = new Promise(resolve => { done = resolve; });
        const informer = k8s.makeInformer(config, `/api/v1/namespaces/${ns}/configmaps`, () => core.listNamespacedConfigMap({ namespace: ns }));
        for (const verb of ['add', 'update', 'delete'])
            informer.on(verb, object => { if (object.metadata.name === 'a') { seen.push(verb); if (verb === 'delete') done(); } });
        informer.on('error', error => { console.error(error); process.exit(1); });
        await informer.start();
        await core.createNamespacedConfigMap({ namespace: ns, body: { metadata: { name: 'a' }, data: { k: '1' } } });
        const read = await core.readNamespacedConfigMap({ name: 'a', namespace: ns });
        read.data.k = '2';
        await core.replaceNamespacedConfigMap({ name: 'a', namespace: ns, body: read });
        await core.deleteNamespacedConfigMap({ name: 'a', namespace: ns });
        await apps.createNamespacedDeployment({ namespace: ns, body: { metadata: { name: 'web' }, spec: { replicas: 1, selector: { matchLabels: { a: 'b' } },
            template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } } } });
        let refused = '';
        try { await core.readNamespacedConfigMap({ name: 'a', namespace: ns }); } catch (error) { refused = String(error.code); }
        await Promise.race([finished, new Promise((_, reject) => setTimeout(() => reject(new Error('no delete was seen: ' + seen)), 20000))]);
        console.log(seen.join(' ') + ' ' + refused);
        process.exit(0);
        """;

    [Fact]
    public async Task The_client_for_node_writes_and_follows_with_an_informer()
    {
        var modules = Path.Combine(
            typeof(ClientLibraryTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Repository").Value!, "artifacts", "tools", "node");
        if (!Directory.Exists(Path.Combine(modules, "node_modules", "@kubernetes", "client-node")))
            Assert.Skip("@kubernetes/client-node is not there: .ci/install puts it into artifacts/tools/node.");
        var ns = await fixture.NamespaceAsync();
        var script = Path.Combine(modules, $"{ns}-{Environment.ProcessId}.mjs");
        await File.WriteAllTextAsync(script, _script);
        try
        {
            var start = new ProcessStartInfo("node", [script, ns]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["KUBECONFIG"] = fixture.Simulator.Kubeconfig;
            using var node = Run(start);
            var output = node.StandardOutput.ReadToEndAsync();
            var error = node.StandardError.ReadToEndAsync();
            await node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

            Assert.Equal(("add update delete 404\n", ""), (await output, await error));
        }
        finally
        {
            File.Delete(script);
        }
    }

    [Fact]
    public async Task The_client_for_CSharp_writes_and_watches()
    {
        var ns = await fixture.NamespaceAsync();
        using var client = new Kubernetes(await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(fixture.Simulator.Kubeconfig)));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new List<WatchEventType>();
        var list = await client.CoreV1.ListNamespacedConfigMapAsync(ns, cancellationToken: patience.Token);

        await client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new() { Name = "a" }, Data = new Dictionary<string, string> { ["k"] = "1" } }, ns, cancellationToken: patience.Token);
        var patched = await client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"k":"2"}}""", V1Patch.PatchType.MergePatch), "a", ns, cancellationToken: patience.Token);
        await client.CoreV1.DeleteNamespacedConfigMapAsync("a", ns, cancellationToken: patience.Token);
        await foreach (var (type, item) in client.CoreV1.WatchListNamespacedConfigMapAsync(ns, resourceVersion: list.ResourceVersion(), cancellationToken: patience.Token))
        {
            if (item.Name() != "a")
                continue;
            seen.Add(type);
            if (type == WatchEventType.Deleted)
                break;
        }

        Assert.Equal("2", patched.Data["k"]);
        Assert.Equal([WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted], seen);
        var missing = await Assert.ThrowsAsync<k8s.Autorest.HttpOperationException>(() => client.CoreV1.ReadNamespacedConfigMapAsync("a", ns, cancellationToken: patience.Token));
        Assert.Contains("configmaps \\\"a\\\" not found", missing.Response.Content, StringComparison.Ordinal);
    }

    private static Process Run(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("node is not there: .ci/install installs it where it can.");
            throw;
        }
    }
}
