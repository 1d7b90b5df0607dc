using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Clusters;

/// <summary>Every form of a kubeconfig that kubectl reads.</summary>
[Collection("KUBECONFIG")]
public sealed class KubeconfigTests : IDisposable
{
    private readonly ClusterFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_token_in_the_file_is_given()
    {
        var connection = Connect("{ token: abc }");

        Assert.Equal("abc", await connection.Token!(CancellationToken.None));
        Assert.DoesNotContain("abc", connection.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_file_is_relative_to_the_kubeconfig()
    {
        folder.Write("sub/token", "from-file\n");

        Assert.Equal("from-file", await Connect("{ tokenFile: sub/token }").Token!(CancellationToken.None));
    }

    [Fact]
    public async Task A_token_file_that_is_missing_is_an_error_that_names_it()
    {
        var error = await Assert.ThrowsAsync<ClusterException>(async () => await Connect("{ tokenFile: none }").Token!(CancellationToken.None));

        Assert.Contains(Path.Combine(folder.Path, "none"), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Authorities_come_as_data_or_as_a_file_relative_to_the_kubeconfig(bool asData)
    {
        var pem = SelfSigned().ExportCertificatePem();
        folder.Write("pki/ca.pem", pem);

        var connection = Connect("{}", asData ? $"certificate-authority-data: {Base64(pem)}" : "certificate-authority: pki/ca.pem");

        Assert.Equal("CN=test", Assert.Single(connection.CertificateAuthorities!).Subject);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_client_certificate_comes_with_its_key(bool asData)
    {
        using var certificate = SelfSigned();
        using var key = certificate.GetECDsaPrivateKey()!;
        var (pem, keyPem) = (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        folder.Write("c.pem", pem);
        folder.Write("k.pem", keyPem);

        var connection = Connect(asData
            ? $"{{ client-certificate-data: {Base64(pem)}, client-key-data: {Base64(keyPem)} }}"
            : "{ client-certificate: c.pem, client-key: k.pem }");

        Assert.True(connection.ClientCertificate!.HasPrivateKey);
        Assert.Equal(certificate.Thumbprint, connection.ClientCertificate.Thumbprint);
    }

    [Fact]
    public void Verification_is_skipped_and_another_name_expected_where_the_file_says_so()
    {
        var connection = Connect("{}", "insecure-skip-tls-verify: true", "tls-server-name: other.example");

        Assert.True(connection.SkipTlsVerification);
        Assert.Equal("other.example", connection.TlsServerName);
    }

    [Fact]
    public async Task An_exec_plugin_is_run_once_for_all_who_ask()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin of this test is a shell script.");
        var connection = Connect(Plugin("""echo run >>"$LOG"; echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t1"}}'"""));

        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => connection.Token!(CancellationToken.None).AsTask()));

        Assert.All(tokens, token => Assert.Equal("t1", token));
        Assert.Single(File.ReadAllLines(Path.Combine(folder.Path, "log")));
    }

    [Fact]
    public async Task An_exec_plugin_is_run_again_when_its_token_has_expired()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin of this test is a shell script.");
        var connection = Connect(Plugin("""echo run >>"$LOG"; echo '{"status":{"token":"t1","expirationTimestamp":"2001-01-01T00:00:00Z"}}'"""));

        await connection.Token!(CancellationToken.None);
        await connection.Token!(CancellationToken.None);

        Assert.Equal(2, File.ReadAllLines(Path.Combine(folder.Path, "log")).Length);
    }

    [Fact]
    public async Task An_exec_plugin_gets_its_arguments_and_variables_and_is_told_of_the_cluster()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin of this test is a shell script.");
        var connection = Connect(Plugin("""echo "$1|$KUBERNETES_EXEC_INFO" >"$LOG"; echo '{"status":{"token":"t1"}}'""", "provideClusterInfo: true, args: [word]"));

        await connection.Token!(CancellationToken.None);

        var seen = File.ReadAllText(Path.Combine(folder.Path, "log"));
        Assert.StartsWith("word|", seen, StringComparison.Ordinal);
        Assert.Contains("\"server\":\"https://127.0.0.1:1\"", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo oops >&2; exit 3", "ended with 3: oops")]
    [InlineData("echo secret-output", "did not answer with an ExecCredential")]
    [InlineData("echo '{\"status\":{}}'", "gave no token")]
    public async Task An_exec_plugin_that_fails_says_why_and_how_to_get_it(string script, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin of this test is a shell script.");
        var connection = Connect(Plugin(script, "installHint: Get it from example.org."));

        var error = await Assert.ThrowsAsync<ClusterException>(async () => await connection.Token!(CancellationToken.None));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Get it from example.org.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-output", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exec_plugin_that_is_not_there_is_an_error_that_names_it()
    {
        var connection = Connect("{ exec: { command: no-such-plugin } }");

        var error = await Assert.ThrowsAsync<ClusterException>(async () => await connection.Token!(CancellationToken.None));

        Assert.Contains("no-such-plugin", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("contexts: [{ name: x, context: { cluster: gone, user: u } }]", "names the cluster 'gone', which is not there")]
    [InlineData("contexts: [{ name: x, context: { cluster: c, user: gone } }]", "names the user 'gone', which is not there")]
    [InlineData("contexts: [{ name: x, context: { user: u } }]", "names no cluster")]
    [InlineData("contexts: [{ name: x }]", "names no cluster")]
    [InlineData("contexts: [{ name: x, context: { cluster: empty } }]", "without a server address")]
    [InlineData("contexts: [{ name: x, context: { cluster: badca } }]", "cannot be read")]
    [InlineData("contexts: [{ name: x, context: { cluster: c, user: legacy } }]", "auth-provider")]
    public void A_context_that_is_not_whole_says_what_is_missing(string contexts, string expected)
    {
        var file = folder.Write("config", $$"""
            clusters:
            - { name: c, cluster: { server: 'https://127.0.0.1:1' } }
            - { name: empty, cluster: {} }
            - { name: badca, cluster: { server: 'https://127.0.0.1:1', certificate-authority: none.pem } }
            users:
            - { name: u, user: { token: abc } }
            - { name: legacy, user: { auth-provider: { name: gcp } } }
            {{contexts}}
            """);

        var error = Assert.Throws<ClusterException>(() => Load(file).Connect("x"));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("'x'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: b\n  c: [", 2)]
    [InlineData("- just\n- a list", 1)]
    public void A_file_that_is_no_kubeconfig_is_an_error_with_its_line(string text, int line)
    {
        var file = folder.Write("config", text);

        var error = Assert.Throws<ClusterException>(() => Load(file));

        Assert.Equal(FailureKind.Malformed, error.Kind);
        Assert.Contains($"{file}:{line}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_files_is_merged_and_the_first_that_names_a_thing_wins()
    {
        var first = folder.Write("one", Text("{ token: first }"));
        var second = folder.Write("two", Text("{ token: second }").Replace("current-context: x", "current-context: y", StringComparison.Ordinal)
            + "- { name: y, context: { cluster: c, user: u } }\n");

        var kubeconfig = WithVariable("KUBECONFIG", $"{folder.Path}/none{Path.PathSeparator}{first}{Path.PathSeparator}{second}", () => Load(null));

        Assert.Equal(["x", "y"], kubeconfig.Contexts);
        Assert.Equal("x", kubeconfig.CurrentContext);
        Assert.Equal("first", await kubeconfig.Connect("y").Token!(CancellationToken.None));
    }

    [Fact]
    public async Task A_pod_reaches_its_own_cluster()
    {
        var pem = SelfSigned().ExportCertificatePem();
        folder.Write("ca.crt", pem);
        folder.Write("token", "pod-token");

        var connection = new InClusterAccount(folder.Path, "fd00::1", "443").Connect();

        Assert.Equal("https://[fd00::1]/", connection.Endpoint.AbsoluteUri);
        Assert.Equal("pod-token", await connection.Token!(CancellationToken.None));
        Assert.Single(connection.CertificateAuthorities!);
    }

    private ApiConnection Connect(string user, params string[] cluster) => Load(folder.Write("config", Text(user, cluster))).Connect("x");

    private Kubeconfig Load(string? file) =>
        Kubeconfig.Load(folder.Settings(settings => file is null ? settings : settings with { Existing = new ExistingSettings { Kubeconfig = file } }));

    private string Plugin(string script, string more = "installHint: ''") =>
        $"{{ exec: {{ apiVersion: client.authentication.k8s.io/v1, command: ./{Path.GetFileName(folder.WriteProgram("plugin", script))}, env: [{{ name: LOG, value: {Path.Combine(folder.Path, "log")} }}], {more} }} }}";

    private static string Text(string user, params string[] cluster) => $$"""
        apiVersion: v1
        kind: Config
        current-context: x
        clusters:
        - name: c
          cluster:
            server: https://127.0.0.1:1
        {{string.Join('\n', cluster.Select(line => "    " + line))}}
        users:
        - { name: u, user: {{user}} }
        contexts:
        - { name: x, context: { cluster: c, user: u } }

        """;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue.AddYears(-1));
    }

    private static T WithVariable<T>(string name, string value, Func<T> action)
    {
        var before = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
        try
        {
            return action();
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, before);
        }
    }
}
