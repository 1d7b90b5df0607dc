using System.Diagnostics;

namespace WholeTale.PowerShell.Tests.MainJob;

/// <summary>What others' clients see of a deployment, from the kubeconfig that the cluster exported.</summary>
public sealed class RealClientTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Engine engine = Engine.WithModule();
    private readonly string kubectl;
    private readonly string kubeconfig;

    public RealClientTests()
    {
        kubectl = Environment.GetEnvironmentVariable("WT_KUBECTL") ?? Path.Combine(Engine.Repository, "artifacts", "tools", "kubectl");
        if (!File.Exists(kubectl))
            Assert.Skip("kubectl is not there: .ci/install puts it into artifacts/tools, or WT_KUBECTL names it.");
        kubeconfig = Path.Combine(engine.Folder, "kubeconfig");
        engine.Run("$cluster = New-WTCluster -Provider Simulator -Name clients -Setting @{ StateFolder = \"$PWD/state\"; 'Simulator.Delays' = 'None' }");
        engine.Run("$cluster | Export-WTKubeconfig -Path ./kubeconfig");
    }

    [Fact]
    public async Task Kubectl_lists_every_object_of_a_deployment()
    {
        var objects = engine.Run("($cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue).Objects")
            .Select(item => (Kind: (string)item.Properties["Kind"].Value, Name: (string)item.Properties["Name"].Value, Namespace: (string)item.Properties["Namespace"].Value))
            .ToList();

        Assert.True(objects.Count > 25, $"only {objects.Count} objects");
        foreach (var kind in objects.GroupBy(item => (item.Kind, item.Namespace)))
        {
            var listed = await KubectlAsync("get", kind.Key.Kind.ToLowerInvariant(), "-n", kind.Key.Namespace.Length == 0 ? "default" : kind.Key.Namespace, "-o", "custom-columns=:metadata.name", "--no-headers");
            Assert.Empty(kind.Select(item => item.Name).Except(listed.Split('\n', StringSplitOptions.TrimEntries), StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Kubectl_applies_exported_manifests()
    {
        await KubectlAsync("create", "namespace", "wholetale");
        engine.Run("$null = Export-WTManifest -WarningAction SilentlyContinue -Path ./manifests -IncludeSecrets");

        var said = await KubectlAsync("apply", "--server-side", "-n", "wholetale", "-f", Path.Combine(engine.Folder, "manifests"));

        Assert.Contains("deployment.apps/girder serverside-applied", said, StringComparison.Ordinal);
        Assert.Contains("statefulset.apps/mongo serverside-applied", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deploy_and_its_removal_leave_the_objects_that_were_there_before()
    {
        var kinds = (await KubectlAsync("api-resources", "--verbs=list", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // Events tell what happened; they are not of the platform.
        var listed = string.Join(',', kinds.Where(kind => !kind.StartsWith("events", StringComparison.Ordinal)));
        var before = await KubectlAsync("get", listed, "-A", "-o", "name");

        engine.Run("$null = $cluster | Deploy-WholeTale -WarningAction SilentlyContinue; $null = $cluster | New-WTTalePod -Image jupyter/base-notebook -Name left-behind");
        engine.Run("$cluster | Remove-WholeTale -Confirm:$false -WarningAction SilentlyContinue");

        Assert.Contains("namespace/default", before, StringComparison.Ordinal);
        Assert.Equal(Lines(before), Lines(await KubectlAsync("get", listed, "-A", "-o", "name")));
    }

    public void Dispose()
    {
        engine.Run("if ($cluster) { $cluster | Remove-WTCluster -Confirm:$false }");
        engine.Dispose();
    }

    private static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal);

    private async Task<string> KubectlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(kubectl, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["HOME"] = engine.Folder;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: {await error}");
        return await output;
    }
}
