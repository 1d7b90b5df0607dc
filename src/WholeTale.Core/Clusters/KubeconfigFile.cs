using System.Text;
using WholeTale.Core.Kubernetes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace WholeTale.Core.Clusters;

/// <summary>Writes a cluster into a kubeconfig for kubectl and other clients: everything else in the file stays, and only its owner can read it.</summary>
public static class KubeconfigFile
{
    /// <summary>Adds or replaces the cluster, its user and its context, and makes it the current context.</summary>
    /// <param name="cluster">A cluster that can be reached.</param>
    /// <param name="path">The file; made where it does not exist.</param>
    /// <param name="cancellationToken">Stops it; the file is then as it was.</param>
    /// <exception cref="ClusterException">The file is not a kubeconfig, or the cluster has no connection.</exception>
    public static Task WriteAsync(Cluster cluster, string path, CancellationToken cancellationToken) => WriteAsync(cluster, path, withToken: false, cancellationToken);

    /// <summary>Adds or replaces the cluster, its user and its context, and makes it the current context.</summary>
    /// <param name="cluster">A cluster that can be reached.</param>
    /// <param name="path">The file; made where it does not exist.</param>
    /// <param name="withToken">Writes the token of this moment even where a plugin could give a fresh one each time.</param>
    /// <param name="cancellationToken">Stops it; the file is then as it was.</param>
    /// <exception cref="ClusterException">The file is not a kubeconfig, or the cluster has no connection.</exception>
    public static async Task WriteAsync(Cluster cluster, string path, bool withToken, CancellationToken cancellationToken)
    {
        if (cluster.Connection is not { } connection)
            throw new ClusterException("ClusterNotReachable", FailureKind.InvalidInput, cluster.Name, $"The cluster {cluster.Name} has no connection to export.", "Get it anew with 'Get-WTCluster'.");
        var root = Read(path);
        Put(root, "clusters", cluster.Name, "cluster", Target(connection));
        Put(root, "users", cluster.Name, "user", await UserAsync(connection, withToken, cancellationToken));
        Put(root, "contexts", cluster.Name, "context", new YamlMappingNode(
            Text("cluster"), Quoted(cluster.Name), Text("user"), Quoted(cluster.Name), Text("namespace"), Quoted(cluster.Namespace)));
        root.Children[Text("current-context")] = Quoted(cluster.Name);
        await SaveAsync(root, path, cancellationToken);
    }

    private static YamlMappingNode Read(string path)
    {
        var empty = new YamlMappingNode(Text("apiVersion"), Text("v1"), Text("kind"), Text("Config"));
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return empty;
        try
        {
            using var reader = new StreamReader(path);
            var stream = new YamlStream();
            stream.Load(reader);
            return stream.Documents.Count == 0 ? empty
                : stream.Documents[0].RootNode as YamlMappingNode ?? throw NotOne(path, 1, "it is not a table", null);
        }
        catch (YamlException exception)
        {
            throw NotOne(path, exception.Start.Line, exception.Message, exception);
        }
    }

    private static ClusterException NotOne(string path, long line, string why, Exception? cause) => new(
        "KubeconfigMalformed", FailureKind.Malformed, path, $"The file {path}:{line} is not a kubeconfig: {why}. It was left as it is.", "Choose another file, or correct this one.", cause);

    private static void Put(YamlMappingNode root, string list, string name, string member, YamlNode value)
    {
        if (!root.Children.TryGetValue(Text(list), out var node) || node is not YamlSequenceNode entries)
            root.Children[Text(list)] = entries = [];
        var entry = entries.Children.OfType<YamlMappingNode>()
            .FirstOrDefault(item => item.Children.TryGetValue(Text("name"), out var found) && found is YamlScalarNode scalar && scalar.Value == name);
        if (entry is null)
            entries.Add(entry = new YamlMappingNode(Text("name"), Quoted(name)));
        entry.Children[Text(member)] = value;
    }

    private static YamlMappingNode Target(ApiConnection connection)
    {
        var target = new YamlMappingNode(Text("server"), Quoted(connection.Endpoint.AbsoluteUri.TrimEnd('/')));
        if (connection.CertificateAuthorities is { Count: > 0 } authorities)
            target.Add(Text("certificate-authority-data"), Quoted(Base64(authorities.ExportCertificatePems())));
        if (connection.SkipTlsVerification)
            target.Add(Text("insecure-skip-tls-verify"), Text("true"));
        if (connection.TlsServerName is { } name)
            target.Add(Text("tls-server-name"), Quoted(name));
        return target;
    }

    private static async Task<YamlMappingNode> UserAsync(ApiConnection connection, bool withToken, CancellationToken cancellationToken)
    {
        var user = new YamlMappingNode();
        if (connection.ExecPlugin is { } plugin && !withToken)
        {
            user.Add(Text("exec"), Plugin(plugin));
            return user;
        }

        if (connection.ClientCertificate is { } certificate)
        {
            user.Add(Text("client-certificate-data"), Quoted(Base64(certificate.ExportCertificatePem())));
            var key = (System.Security.Cryptography.AsymmetricAlgorithm?)System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)
                ?? System.Security.Cryptography.X509Certificates.RSACertificateExtensions.GetRSAPrivateKey(certificate);
            if (key is not null)
            {
                using (key)
                    user.Add(Text("client-key-data"), Quoted(Base64(key.ExportPkcs8PrivateKeyPem())));
            }
        }

        if (connection.Token is not null && await connection.Token(cancellationToken) is { Length: > 0 } token)
            user.Add(Text("token"), Quoted(token));
        return user;
    }

    private static YamlMappingNode Plugin(ExecPlugin plugin)
    {
        var exec = new YamlMappingNode(Text("apiVersion"), Quoted(plugin.ApiVersion), Text("command"), Quoted(plugin.Command));
        if (plugin.Arguments.Count > 0)
            exec.Add(Text("args"), new YamlSequenceNode(plugin.Arguments.Select(Quoted)));
        if (plugin.Environment.Count > 0)
            exec.Add(Text("env"), new YamlSequenceNode(plugin.Environment.Select(item => new YamlMappingNode(Text("name"), Quoted(item.Key), Text("value"), Quoted(item.Value)))));
        if (plugin.InstallHint.Length > 0)
            exec.Add(Text("installHint"), Quoted(plugin.InstallHint));
        // client.authentication.k8s.io/v1 demands it.
        exec.Add(Text("interactiveMode"), Text("IfAvailable"));
        exec.Add(Text("provideClusterInfo"), Text(plugin.ProvideClusterInfo ? "true" : "false"));
        return exec;
    }

    // Beside the file, then into its place: a reader sees the old one or the new one, whole.
    private static async Task SaveAsync(YamlMappingNode root, string path, CancellationToken cancellationToken)
    {
        // A link stays a link: what it leads to is replaced.
        var full = Path.GetFullPath(path);
        if (new FileInfo(full).LinkTarget is not null)
            full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var temporary = $"{full}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var text = new StringWriter())
            {
                new YamlStream(new YamlDocument(root)).Save(text, assignAnchors: false);
                // YamlStream ends a document with "...", which kubectl reads but people need not.
                var content = text.ToString().TrimEnd();
                content = content.EndsWith("...", StringComparison.Ordinal) ? content[..^3].TrimEnd() : content;
                await using var stream = new FileStream(temporary, options);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(content + "\n"), cancellationToken);
            }

            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static YamlScalarNode Text(string value) => new(value);

    private static YamlScalarNode Quoted(string value) => new(value) { Style = ScalarStyle.DoubleQuoted };
}
