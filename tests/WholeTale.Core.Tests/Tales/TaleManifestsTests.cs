using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Tales;
using WholeTale.Core.Tests.Manifests;

namespace WholeTale.Core.Tests.Tales;

public sealed class TaleManifestsTests
{
    public static TheoryData<string, string, string> Settings
    {
        get
        {
            var combinations = new TheoryData<string, string, string>();
            foreach (var volume in (string[])["Claim", "SubPath", "Nfs", "EmptyDir"])
            {
                foreach (var mounter in (string[])["None", "DevicePlugin", "Privileged"])
                    combinations.Add(volume, mounter, volume == "Claim" ? "nginx" : volume == "SubPath" ? "traefik" : "gce");
            }
            return combinations;
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_sample_renders_to_owned_and_labelled_objects_under_every_setting(string volume, string mounter, string ingress)
    {
        var settings = new Settings { Tales = new TaleSettings { Volume = volume, NfsServer = "files.local", Mounter = mounter }, Ingress = new IngressSettings { Class = ingress } };
        foreach (var request in TaleSamples.All)
        {
            var (plan, objects) = TaleSamples.Render(request, settings);

            string[] expected = volume == "Claim" ? ["Deployment", "Ingress", "PersistentVolumeClaim", "Secret", "Service"] : ["Deployment", "Ingress", "Secret", "Service"];
            Assert.Equal(expected, objects.Select(item => (string)item["kind"]!).Order(StringComparer.Ordinal));
            TaleValidity.Holds(objects);
            Assert.All(objects.Skip(1), item => Assert.Equal(plan.Name, (string?)item["metadata"]!["ownerReferences"]![0]!["name"]));
            Assert.All(objects, item => Assert.Equal("tale", (string?)item["metadata"]!["labels"]!["app.kubernetes.io/component"]));
            Assert.All(objects, item => Assert.Equal("wholetale", (string?)item["metadata"]!["labels"]!["app.kubernetes.io/part-of"]));
            var containers = objects[0]["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(container => (string)container!["name"]!);
            Assert.Equal(mounter == "None" ? ["main"] : ["main", "mounter"], containers);
            Assert.Equal(mounter != "None", objects[0]["spec"]!["template"]!["spec"]!["initContainers"] is not null);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_sample_fits_the_schemas_of_the_oldest_Kubernetes(string volume, string mounter, string ingress)
    {
        var schema = KubernetesSchema.Load();
        var settings = new Settings { Tales = new TaleSettings { Volume = volume, NfsServer = "files.local", Mounter = mounter }, Ingress = new IngressSettings { Class = ingress } };

        var faults = TaleSamples.All.SelectMany(request => TaleSamples.Render(request with { Gpus = 1, CpuShares = 512 }, settings).Objects).SelectMany(schema.Faults);

        Assert.Empty(faults);
    }

    [Fact]
    public void A_workspace_on_a_server_lies_as_Girder_lays_it_out()
    {
        var (_, objects) = TaleSamples.Render(TaleSamples.All[0], new Settings { Tales = new TaleSettings { Volume = "Nfs", NfsServer = "files.local", NfsPath = "/export" } });

        var volume = objects[0]["spec"]!["template"]!["spec"]!["volumes"]!.AsArray().Single(volume => (string?)volume!["name"] == "workspace")!;
        Assert.Equal(("files.local", "/export"), ((string?)volume["nfs"]!["server"], (string?)volume["nfs"]!["path"]));
        Assert.Equal(
            ["workspaces/5/5c92fbd472a9910001fbff71", "homes/u/user-of-ff71"],
            TaleSamples.MainOf(objects)["volumeMounts"]!.AsArray().Select(mount => (string?)mount!["subPath"]).OfType<string>());
    }

    [Theory]
    [InlineData("Nfs")]
    [InlineData("SubPath")]
    [InlineData("Claim")]
    public void The_mounter_mounts_data_whatever_workspaces_lie_on(string volume)
    {
        var (_, objects) = TaleSamples.Render(TaleSamples.All[0], new Settings { Tales = new TaleSettings { Volume = volume, NfsServer = "files.local", Mounter = "DevicePlugin" } });

        var pod = objects[0]["spec"]!["template"]!["spec"]!;
        var mounter = pod["containers"]!.AsArray().Single(container => (string?)container!["name"] == "mounter")!;
        Assert.Contains("\"type\":\"data\"", Decoded(objects, "girderfs"), StringComparison.Ordinal);
        // Its success is waited for: a hook that fails restarts the container, and the pod is ready only with the mount.
        Assert.Equal("girderfs-mount", (string?)mounter["lifecycle"]!["postStart"]!["exec"]!["command"]![0]);
        Assert.Equal("girderfs-umount", (string?)mounter["lifecycle"]!["preStop"]!["exec"]!["command"]![0]);
        Assert.Equal("/bin/mountpoint", (string?)mounter["readinessProbe"]!["exec"]!["command"]![0]);
        Assert.Equal("1", (string?)mounter["resources"]!["limits"]!["smarter-devices/fuse"]);
    }

    [Fact]
    public void The_class_of_an_ingress_is_a_field_and_no_deprecated_annotation_but_where_GKE_knows_no_other()
    {
        var nginx = TaleSamples.Render(TaleSamples.All[0], new Settings { Ingress = new IngressSettings { Class = "nginx" } }).Objects.Single(item => (string?)item["kind"] == "Ingress");
        var gce = TaleSamples.Render(TaleSamples.All[0], new Settings { Ingress = new IngressSettings { Class = "gce" } }).Objects.Single(item => (string?)item["kind"] == "Ingress");

        Assert.Equal("nginx", (string?)nginx["spec"]!["ingressClassName"]);
        Assert.Null(nginx["metadata"]!["annotations"]!["kubernetes.io/ingress.class"]);
        Assert.Equal("gce", (string?)gce["metadata"]!["annotations"]!["kubernetes.io/ingress.class"]);
    }

    [Fact]
    public void A_missing_command_leaves_the_image_s_own()
    {
        var openRefine = TaleSamples.All.Single(request => request.Name.StartsWith("OpenRefine", StringComparison.Ordinal));

        Assert.Null(TaleSamples.MainOf(TaleSamples.Render(openRefine).Objects)["command"]);
    }

    [Fact]
    public void Placeholders_are_filled_in_and_the_token_stands_in_the_Secret_alone()
    {
        var (plan, objects) = TaleSamples.Render(TaleSamples.All[0]);

        var command = TaleSamples.MainOf(objects)["command"]!.AsArray().Select(word => Kubelet.Expand((string)word!, name => name == TalePlan.TokenVariable ? plan.Token.Reveal() : null)).ToList();
        Assert.Equal(
            ["jupyter", "notebook", "--no-browser", "--port", "8888", "--ip=0.0.0.0", $"--NotebookApp.token={plan.Token.Reveal()}", "--NotebookApp.base_url=/", "--NotebookApp.port_retries=0"], command);
        var secret = objects.Single(item => (string?)item["kind"] == "Secret");
        Assert.Equal(plan.Token.Reveal(), Encoding.UTF8.GetString(Convert.FromBase64String((string)secret["data"]!["token"]!)));
        Assert.All(objects.Where(item => item != secret), item => Assert.DoesNotContain(plan.Token.Reveal(), item.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public void The_key_of_one_user_is_in_no_other_tale_s_Secret()
    {
        var settings = new Settings { Tales = new TaleSettings { Mounter = "DevicePlugin" } };
        var (_, alice) = TaleSamples.Render(TaleSamples.All[0] with { User = "alice", ApiKey = new Secret("key-of-alice") }, settings);
        var (_, bob) = TaleSamples.Render(TaleSamples.All[1] with { User = "bob", ApiKey = new Secret("key-of-bob") }, settings);

        Assert.Equal("key-of-alice", Decoded(alice, "apiKey"));
        Assert.Equal("key-of-bob", Decoded(bob, "apiKey"));
        Assert.Contains("key-of-bob", Decoded(bob, "girderfs"), StringComparison.Ordinal);
        Assert.DoesNotContain("key-of-alice", Decoded(bob, "girderfs"), StringComparison.Ordinal);
        Assert.NotEqual((string?)alice[0]["metadata"]!["name"], (string?)bob[0]["metadata"]!["name"]);
    }

    [Fact]
    public void Only_a_mounter_set_to_privileged_sees_the_node_and_main_never_has_rights()
    {
        foreach (var (mounter, seesNode) in ((string, bool)[])[("None", false), ("DevicePlugin", false), ("Privileged", true)])
        {
            var (_, objects) = TaleSamples.Render(TaleSamples.All[0], new Settings { Tales = new TaleSettings { Mounter = mounter } });

            Assert.Equal(seesNode, objects[0].ToJsonString().Contains("hostPath", StringComparison.Ordinal));
            var main = TaleSamples.MainOf(objects);
            Assert.False((bool?)main["securityContext"]!["allowPrivilegeEscalation"]);
            Assert.Null(main["securityContext"]!["privileged"]);
        }
    }

    [Fact]
    public void Limits_shares_graphics_processors_and_nodes_arrive()
    {
        var (_, objects) = TaleSamples.Render(TaleSamples.All[0] with
        {
            Memory = "2g", Cpu = "1500m", CpuShares = 512, Gpus = 1, NodeSelector = new Dictionary<string, string> { ["cloud.google.com/gke-nodepool"] = "gpu" },
        });

        var resources = TaleSamples.MainOf(objects)["resources"]!;
        Assert.Equal("""{"memory":"2Gi","cpu":"1500m","nvidia.com/gpu":"1"}""", resources["limits"]!.ToJsonString());
        Assert.Equal("""{"cpu":"500m"}""", resources["requests"]!.ToJsonString());
        Assert.Equal("gpu", (string?)objects[0]["spec"]!["template"]!["spec"]!["nodeSelector"]!["cloud.google.com/gke-nodepool"]);
    }

    [Fact]
    public void Of_equal_variables_the_last_counts()
    {
        var (_, objects) = TaleSamples.Render(TaleSamples.All[0] with { Environment = ["A=1", "B=2", "A=3=4"] });

        Assert.Equal(["A=3=4", "B=2"], Environment(objects));
    }

    [Theory]
    [InlineData("Port", 0)]
    [InlineData("Port", 70000)]
    public void A_port_that_is_none_is_refused(string property, int port) => AssertRefused(TaleSamples.All[0] with { Port = port }, property);

    [Fact]
    public void What_cannot_run_is_refused_with_the_property_s_name()
    {
        var sample = TaleSamples.All[0];

        AssertRefused(sample with { Image = "" }, "Image");
        AssertRefused(sample with { Command = "'open" }, "Command");
        AssertRefused(sample with { Memory = "200Mb" }, "Memory");
        AssertRefused(sample with { Cpu = "many" }, "Cpu");
        AssertRefused(sample with { MountPoint = "work" }, "MountPoint");
        AssertRefused(sample with { Environment = ["=x"] }, "Environment");
        AssertRefused(sample with { Environment = ["1A=x"] }, "Environment");
    }

    private static void AssertRefused(TaleRequest request, string property)
    {
        var error = Assert.Throws<TaleException>(() => TaleSamples.Render(request));
        Assert.Contains($"its {property} is", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Advice);
    }

    private static IEnumerable<string> Environment(IReadOnlyList<JsonObject> objects) => TaleSamples.MainOf(objects)["env"]!.AsArray()
        .Where(variable => variable!["value"] is not null)
        .Select(variable => $"{(string?)variable!["name"]}={(string?)variable["value"]}");

    private static string Decoded(IReadOnlyList<JsonObject> objects, string key) =>
        Encoding.UTF8.GetString(Convert.FromBase64String((string)objects.Single(item => (string?)item["kind"] == "Secret")["data"]![key]!));
}
