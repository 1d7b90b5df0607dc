using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Certificates;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Manifests;

public sealed class PlatformTests
{
    [Fact]
    public void Components_follow_those_they_depend_on()
    {
        var seen = new HashSet<string>();

        foreach (var component in Platform.Components)
        {
            Assert.All(component.DependsOn, dependency => Assert.Contains(dependency, seen));
            Assert.True(seen.Add(component.Name));
        }
    }

    [Fact]
    public void Every_template_belongs_to_a_component_and_exists()
    {
        string[] doors = ["gateway", "gce", "nginx", "other", "traefik"];
        var declared = Platform.Components.SelectMany(component => component.Templates)
            .SelectMany(file => doors.Select(door => file.Replace("CONTROLLER", door, StringComparison.Ordinal)).Distinct()).Order();

        // Tales are rendered one by one, and girder/ holds what Girder's set-up sends.
        var present = new TemplateSource(TemplateSource.ModuleFolder).Files.Where(file => file.Split('/')[0] is not ("tale" or "girder")).Order();

        Assert.Equal(present, declared);
    }

    [Fact]
    public void The_defaults_render_every_component()
    {
        var manifests = PlatformSample.Render();

        Assert.Equal(Platform.Components, manifests.Components.Select(component => component.Component));
        Assert.All(manifests.Components, component => Assert.NotEmpty(component.Objects));
    }

    [Fact]
    public void Every_object_has_namespace_and_labels_and_so_have_pods_without_the_version()
    {
        foreach (var component in PlatformSample.Render(("Namespace", "somewhere")).Components)
        {
            foreach (var manifest in component.Objects)
            {
                var metadata = manifest.Object["metadata"]!;
                Assert.Equal((string?)manifest.Object["kind"] == "Namespace" ? null : "somewhere", (string?)metadata["namespace"]);
                AssertLabels(metadata["labels"]!, component.Component.Name);
                Assert.NotNull(metadata["labels"]!["app.kubernetes.io/version"]);
                if (ManifestFinish.PodTemplateOf(manifest.Object) is { } template)
                {
                    AssertLabels(template["metadata"]!["labels"]!, component.Component.Name);
                    Assert.Null(template["metadata"]!["labels"]!["app.kubernetes.io/version"]);
                }
            }
        }

        static void AssertLabels(JsonNode labels, string component)
        {
            Assert.Equal("wholetale", (string?)labels["app.kubernetes.io/name"]);
            Assert.Equal("sample", (string?)labels["app.kubernetes.io/instance"]);
            Assert.Equal(component, (string?)labels["app.kubernetes.io/component"]);
            Assert.Equal("wholetale", (string?)labels["app.kubernetes.io/part-of"]);
            Assert.Equal("wholetale", (string?)labels["app.kubernetes.io/managed-by"]);
        }
    }

    [Fact]
    public void Every_pod_is_kept_as_small_as_it_can_be()
    {
        var workloads = PlatformSample.Render().Components.SelectMany(component => component.Objects).Where(manifest => ManifestFinish.PodTemplateOf(manifest.Object) is not null).ToList();

        Assert.Equal(6, workloads.Count);
        foreach (var workload in workloads)
        {
            var name = (string)workload.Object["metadata"]!["name"]!;
            var pod = ManifestFinish.PodTemplateOf(workload.Object)!["spec"]!;
            Assert.False((bool)pod["enableServiceLinks"]!, name);
            Assert.Equal(name == "celery-worker", (bool)pod["automountServiceAccountToken"]!);
            foreach (var container in pod["containers"]!.AsArray())
            {
                Assert.NotNull(container!["readinessProbe"]);
                Assert.NotNull(container["livenessProbe"]);
                Assert.NotNull(container["resources"]!["requests"]!["memory"]);
                Assert.NotNull(container["resources"]!["limits"]!["memory"]);
                Assert.Null(container["securityContext"]!["privileged"]);

                // Girder's image starts as root by design; every other container says that it does not.
                Assert.Equal(name != "girder", (bool?)(container["securityContext"]!["runAsNonRoot"] ?? pod["securityContext"]!["runAsNonRoot"]) ?? false);
            }
        }
    }

    [Fact]
    public void Nobody_has_rights_in_the_whole_cluster()
    {
        var manifests = PlatformSample.Render().Components.SelectMany(component => component.Objects).ToList();

        Assert.DoesNotContain(manifests, manifest => ((string)manifest.Object["kind"]!).StartsWith("Cluster", StringComparison.Ordinal));
        var rules = manifests.Where(manifest => (string?)manifest.Object["kind"] == "Role").SelectMany(role => role.Object["rules"]!.AsArray()).ToList();
        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.DoesNotContain("*", rule!.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Secrets_arrive_as_data_exactly()
    {
        var manifests = PlatformSample.Render();

        Assert.Equal("admin: 'pass' \"word\"", Data(manifests.Find("Secret", "girder-admin"), "password"));
        Assert.Equal("wholetale:$2b$05$abcdefghijklmnopqrstuv", Data(manifests.Find("Secret", "registry-secret"), "registry.password"));
        Assert.Equal(PlatformSample.Secrets.RegistryCertificate.KeyPem.Reveal(), Data(manifests.Find("Secret", "registry-cert-secret"), "tls.key"));
        var login = JsonNode.Parse(Data(manifests.Find("Secret", "registry-credentials"), ".dockerconfigjson"))!["auths"]!["registry:443"]!;
        Assert.Equal(("wholetale", "registry {{pass}} word"), ((string?)login["username"], (string?)login["password"]));
        Assert.All(manifests.Components.SelectMany(component => component.Objects), manifest => Assert.Null(manifest.Object["stringData"]));
    }

    [Fact]
    public void Pods_change_when_and_only_when_a_secret_or_config_map_they_use_does()
    {
        var before = PlatformSample.Render();
        var again = PlatformSample.Render();
        var renewed = Platform.Render(
            PlatformSample.Settings(), PlatformSample.Secrets with { RegistryCertificate = SelfSigned.Create(["registry"], "Ecdsa", 90, TimeProvider.System) }, "sample");
        var slower = PlatformSample.Render(("Girder.Heartbeat", "10m"));

        Assert.Equal(Checksums(before), Checksums(again));
        Assert.Equal(["Deployment celery-worker", "Deployment registry"], Changed(before, renewed));
        Assert.Equal(["Deployment girder"], Changed(before, slower));

        static IEnumerable<string> Changed(ManifestSet before, ManifestSet after) => Checksums(after).Except(Checksums(before)).Select(pair => pair.Key).Order();

        static Dictionary<string, string?> Checksums(ManifestSet manifests) => manifests.Components
            .SelectMany(component => component.Objects)
            .Where(manifest => ManifestFinish.PodTemplateOf(manifest.Object) is not null)
            .ToDictionary(
                manifest => $"{manifest.Object["kind"]} {manifest.Object["metadata"]!["name"]}",
                manifest => (string?)ManifestFinish.PodTemplateOf(manifest.Object)!["metadata"]!["annotations"]?[ManifestFinish.ChecksumAnnotation]);
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("gce", null, "gce")]
    [InlineData("nginx", "nginx", null)]
    [InlineData("traefik-internal", "traefik-internal", null)]
    public void The_ingress_class_stands_where_its_controller_looks(string setting, string? field, string? annotation)
    {
        var ingress = PlatformSample.Render(("Ingress.Class", setting)).Find("Ingress", "ingress").Object;

        Assert.Equal(field, (string?)ingress["spec"]!["ingressClassName"]);
        Assert.Equal(annotation, (string?)ingress["metadata"]!["annotations"]!["kubernetes.io/ingress.class"]);
    }

    [Fact]
    public void Annotations_of_the_settings_win_over_those_of_the_class()
    {
        var annotations = new Dictionary<string, string> { ["nginx.ingress.kubernetes.io/proxy-body-size"] = "512m", ["example.org/own"] = "yes" };

        var ingress = PlatformSample.Render(("Ingress.Class", "nginx"), ("Ingress.Annotations", annotations)).Find("Ingress", "ingress").Object;

        Assert.Equal("512m", (string?)ingress["metadata"]!["annotations"]!["nginx.ingress.kubernetes.io/proxy-body-size"]);
        Assert.Equal("yes", (string?)ingress["metadata"]!["annotations"]!["example.org/own"]);
    }

    [Fact]
    public void A_registry_that_is_not_exposed_has_no_way_from_outside()
    {
        var manifests = PlatformSample.Render(("Registry.Exposed", false));

        Assert.DoesNotContain("registry.local", manifests.Find("Ingress", "ingress").Object.ToJsonString(), StringComparison.Ordinal);
        Assert.Single(manifests.Find("Deployment", "registry").Object["spec"]!["template"]!["spec"]!["containers"]!.AsArray());
    }

    [Fact]
    public void The_domain_stands_wherever_the_domain_belongs()
    {
        var manifests = PlatformSample.Render(("Domain", "tales.example.net"));

        var text = string.Concat(manifests.Components.Select(component => ManifestWriter.Write(component, includeSecrets: true)));
        Assert.DoesNotContain("local.wholetale.org", text, StringComparison.Ordinal);
        Assert.Contains("https://girder.tales.example.net/api/v1", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "unconfined", null)]
    [InlineData("v1.29.4", "unconfined", null)]
    [InlineData("v1.30.0-gke.1", null, "Unconfined")]
    [InlineData("v1.35.6", null, "Unconfined")]
    public void The_builder_s_profile_is_written_as_the_server_knows_it(string? version, string? annotation, string? field)
    {
        var manifests = Platform.Render(PlatformSample.Settings(), PlatformSample.Secrets, "sample", version is null ? null : ServerVersion.Parse(version));

        var template = manifests.Find("Deployment", "celery-worker").Object["spec"]!["template"]!;
        var builder = template["spec"]!["containers"]!.AsArray().Single(container => (string?)container!["name"] == "builder")!;
        Assert.Equal(annotation, (string?)template["metadata"]!["annotations"]!["container.apparmor.security.beta.kubernetes.io/builder"]);
        Assert.Equal(field, (string?)builder["securityContext"]!["appArmorProfile"]?["type"]);
    }

    [Fact]
    public void An_existing_secret_for_the_site_is_used_and_not_made()
    {
        var manifests = Platform.Render(
            PlatformSample.Settings(("Certificate.Source", "Secret"), ("Certificate.SecretName", "mine")), PlatformSample.Secrets with { SiteCertificate = null }, "sample");

        Assert.Equal("mine", (string?)manifests.Find("Ingress", "ingress").Object["spec"]!["tls"]![0]!["secretName"]);
        Assert.DoesNotContain(manifests.Components.SelectMany(component => component.Objects), manifest => (string?)manifest.Object["metadata"]!["name"] == "site-cert-secret");
    }

    [Fact]
    public void Globus_credentials_become_a_secret_when_given()
    {
        var manifests = PlatformSample.Render(("Secrets.GlobusClientId", "id"), ("Secrets.GlobusClientSecret", new Secret("hush")));

        Assert.Equal("hush", Data(manifests.Find("Secret", "girder-globus"), "client-secret"));
    }

    private static string Data(Manifest secret, string key) => Encoding.UTF8.GetString(Convert.FromBase64String((string)secret.Object["data"]![key]!));
}
