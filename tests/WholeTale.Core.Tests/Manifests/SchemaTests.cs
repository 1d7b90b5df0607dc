using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Manifests;

public sealed class SchemaTests
{
    public static TheoryData<string, string, bool> Settings => new()
    {
        { "", "Claim", true },
        { "gce", "SubPath", true },
        { "nginx", "EmptyDir", false },
        { "traefik", "Claim", true },
        { "other", "Claim", false },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_manifest_fits_the_schemas_of_the_oldest_Kubernetes(string ingressClass, string volume, bool exposed)
    {
        var schema = KubernetesSchema.Load();

        var faults = Render(ingressClass, volume, exposed).SelectMany(manifest => schema.Faults(manifest.Object).Select(fault => $"{manifest.Template}: {fault}"));

        Assert.Empty(faults);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_manifest_fits_the_models_of_the_newest_Kubernetes(string ingressClass, string volume, bool exposed) =>
        Assert.All(Render(ingressClass, volume, exposed), manifest => Assert.True(ModelCheck.RequireModel(manifest), $"{manifest.Template} has an unknown kind"));

    [Fact]
    public void The_schemas_refuse_what_is_wrong()
    {
        var schema = KubernetesSchema.Load();
        var deployment = PlatformSample.Render().Find("Deployment", "redis").Object;
        deployment["spec"]!["replicas"] = "1";
        deployment["spec"]!["replicaas"] = 1;
        deployment["spec"]!.AsObject().Remove("selector");

        Assert.Equal(
            ["Deployment.spec.selector is missing", "Deployment.spec.replicas is no integer", "Deployment.spec.replicaas is not a field"],
            schema.Faults(deployment));
    }

    private static IEnumerable<Manifest> Render(string ingressClass, string volume, bool exposed) => PlatformSample
        .Render(
            ("Ingress.Class", ingressClass), ("Tales.Volume", volume), ("Registry.Exposed", exposed), ("NetworkPolicies", exposed), ("Volumes.StorageClass", ingressClass),
            ("Secrets.GlobusClientId", "id"), ("Secrets.GlobusClientSecret", "secret"))
        .Components.SelectMany(component => component.Objects);
}
