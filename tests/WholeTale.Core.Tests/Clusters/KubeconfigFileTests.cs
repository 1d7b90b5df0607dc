using System.Runtime.Versioning;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Clusters;

public sealed class KubeconfigFileTests : IDisposable
{
    private readonly ClusterFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_is_written_leads_to_the_same_cluster()
    {
        var path = Path.Combine(folder.Path, "new", "config");

        await KubeconfigFile.WriteAsync(Cluster(), path, CancellationToken.None);

        var read = Load(path);
        Assert.Equal("mine", read.CurrentContext);
        Assert.Equal(new Uri("https://127.0.0.1:1234/"), read.Connect("mine").Endpoint);
        Assert.Equal("abc", await read.Connect("mine").Token!(CancellationToken.None));
    }

    [Fact]
    public async Task Everything_else_in_the_file_stays()
    {
        var path = folder.Write("config", """
            apiVersion: v1
            kind: Config
            preferences: { colors: true }
            extensions: [{ name: ours, extension: { a: "0123" } }]
            current-context: other
            clusters:
            - { name: other, cluster: { server: 'https://other', unknown-field: 'yes' } }
            - { name: mine, cluster: { server: 'https://old' } }
            users:
            - { name: other, user: { token: keep } }
            contexts:
            - { name: other, context: { cluster: other, user: other, namespace: kept } }
            """);

        await KubeconfigFile.WriteAsync(Cluster(), path, CancellationToken.None);

        var text = File.ReadAllText(path);
        Assert.All(["colors: true", "a: \"0123\"", "unknown-field: 'yes'", "namespace: kept"], kept => Assert.Contains(kept, text, StringComparison.Ordinal));
        Assert.DoesNotContain("https://old", text, StringComparison.Ordinal);
        Assert.Equal(["other", "mine"], Load(path).Contexts);
        Assert.Equal("keep", await Load(path).Connect("other").Token!(CancellationToken.None));
    }

    [Fact]
    public async Task Written_twice_it_is_the_same_file()
    {
        var path = Path.Combine(folder.Path, "config");
        await KubeconfigFile.WriteAsync(Cluster(), path, CancellationToken.None);
        var first = File.ReadAllText(path);

        await KubeconfigFile.WriteAsync(Cluster(), path, CancellationToken.None);

        Assert.Equal(first, File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_its_owner_can_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var path = folder.Write("config", "kind: Config\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        await KubeconfigFile.WriteAsync(Cluster(), path, CancellationToken.None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_link_stays_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        var target = folder.Write("target", "kind: Config\n");
        var link = Path.Combine(folder.Path, "config");
        File.CreateSymbolicLink(link, target);

        await KubeconfigFile.WriteAsync(Cluster(), link, CancellationToken.None);

        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.Equal(["mine"], Load(target).Contexts);
    }

    [Fact]
    public async Task A_file_that_is_no_kubeconfig_is_left_as_it_is()
    {
        var path = folder.Write("config", "- a list");

        var error = await Assert.ThrowsAsync<ClusterException>(() => KubeconfigFile.WriteAsync(Cluster(), path, CancellationToken.None));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal("- a list", File.ReadAllText(path));
    }

    [Fact]
    public async Task A_plugin_is_written_as_one_and_its_token_only_on_request()
    {
        var path = Path.Combine(folder.Path, "config");
        var cluster = Cluster(new ExecPlugin { Command = "login-tool", Arguments = ["--for", "0123"], Environment = new Dictionary<string, string> { ["A"] = "yes" }, ProvideClusterInfo = true });

        await KubeconfigFile.WriteAsync(cluster, path, CancellationToken.None);
        var plugin = Load(path).Connect("mine").ExecPlugin!;
        var withPlugin = File.ReadAllText(path);
        await KubeconfigFile.WriteAsync(cluster, path, withToken: true, CancellationToken.None);

        Assert.Equal("login-tool", plugin.Command);
        Assert.Equal(["--for", "0123"], plugin.Arguments);
        Assert.Equal("yes", plugin.Environment["A"]);
        Assert.DoesNotContain("abc", withPlugin, StringComparison.Ordinal);
        Assert.Null(Load(path).Connect("mine").ExecPlugin);
        Assert.Equal("abc", await Load(path).Connect("mine").Token!(CancellationToken.None));
    }

    private Kubeconfig Load(string path) => Kubeconfig.Load(folder.Settings(settings => settings with { Existing = new ExistingSettings { Kubeconfig = path } }));

    private static Cluster Cluster(ExecPlugin? plugin = null) => new()
    {
        Name = "mine",
        Provider = "Existing",
        Connection = new ApiConnection { Name = "mine", Endpoint = new Uri("https://127.0.0.1:1234"), Token = _ => ValueTask.FromResult<string?>("abc"), ExecPlugin = plugin },
    };
}
