using System.Security.Cryptography;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Clusters;

/// <summary>One or more kubeconfig files, merged as kubectl merges them, and the clusters their contexts lead to. Inside a pod, the pod's own cluster too.</summary>
internal sealed class Kubeconfig
{
    private readonly IReadOnlyList<KubeconfigDocument> documents;
    private readonly InClusterAccount? account;
    private readonly string origin;

    private Kubeconfig(IReadOnlyList<KubeconfigDocument> documents, InClusterAccount? account, string origin)
    {
        this.documents = documents;
        this.account = account;
        this.origin = origin;
    }

    /// <summary>The contexts' names, in order.</summary>
    internal IReadOnlyList<string> Contexts =>
    [
        .. Entries("contexts", "context").Select(context => context.Name), .. account is null ? Array.Empty<string>() : [InClusterAccount.Context],
    ];

    /// <summary>The context in force; the pod's own cluster where no file names one; null where there is neither.</summary>
    internal string? CurrentContext =>
        documents.Select(document => document.CurrentContext).FirstOrDefault(context => context is not null) ?? (account is null ? null : InClusterAccount.Context);

    /// <summary>Reads what the settings name, else KUBECONFIG's list, else the user's own file. Where there is none, there are no contexts.</summary>
    /// <exception cref="ClusterException">A file that is named is missing, or one is malformed.</exception>
    internal static Kubeconfig Load(ResolvedSettings settings)
    {
        if (settings.Settings.Existing.Kubeconfig is not { Length: > 0 } named)
            return LoadUsers(InClusterAccount.Find());
        var path = Path.GetFullPath(named, settings.BaseFolder);
        if (!File.Exists(path))
            throw new ClusterException("KubeconfigMissing", FailureKind.NotFound, path, $"The kubeconfig {path} does not exist.", "Correct the setting Existing.Kubeconfig.");
        return Read([path], null);
    }

    /// <summary>Reads the user's own: KUBECONFIG's list, else <c>~/.kube/config</c>.</summary>
    /// <exception cref="ClusterException">One is malformed.</exception>
    internal static Kubeconfig LoadUsers(InClusterAccount? account = null) => Read(
        Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } list
            ? list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            : [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".kube", "config")],
        account);

    /// <summary>A cluster as the file tells, without asking it.</summary>
    internal Cluster Describe(string context, ResolvedSettings settings) => new()
    {
        Name = context,
        Provider = "Existing",
        Location = origin,
        Status = ClusterStatus.Unknown,
        Endpoint = IsOwn(context) ? account!.Endpoint
            : Find("contexts", "context", context)?["cluster"] is { } cluster && Uri.TryCreate(Find("clusters", "cluster", cluster)?["server"], UriKind.Absolute, out var endpoint) ? endpoint
            : null,
        Namespace = settings.Settings.Namespace,
        Settings = settings,
    };

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
    internal ApiConnection Connect(string name)
    {
        try
        {
            if (IsOwn(name))
                return account!.Connect();
            var context = Find("contexts", "context", name) ?? throw Broken(name, "does not exist");
            var cluster = context["cluster"] is { } target ? Find("clusters", "cluster", target) ?? throw Broken(name, $"names the cluster '{target}', which is not there") : throw Broken(name, "names no cluster");
            var user = context["user"] is { } login ? Find("users", "user", login) ?? throw Broken(name, $"names the user '{login}', which is not there") : null;
            if (user?.Has("auth-provider") == true)
                throw Broken(name, "uses an auth-provider, which Kubernetes removed in 1.26");
            return KubeconfigCredentials.Connect(name, cluster, user) ?? throw Broken(name, "names a cluster without a server address");
        }
        catch (Exception exception) when (exception is IOException or CryptographicException or FormatException or UnauthorizedAccessException)
        {
            throw Broken(name, $"has a certificate, key or token that cannot be read ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    // As kubectl: files of the list that do not exist are passed over.
    private static Kubeconfig Read(IEnumerable<string> paths, InClusterAccount? account)
    {
        var files = paths.Where(File.Exists).Select(Path.GetFullPath).ToList();
        return new Kubeconfig([.. files.Select(KubeconfigDocument.Read)], account, string.Join(Path.PathSeparator, files));
    }

    private bool IsOwn(string context) => account is not null && context == InClusterAccount.Context && Find("contexts", "context", context) is null;

    // As kubectl merges a list of files: the first that names a thing wins.
    private IEnumerable<KubeconfigEntry> Entries(string list, string member) => documents.SelectMany(document => document.Entries(list, member)).DistinctBy(entry => entry.Name);

    private KubeconfigEntry? Find(string list, string member, string name) => Entries(list, member).FirstOrDefault(entry => entry.Name == name);

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

    private ClusterException Broken(string context, string why, Exception? cause = null) => new(
        "KubeconfigIncomplete", FailureKind.Malformed, context, $"The context '{context}' of {(origin.Length > 0 ? origin : "this pod")} {why}.",
        "Correct the kubeconfig, or get a new one from the cluster's own tool.", cause);
}
