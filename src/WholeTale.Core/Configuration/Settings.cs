namespace WholeTale.Core.Configuration;

/// <summary>Every setting, typed. The defaults here are the module's; a settings file, a secrets file, the environment and parameters go over them, in this order.</summary>
public sealed record Settings
{
    /// <summary>The cluster's name (the seed's CLUSTER_NAME).</summary>
    [Form(Form.DnsLabel)]
    public string ClusterName { get; init; } = "wholetale";

    /// <summary>What runs the cluster: Simulator, Gke, Minikube or Existing (the seed's CLUSTER_TYPE).</summary>
    [OneOf("Simulator", "Gke", "Minikube", "Existing")]
    public string Provider { get; init; } = "Simulator";

    /// <summary>The domain under which Girder, dashboard and tales are reached (the seed's DOMAIN_NAME).</summary>
    [Form(Form.Domain)]
    public string Domain { get; init; } = "local.wholetale.org";

    /// <summary>The namespace that the platform is deployed to.</summary>
    [Form(Form.DnsLabel)]
    public string Namespace { get; init; } = "wholetale";

    /// <summary>Whether network policies restrict who talks to whom inside the namespace; a cluster whose network does not know them ignores them.</summary>
    public bool NetworkPolicies { get; init; } = true;

    /// <summary>A folder of templates that replace the module's file by file, e.g. <c>volumes/mongo-data.yaml</c> (the seed's custom volumes); relative to the settings file.</summary>
    public string TemplateFolder { get; init; } = "";

    /// <summary>Where state and logs are kept; empty for the user's own state folder (XDG_STATE_HOME, LocalApplicationData).</summary>
    public string StateFolder { get; init; } = "";

    /// <summary>How a deploy goes about its work.</summary>
    public DeploySettings Deploy { get; init; } = new();

    /// <summary>Google Kubernetes Engine.</summary>
    public GkeSettings Gke { get; init; } = new();

    /// <summary>Minikube.</summary>
    public MinikubeSettings Minikube { get; init; } = new();

    /// <summary>An existing cluster by kubeconfig.</summary>
    public ExistingSettings Existing { get; init; } = new();

    /// <summary>The simulator.</summary>
    public SimulatorSettings Simulator { get; init; } = new();

    /// <summary>Volume sizes and class.</summary>
    public VolumeSettings Volumes { get; init; } = new();

    /// <summary>Container images.</summary>
    public ImageSettings Images { get; init; } = new();

    /// <summary>How the platform is reached from outside.</summary>
    public IngressSettings Ingress { get; init; } = new();

    /// <summary>The site's certificate.</summary>
    public CertificateSettings Certificate { get; init; } = new();

    /// <summary>The database.</summary>
    public MongoSettings Mongo { get; init; } = new();

    /// <summary>The message broker.</summary>
    public RedisSettings Redis { get; init; } = new();

    /// <summary>The image registry.</summary>
    public RegistrySettings Registry { get; init; } = new();

    /// <summary>Girder.</summary>
    public GirderSettings Girder { get; init; } = new();

    /// <summary>The dashboard.</summary>
    public DashboardSettings Dashboard { get; init; } = new();

    /// <summary>The worker and its image builder.</summary>
    public WorkerSettings Worker { get; init; } = new();

    /// <summary>Tale pods.</summary>
    public TaleSettings Tales { get; init; } = new();

    /// <summary>What belongs into the secrets file.</summary>
    public SecretSettings Secrets { get; init; } = new();
}

/// <summary>How a deploy goes about its work.</summary>
public sealed record DeploySettings
{
    /// <summary>How long a component may take to become ready.</summary>
    [Lasting("00:00:01", "1.00:00:00")]
    public TimeSpan ComponentTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the whole may take.</summary>
    [Lasting("00:00:01", "1.00:00:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How many requests go at once; 1 to 64.</summary>
    [Between(1, 64)]
    public int Parallelism { get; init; } = 16;

    /// <summary>How long a state that looks hopeless is given before it counts as a failure.</summary>
    [Lasting("00:00:00", "00:10:00")]
    public TimeSpan FailureGrace { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>Minikube.</summary>
public sealed record MinikubeSettings
{
    /// <summary>The driver, e.g. <c>docker</c>, <c>kvm2</c>, <c>virtualbox</c>; empty for minikube's own choice (the seed's MINIKUBE_VM_TYPE).</summary>
    [Form(Form.Word)]
    public string Driver { get; init; } = "";

    /// <summary>Processors of the machine.</summary>
    [Between(2, 256)]
    public int Cpus { get; init; } = 4;

    /// <summary>Memory of the machine, a Kubernetes quantity.</summary>
    [Bytes("2Gi")]
    public string Memory { get; init; } = "12Gi";

    /// <summary>Disk of the machine, a Kubernetes quantity.</summary>
    [Bytes("10Gi")]
    public string DiskSize { get; init; } = "40Gi";

    /// <summary>Kubernetes version; empty for minikube's default.</summary>
    [Form(Form.KubernetesVersion)]
    public string KubernetesVersion { get; init; } = "";

    /// <summary>A host folder mounted for volumes; empty for none.</summary>
    public string VolumeFolder { get; init; } = "";
}

/// <summary>An existing cluster by kubeconfig.</summary>
public sealed record ExistingSettings
{
    /// <summary>Kubeconfig file; empty for KUBECONFIG, then the user's own.</summary>
    public string Kubeconfig { get; init; } = "";

    /// <summary>Context; empty for the current one.</summary>
    public string Context { get; init; } = "";
}

/// <summary>The simulator.</summary>
public sealed record SimulatorSettings
{
    /// <summary>How many nodes it shows; 1 to 1000.</summary>
    [Between(1, 1000)]
    public int NodeCount { get; init; } = 3;

    /// <summary>Whether pods, volumes and addresses take a believable time (<c>Realistic</c>) or none (<c>None</c>).</summary>
    [OneOf("Realistic", "None")]
    public string Delays { get; init; } = "Realistic";

    /// <summary>A JSON file of fault rules; empty for none.</summary>
    public string FaultFile { get; init; } = "";
}

/// <summary>Volume sizes (Kubernetes quantities) and class.</summary>
public sealed record VolumeSettings
{
    /// <summary>Storage class of all claims; empty for the cluster's default.</summary>
    [Form(Form.DnsSubdomain)]
    public string StorageClass { get; init; } = "";

    /// <summary>Mongo's data (the seed's VOLSZ_MONGO_DATA; its VOLSZ_MONGO_CFG was never used and has no successor).</summary>
    [Bytes("1Mi")]
    public string MongoData { get; init; } = "200Mi";

    /// <summary>The registry's images (VOLSZ_REGISTRY_STORAGE).</summary>
    [Bytes("1Mi")]
    public string RegistryStorage { get; init; } = "4Gi";

    /// <summary>Girder's own files (VOLSZ_GIRDER_PS).</summary>
    [Bytes("1Mi")]
    public string GirderData { get; init; } = "200Mi";

    /// <summary>The builder's layers (VOLSZ_DOCKER_STORAGE).</summary>
    [Bytes("1Mi")]
    public string BuilderStorage { get; init; } = "10Gi";

    /// <summary>Folders in which images are built (VOLSZ_IMAGE_BUILD_DIRS).</summary>
    [Bytes("1Mi")]
    public string BuildFolders { get; init; } = "4Gi";

    /// <summary>A tale's workspace (VOLSZ_WORKSPACE).</summary>
    [Bytes("1Mi")]
    public string Workspace { get; init; } = "1Gi";
}

/// <summary>Container images, each a full reference.</summary>
public sealed record ImageSettings
{
    /// <summary>Girder.</summary>
    [Form(Form.Image)]
    public string Girder { get; init; } = "wholetale/girder:latest";

    /// <summary>The dashboard; listens on 8080.</summary>
    [Form(Form.Image)]
    public string Dashboard { get; init; } = "wholetale/ngx-dashboard:latest";

    /// <summary>Mongo.</summary>
    [Form(Form.Image)]
    public string Mongo { get; init; } = "mongo:3.6";

    /// <summary>Redis.</summary>
    [Form(Form.Image)]
    public string Redis { get; init; } = "redis:7";

    /// <summary>The registry.</summary>
    [Form(Form.Image)]
    public string Registry { get; init; } = "registry:2.8";

    /// <summary>The tool that makes a tale's image from its workspace.</summary>
    [Form(Form.Image)]
    public string Repo2Docker { get; init; } = "wholetale/repo2docker_wholetale:latest";

    /// <summary>The worker, also the tales' mounter (the seed's hategan/wt-gwvolman).</summary>
    [Form(Form.Image)]
    public string Worker { get; init; } = "wholetale/gwvolman:latest";

    /// <summary>The image builder beside the worker (the seed's hategan/wt-docker-dind).</summary>
    [Form(Form.Image)]
    public string Builder { get; init; } = "moby/buildkit:v0.23.2-rootless";

    /// <summary>Pull policy of all: Always, IfNotPresent or Never.</summary>
    [OneOf("Always", "IfNotPresent", "Never")]
    public string PullPolicy { get; init; } = "IfNotPresent";
}

/// <summary>How the platform is reached from outside.</summary>
public sealed record IngressSettings
{
    /// <summary>The ingress class: gce, traefik, nginx or another; empty for the cluster's default class.</summary>
    [Form(Form.DnsSubdomain)]
    public string Class { get; init; } = "";

    /// <summary>What serves the class, which decides the annotations: gce, nginx (of the Kubernetes project), traefik or other; empty for what the class's name or the cluster says.</summary>
    [OneOf("", "gce", "nginx", "traefik", "other")]
    public string Controller { get; init; } = "";

    /// <summary>A GatewayClass: the Gateway API is used in place of Ingresses, for the platform and its tales; empty for Ingresses.</summary>
    [Form(Form.DnsSubdomain)]
    public string GatewayClass { get; init; } = "";

    /// <summary>How long an address may take to appear.</summary>
    [Lasting("00:00:00", "1.00:00:00")]
    public TimeSpan AddressTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether the deploy fails where DNS does not lead to the ingress.</summary>
    public bool RequireDns { get; init; }

    /// <summary>Further annotations, by name.</summary>
    [Form(Form.Annotation)]
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the cluster serves BackendConfig and FrontendConfig, as GKE does. Found there, not set.</summary>
    internal bool TakesGoogleConfigs { get; init; }
}

/// <summary>The site's certificate.</summary>
public sealed record CertificateSettings
{
    /// <summary>Auto (acme.json where there is one, else self-signed with a warning), Acme, Pem, Pfx, Secret, CertManager or SelfSigned.</summary>
    [OneOf("Auto", "Acme", "Pem", "Pfx", "Secret", "CertManager", "SelfSigned")]
    public string Source { get; init; } = "Auto";

    /// <summary>Traefik's acme.json; empty for <c>certs/acme.json</c> beside the settings file. A file named here must exist.</summary>
    public string AcmeFile { get; init; } = "";

    /// <summary>A PEM or PFX file with the certificate.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>A PEM file with the key, where it is not in the certificate's.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>An existing Secret of type kubernetes.io/tls, for the source Secret.</summary>
    [Form(Form.DnsSubdomain)]
    public string SecretName { get; init; } = "";

    /// <summary>The issuer of cert-manager, for the source CertManager; it must be able to issue *.DOMAIN.</summary>
    [Form(Form.DnsSubdomain)]
    public string Issuer { get; init; } = "";

    /// <summary>ClusterIssuer, or Issuer for one of the platform's namespace.</summary>
    [OneOf("ClusterIssuer", "Issuer")]
    public string IssuerKind { get; init; } = "ClusterIssuer";

    /// <summary>Days before expiry from which on a warning is given.</summary>
    [Between(0, 365)]
    public int WarnDays { get; init; } = 30;
}

/// <summary>The database.</summary>
public sealed record MongoSettings
{
    /// <summary>Memory of the pod, a Kubernetes quantity.</summary>
    [Bytes("64Mi")]
    public string Memory { get; init; } = "1Gi";
}

/// <summary>The message broker.</summary>
public sealed record RedisSettings
{
    /// <summary>Memory of the pod, a Kubernetes quantity.</summary>
    [Bytes("32Mi")]
    public string Memory { get; init; } = "256Mi";
}

/// <summary>The image registry.</summary>
public sealed record RegistrySettings
{
    /// <summary>The user that pushes and pulls.</summary>
    [Form(Form.RegistryUser)]
    public string User { get; init; } = "wholetale";

    /// <summary>Whether it is reached at <c>registry.DOMAIN</c> through the ingress, so that nodes pull with the site's certificate; otherwise inside the cluster only.</summary>
    public bool Exposed { get; init; } = true;

    /// <summary>Memory of the pod, a Kubernetes quantity.</summary>
    [Bytes("32Mi")]
    public string Memory { get; init; } = "512Mi";

    /// <summary>Days that a registry certificate is valid for.</summary>
    [Between(1, 3650)]
    public int CertificateDays { get; init; } = 365;

    /// <summary>Key of the registry certificate: Ecdsa (P-256) or Rsa (2048).</summary>
    [OneOf("Ecdsa", "Rsa")]
    public string KeyAlgorithm { get; init; } = "Ecdsa";
}

/// <summary>Girder.</summary>
public sealed record GirderSettings
{
    /// <summary>The administrator's login; Girder wants <c>^[a-z][\da-z\-\.]{3,}$</c>.</summary>
    [Form(Form.GirderLogin)]
    public string AdminLogin { get; init; } = "admin";

    /// <summary>The administrator's e-mail; empty for <c>admin@DOMAIN</c>.</summary>
    [Form(Form.Email)]
    public string AdminEmail { get; init; } = "";

    /// <summary>The administrator's first name.</summary>
    [Form(Form.Name)]
    public string AdminFirstName { get; init; } = "Whole";

    /// <summary>The administrator's last name.</summary>
    [Form(Form.Name)]
    public string AdminLastName { get; init; } = "Tale";

    /// <summary>Where uploads are kept: GridFs (Girder 2 and 3) or Filesystem.</summary>
    [OneOf("GridFs", "Filesystem")]
    public string Assetstore { get; init; } = "GridFs";

    /// <summary>Plugins to enable (Girder 2).</summary>
    [Form(Form.Word)]
    public IReadOnlyList<string> Plugins { get; init; } =
        ["oauth", "gravatar", "jobs", "worker", "globus_handler", "wt_data_manager", "wholetale", "wt_home_dir"];

    /// <summary>
    /// Environments for tales beside the ones that come with the module; one of the same name takes its place. A list of tables, as in the help of Initialize-WTGirder.
    /// </summary>
    public IReadOnlyList<GirderImage> Images { get; init; } = [];

    /// <summary>How many tales a user may run at once; 0 for no limit.</summary>
    [Between(0, 1000)]
    public int InstancesPerUser { get; init; } = 2;

    /// <summary>Memory of the pod, a Kubernetes quantity.</summary>
    [Bytes("64Mi")]
    public string Memory { get; init; } = "1Gi";

    /// <summary>How often Girder looks for idle tales to cull; zero for never.</summary>
    [Lasting("00:00:00", "1.00:00:00")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether Girder installs the plugins' development branches at its start (the seed's DEPLOY_DEV_BRANCHES).</summary>
    public bool DevelopmentBranches { get; init; }
}

/// <summary>The dashboard.</summary>
public sealed record DashboardSettings
{
    /// <summary>How many pods serve it.</summary>
    [Between(1, 100)]
    public int Replicas { get; init; } = 1;

    /// <summary>Memory of a pod, a Kubernetes quantity.</summary>
    [Bytes("16Mi")]
    public string Memory { get; init; } = "128Mi";

    /// <summary>The sign-in provider that it offers.</summary>
    [Form(Form.Word)]
    public string AuthProvider { get; init; } = "Globus";
}

/// <summary>The worker and its image builder.</summary>
public sealed record WorkerSettings
{
    /// <summary>Memory of the worker, a Kubernetes quantity.</summary>
    [Bytes("64Mi")]
    public string Memory { get; init; } = "3Gi";

    /// <summary>Memory of the builder, a Kubernetes quantity; image builds are memory hungry.</summary>
    [Bytes("256Mi")]
    public string BuilderMemory { get; init; } = "7Gi";

    /// <summary>Celery processes.</summary>
    [Between(1, 64)]
    public int Concurrency { get; init; } = 3;
}

/// <summary>Tale pods.</summary>
public sealed record TaleSettings
{
    /// <summary>Where workspaces lie: Claim (one a tale), SubPath (of the shared claim girder-data), Nfs (as SubPath, on a server) or EmptyDir.</summary>
    [OneOf("Claim", "SubPath", "Nfs", "EmptyDir")]
    public string Volume { get; init; } = "Claim";

    /// <summary>Name or address of the NFS server, for the volume Nfs.</summary>
    public string NfsServer { get; init; } = "";

    /// <summary>The directory that the NFS server exports, with workspaces and homes in it as Girder lays them out.</summary>
    public string NfsPath { get; init; } = "/";

    /// <summary>How a tale's file systems are mounted: None, DevicePlugin (least privilege) or Privileged (as the seed did).</summary>
    [OneOf("None", "DevicePlugin", "Privileged")]
    public string Mounter { get; init; } = "None";

    /// <summary>The device plugin's resource that gives /dev/fuse, for the mounter DevicePlugin.</summary>
    [Form(Form.QualifiedName)]
    public string FuseResource { get; init; } = "smarter-devices/fuse";

    /// <summary>After how long without use a tale is culled; zero for never.</summary>
    [Lasting("00:00:00", "365.00:00:00")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Memory of a tale that asks for none, a Kubernetes quantity.</summary>
    [Bytes("16Mi")]
    public string DefaultMemory { get; init; } = "2Gi";
}

/// <summary>What belongs into the secrets file. What is empty is generated once (passwords) or done without (Globus).</summary>
public sealed record SecretSettings
{
    /// <summary>Client id of the Globus application (the seed's GLOBUS_CLIENT_ID).</summary>
    public Secret GlobusClientId { get; init; } = new("");

    /// <summary>Client secret of the Globus application (GLOBUS_CLIENT_SECRET).</summary>
    public Secret GlobusClientSecret { get; init; } = new("");

    /// <summary>The administrator's password; at least 6 characters. Another one given later is told to Girder by the next deploy.</summary>
    public Secret AdminPassword { get; init; } = new("");

    /// <summary>The registry user's password.</summary>
    public Secret RegistryPassword { get; init; } = new("");

    /// <summary>Pass-phrase of a PFX file or an encrypted key.</summary>
    public Secret CertificatePassphrase { get; init; } = new("");

    /// <summary>An access token of Google's, e.g. from a CI system; used in place of all other Google credentials, and not renewed.</summary>
    public Secret GkeAccessToken { get; init; } = new("");
}
