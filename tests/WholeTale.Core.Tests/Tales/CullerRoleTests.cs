using System.Reflection;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;
using WholeTale.Core.Tales;
using WholeTale.Core.Tests.Checks;

namespace WholeTale.Core.Tests.Tales;

/// <summary>The Role of the CronJob that culls tales (examples/cull-tales.yaml): it is enough for that, and nothing in it is without use.</summary>
public sealed class CullerRoleTests(DeployedPlatform platform) : IClassFixture<DeployedPlatform>
{
    private static readonly ObjectReference Role = new(ResourceTypes.Role, DeployedPlatform.Namespace, "tale-culler");

    [Fact]
    public async Task Of_what_the_culler_may_nothing_can_be_taken_away()
    {
        foreach (var manifest in Read())
        {
            manifest["metadata"]!["namespace"] = DeployedPlatform.Namespace;
            await platform.Api.ApplyAsync(manifest, ApplyOptions.Default, CancellationToken.None);
        }

        var trial = new RoleTrial(platform.Cluster.Connection!, Role);
        var culler = await trial.LogInAsync();
        var rules = (JsonArray)Read().Single(manifest => (string?)manifest["kind"] == "Role")["rules"]!;

        var useless = await trial.FindUselessAsync([.. RoleTrial.Granted(rules)], () => CullAsync(culler));

        Assert.Empty(useless);
    }

    // What examples/cull-tales.ps1 does with a tale of ours and one of gwvolman's.
    private async Task CullAsync(ApiConnection connection)
    {
        var none = CancellationToken.None;
        await using var owner = new TalePods(platform.Cluster, ReportSink.None);
        var ours = await owner.LaunchAsync(TaleSamples.All[0] with { InstanceId = "" }, none);
        var foreign = await GwvolmanTale.CreateAsync(platform.Api, Guid.NewGuid().ToString("N")[..24], none);
        await using var culler = new TalePods(platform.Cluster with { Connection = connection }, ReportSink.None);
        try
        {
            var running = await culler.ReadLastUseAsync(await culler.ListAsync(none), none);
            foreach (var tale in running.Where(tale => tale.Name == ours.Name || tale.InstanceId == foreign))
            {
                await culler.RemoveAsync(tale, keepVolume: true, none);
            }

            Assert.Empty(await owner.ListAsync(none));
            Assert.NotNull(await platform.Api.FindAsync(new ObjectReference(ResourceTypes.PersistentVolumeClaim, DeployedPlatform.Namespace, ours.Name), none));
        }
        finally
        {
            foreach (var tale in await owner.ListAsync(none))
                await owner.RemoveAsync(tale, keepVolume: false, none);
        }
    }

    private static IReadOnlyList<JsonObject> Read()
    {
        var repository = typeof(CullerRoleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Repository").Value!;
        return [.. TemplateRenderer.Render(new TemplateSource(Path.Combine(repository, "examples")), "cull-tales.yaml", new Dictionary<string, object?>()).Select(manifest => manifest.Object)];
    }
}
