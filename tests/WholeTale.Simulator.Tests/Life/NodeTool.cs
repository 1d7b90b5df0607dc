using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>Runs scripts with <c>@kubernetes/client-node</c>, Kubernetes' client for node, against a simulator.</summary>
internal sealed class NodeTool
{
    private const string Prelude = """
        import * as k8s from '@kubernetes/client-node';
        import { PassThrough } from 'node:stream';
        const ns = process.argv[2];
        const config = new k8s.KubeConfig();
        config.loadFromDefault();
        const core = config.makeApiClient(k8s.CoreV1Api);
        const apps = config.makeApiClient(k8s.AppsV1Api);
        const as = type => k8s.setHeaderOptions('Content-Type', type);
        const refusal = async attempt => { try { await attempt; return null; } catch (error) { return { code: error.code, ...JSON.parse(error.body) }; } };
        const text = stream => new Promise(resolve => { let all = ''; stream.on('data', part => all += part); stream.on('end', () => resolve(all)); });
        const patience = setTimeout(() => { console.error('the script has not ended'); process.exit(1); }, 30000);
        const tell = answer => { console.log(JSON.stringify(answer)); clearTimeout(patience); process.exit(0); };


        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string modules;
    private readonly SimulatorProcess simulator;

    private NodeTool(string modules, SimulatorProcess simulator)
    {
        this.modules = modules;
        this.simulator = simulator;
    }

    /// <summary>Skips the test where the client is not installed.</summary>
    public static NodeTool Require(SimulatorProcess simulator)
    {
        var modules = Path.Combine(
            typeof(NodeTool).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Repository").Value!, "artifacts", "tools", "node");
        if (!Directory.Exists(Path.Combine(modules, "node_modules", "@kubernetes", "client-node")))
            Assert.Skip("@kubernetes/client-node is not there: .ci/install puts it into artifacts/tools/node.");
        return new NodeTool(modules, simulator);
    }

    /// <summary>Runs a script to its end; it <c>tell</c>s its outcome, and must complain of nothing.</summary>
    public async Task<JsonNode> RunAsync(string ns, string body)
    {
        // Beside the modules, where node looks for them.
        var script = Path.Combine(modules, $"{Guid.NewGuid():n}.mjs");
        await File.WriteAllTextAsync(script, Prelude + body);
        try
        {
            var start = new ProcessStartInfo("node", [script, ns]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["KUBECONFIG"] = simulator.Kubeconfig;
            using var node = Start(start);
            var output = node.StandardOutput.ReadToEndAsync();
            var error = node.StandardError.ReadToEndAsync();
            await node.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal((0, ""), (node.ExitCode, await error));
            return JsonNode.Parse(await output)!;
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static Process Start(ProcessStartInfo start)
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
