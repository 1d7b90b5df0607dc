namespace WholeTale.Core.Configuration;

/// <summary>Google Kubernetes Engine.</summary>
public sealed record GkeSettings
{
    /// <summary>The project's id; empty for the credentials' own (the seed's GKE_PROJECT_ID).</summary>
    [Form(Form.GoogleProject)]
    public string ProjectId { get; init; } = "";

    /// <summary>A zone or region, e.g. <c>us-central1-a</c> (the seed's GKE_COMPUTE_REGION). A region has nodes in three of its zones.</summary>
    [Form(Form.GoogleLocation)]
    public string Location { get; init; } = "us-central1-a";

    /// <summary>Standard, with node pools as described here, or Autopilot, where Google chooses the nodes.</summary>
    [OneOf("Standard", "Autopilot")]
    public string Mode { get; init; } = "Standard";

    /// <summary>Nodes of the default pool, in each zone (the seed's GKE_INITIAL_NODE_COUNT); image builds are memory hungry.</summary>
    [Between(1, 1000)]
    public int NodeCount { get; init; } = 4;

    /// <summary>The least nodes in each zone when the default pool scales itself.</summary>
    [Between(0, 1000)]
    public int MinNodeCount { get; init; } = 0;

    /// <summary>The most nodes in each zone when the default pool scales itself; 0 for a pool of fixed size.</summary>
    [Between(0, 1000)]
    public int MaxNodeCount { get; init; } = 0;

    /// <summary>Machine type of the default pool (the seed's GKE_MACHINE_TYPE).</summary>
    [Form(Form.DnsLabel)]
    public string MachineType { get; init; } = "n1-highmem-2";

    /// <summary>Boot disk of each node, a Kubernetes quantity.</summary>
    [Bytes("10Gi")]
    public string DiskSize { get; init; } = "100Gi";

    /// <summary>Kind of that disk: pd-standard, pd-balanced, pd-ssd or hyperdisk-balanced.</summary>
    [OneOf("pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced")]
    public string DiskType { get; init; } = "pd-balanced";

    /// <summary>Whether the default pool's nodes are cheap ones that Google may take back at any time.</summary>
    public bool Spot { get; init; }

    /// <summary>Nodes of a second pool, for the worker with its image builder alone; 0 for none.</summary>
    [Between(0, 100)]
    public int BuilderNodeCount { get; init; } = 0;

    /// <summary>Machine type of the builder's pool.</summary>
    [Form(Form.DnsLabel)]
    public string BuilderMachineType { get; init; } = "e2-highmem-4";

    /// <summary>Boot disk of the builder's nodes, a Kubernetes quantity.</summary>
    [Bytes("10Gi")]
    public string BuilderDiskSize { get; init; } = "200Gi";

    /// <summary>Version of the control plane, e.g. <c>1.33</c>, <c>1.33.4-gke.1036000</c>, <c>latest</c>; empty for the release channel's default.</summary>
    [Form(Form.GkeVersion)]
    public string KubernetesVersion { get; init; } = "";

    /// <summary>Release channel that keeps it current: None, Rapid, Regular, Stable or Extended.</summary>
    [OneOf("None", "Rapid", "Regular", "Stable", "Extended")]
    public string ReleaseChannel { get; init; } = "Regular";

    /// <summary>VPC network; empty for the project's default one.</summary>
    [Form(Form.GoogleResource)]
    public string Network { get; init; } = "";

    /// <summary>Subnetwork; empty for the network's default one in the region.</summary>
    [Form(Form.GoogleResource)]
    public string Subnetwork { get; init; } = "";

    /// <summary>Whether nodes have no public addresses; the network then needs Cloud NAT to pull images.</summary>
    public bool PrivateNodes { get; init; }

    /// <summary>Range of a private cluster's control plane, a /28 such as <c>172.16.0.0/28</c>; empty for Google's choice.</summary>
    [Form(Form.Cidr)]
    public string ControlPlaneCidr { get; init; } = "";

    /// <summary>Ranges that may reach the API server; empty for all.</summary>
    [Form(Form.Cidr)]
    public IReadOnlyList<string> AuthorizedNetworks { get; init; } = [];

    /// <summary>Whether pods can be known to Google as service accounts (Workload Identity, pool <c>PROJECT.svc.id.goog</c>).</summary>
    public bool WorkloadIdentity { get; init; } = true;

    /// <summary>Labels of the cluster and its nodes in Google's bills and lists.</summary>
    [Form(Form.GoogleLabel)]
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether 'Remove-WTCluster' refuses until 'Set-WTCluster -DeletionProtection $false' has lifted it. Google knows no such field: it is kept as a label of the cluster.</summary>
    public bool DeletionProtection { get; init; }

    /// <summary>Service account of the nodes; empty for the project's default one.</summary>
    [Form(Form.GoogleServiceAccount)]
    public string NodeServiceAccount { get; init; } = "";

    /// <summary>Secret Manager's version (<c>projects/P/secrets/S/versions/V</c>) of the CA certificate that nodes trust when they pull from registry.DOMAIN; empty for public trust.</summary>
    [Form(Form.GoogleSecretVersion)]
    public string RegistryCertificateSecret { get; init; } = "";

    /// <summary>A key or credentials file of Google's; empty for application default credentials.</summary>
    public string CredentialsFile { get; init; } = "";

    /// <summary>Service account to act as; empty for the credentials' own identity.</summary>
    [Form(Form.GoogleServiceAccount)]
    public string ImpersonateServiceAccount { get; init; } = "";

    /// <summary>Address of the API; another one is used for private access or the simulator.</summary>
    [Form(Form.HttpsAddress)]
    public string ApiEndpoint { get; init; } = "https://container.googleapis.com";

    /// <summary>PEM file of the authorities to trust for that address; empty for the system's.</summary>
    public string CertificateAuthorityFile { get; init; } = "";

    /// <summary>How long creating, resizing or deleting may take; Google goes on with it afterwards.</summary>
    [Lasting("00:01:00", "1.00:00:00")]
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>How long one request to Google may take, with its repetitions.</summary>
    [Lasting("00:00:01", "00:10:00")]
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(1);
}
