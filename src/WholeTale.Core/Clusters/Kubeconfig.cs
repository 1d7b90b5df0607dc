using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.KubeConfigModels;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;
using YamlDotNet.Core;

namespace WholeTale.Core.Clusters;

/// <summary>One or more kubeconfig files, merged as kubectl merges them, and the clusters their contexts lead to.</summary>
internal sealed class Kubeconfig
{
    private readonly K8SConfiguration configuration;
    private readonly string origin;

    private Kubeconfig(K8SConfiguration configuration, string origin)
    {
        this.configuration = configuration;
        this.origin = origin;
    }

    /// <summary>The contexts' names, in order.</summary>
    internal IReadOnlyList<string> Contexts => [.. (configuration.Contexts ?? []).Select(context => context.Name)];

    /// <summary>The context in force; empty where none is.</summary>
    internal string CurrentContext => configuration.CurrentContext ?? "";

    /// <summary>Reads what the settings name, else KUBECONFIG's list, else the user's own file. Where there is none, there are no contexts.</summary>
    /// <exception cref="ClusterException">A file that is named is missing or malformed.</exception>
    internal static Kubeconfig Load(ResolvedSettings settings)
    {
        var named = settings.Settings.Existing.Kubeconfig;
        string[] paths = named.Length > 0 ? [Path.GetFullPath(named, settings.BaseFolder)]
            : Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } list ? list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            : [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".kube", "config")];
        if (named.Length > 0 && !File.Exists(paths[0]))
            throw new ClusterException("KubeconfigMissing", FailureKind.NotFound, paths[0], $"The kubeconfig {paths[0]} does not exist.", "Correct the setting Existing.Kubeconfig.");

        // As kubectl: files of the list that do not exist are passed over.
        var files = paths.Where(File.Exists).Select(path => new FileInfo(path)).ToArray();
        if (files.Length == 0)
            return new Kubeconfig(new K8SConfiguration(), "");
        var current = files[0].FullName;
        try
        {
            var merged = new List<K8SConfiguration>();
            foreach (var file in files)
            {
                current = file.FullName;
                merged.Add(KubernetesClientConfiguration.LoadKubeConfig(file));
            }

            return new Kubeconfig(Merge(merged), string.Join(Path.PathSeparator, files.Select(file => file.FullName)));
        }
        catch (YamlException exception)
        {
            throw new ClusterException(
                "KubeconfigMalformed", FailureKind.Malformed, current, $"The kubeconfig {current}:{exception.Start.Line} cannot be read: {exception.InnerException?.Message ?? exception.Message}.",
                "Correct the file, or write it anew with the tool that made it.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or k8s.Exceptions.KubeConfigException)
        {
            throw new ClusterException("KubeconfigUnreadable", FailureKind.Malformed, current, $"The kubeconfig {current} cannot be read: {exception.Message}.", "Correct the file or its permissions.", exception);
        }
    }

    /// <summary>A cluster as the file tells, without asking it.</summary>
    internal Cluster Describe(string context, ResolvedSettings settings)
    {
        var cluster = ClusterOf(context).Cluster;
        return new Cluster
        {
            Name = context,
            Provider = "Existing",
            Location = origin,
            Status = ClusterStatus.Unknown,
            Endpoint = Uri.TryCreate(cluster?.ClusterEndpoint?.Server, UriKind.Absolute, out var endpoint) ? endpoint : null,
            Namespace = settings.Settings.Namespace,
            Settings = settings,
        };
    }

    /// <summary>A cluster with what it tells of itself.</summary>
    /// <exception cref="ClusterException">The context is not whole.</exception>
    /// <exception cref="ApiException">It cannot be reached.</exception>
    internal async Task<Cluster> DescribeAsync(string context, ResolvedSettings settings, CancellationToken cancellationToken)
    {
        var connection = Connect(context);
        var client = ApiClient.For(connection);
        var version = await client.GetVersionAsync(cancellationToken);
        return Describe(context, settings) with
        {
            Connection = connection,
            Status = ClusterStatus.Running,
            KubernetesVersion = version,
            NodeCount = await CountNodesAsync(client, cancellationToken),
        };
    }

    /// <summary>How to reach a context's cluster.</summary>
    /// <exception cref="ClusterException">The context is not whole.</exception>
    internal ApiConnection Connect(string context)
    {
        var (cluster, user) = ClusterOf(context);
        if (cluster?.ClusterEndpoint is not { } target || !Uri.TryCreate(target.Server, UriKind.Absolute, out var endpoint))
            throw Broken(context, "names a cluster without a server address");
        var credentials = user?.UserCredentials;
        try
        {
            return new ApiConnection
            {
                Name = context,
                Endpoint = endpoint,
                CertificateAuthorities = Authorities(target),
                SkipTlsVerification = target.SkipTlsVerify,
                TlsServerName = string.IsNullOrEmpty(target.TlsServerName) ? null : target.TlsServerName,
                ClientCertificate = credentials is null ? null : ClientCertificate(credentials),
                Token = credentials is null ? null : TokenSource(credentials, context),
            };
        }
        catch (Exception exception) when (exception is IOException or CryptographicException or FormatException or UnauthorizedAccessException)
        {
            throw Broken(context, $"has a certificate or key that cannot be read ({exception.Message})", exception);
        }
    }

    // As kubectl merges a list of files: the first that names a thing wins.
    private static K8SConfiguration Merge(IReadOnlyList<K8SConfiguration> files) => new()
    {
        Clusters = [.. files.SelectMany(file => file.Clusters ?? []).DistinctBy(item => item.Name)],
        Users = [.. files.SelectMany(file => file.Users ?? []).DistinctBy(item => item.Name)],
        Contexts = [.. files.SelectMany(file => file.Contexts ?? []).DistinctBy(item => item.Name)],
        CurrentContext = files.Select(file => file.CurrentContext).FirstOrDefault(context => !string.IsNullOrEmpty(context)),
    };

    private (k8s.KubeConfigModels.Cluster? Cluster, User? User) ClusterOf(string context)
    {
        var details = (configuration.Contexts ?? []).First(item => item.Name == context).ContextDetails ?? throw Broken(context, "is empty");
        return (
            (configuration.Clusters ?? []).FirstOrDefault(item => item.Name == details.Cluster),
            (configuration.Users ?? []).FirstOrDefault(item => item.Name == details.User));
    }

    private static async Task<int> CountNodesAsync(ApiClient client, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.ListAsync(ResourceTypes.Node, null, null, cancellationToken)).Items.Count;
        }
        catch (ApiException exception) when (exception.Kind == FailureKind.Forbidden)
        {
            // Nodes are cluster-wide: whoever deploys into one namespace need not see them.
            return 0;
        }
    }

    private static X509Certificate2Collection? Authorities(ClusterEndpoint target)
    {
        var pem = !string.IsNullOrEmpty(target.CertificateAuthorityData) ? Encoding.UTF8.GetString(Convert.FromBase64String(target.CertificateAuthorityData))
            : !string.IsNullOrEmpty(target.CertificateAuthority) ? File.ReadAllText(target.CertificateAuthority)
            : null;
        if (pem is null)
            return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem);
        return authorities;
    }

    private static X509Certificate2? ClientCertificate(UserCredentials credentials)
    {
        var certificate = Pem(credentials.ClientCertificateData, credentials.ClientCertificate);
        var key = Pem(credentials.ClientKeyData, credentials.ClientKey);
        if (certificate is null || key is null)
            return null;
        using var withKey = X509Certificate2.CreateFromPem(certificate, key);
        // A key that lives only in memory cannot be used by every platform's TLS: go through PFX.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    private static string? Pem(string? data, string? file) => !string.IsNullOrEmpty(data) ? Encoding.UTF8.GetString(Convert.FromBase64String(data))
        : !string.IsNullOrEmpty(file) ? File.ReadAllText(file)
        : null;

    private static Func<CancellationToken, ValueTask<string?>>? TokenSource(UserCredentials credentials, string context)
    {
        if (credentials.ExternalExecution is { } plugin)
            return new ExecCredential(plugin, context, TimeProvider.System).GetTokenAsync;
        var token = credentials.Token;
        return string.IsNullOrEmpty(token) ? null : _ => ValueTask.FromResult<string?>(token);
    }

    private ClusterException Broken(string context, string why, Exception? cause = null) => new(
        "KubeconfigIncomplete", FailureKind.Malformed, context, $"The context '{context}' of {origin} {why}.", "Correct the kubeconfig, or get a new one from the cluster's own tool.", cause);
}
