namespace WholeTale.Core.Configuration;

/// <summary>Every setting, typed. The defaults here are the module's; a settings file, a secrets file, the environment and parameters go over them, in this order.</summary>
public sealed record Settings
{
    /// <summary>The cluster's name (the seed's CLUSTER_NAME).</summary>
    public string ClusterName { get; init; } = "wholetale";

    /// <summary>What runs the cluster: Simulator, Gke, Minikube or Existing (the seed's CLUSTER_TYPE).</summary>
    public string Provider { get; init; } = "Simulator";

    /// <summary>The domain under which Girder, dashboard and tales are reached (the seed's DOMAIN_NAME).</summary>
    public string Domain { get; init; } = "local.wholetale.org";

    /// <summary>The namespace that the platform is deployed to.</summary>
    public string Namespace { get; init; } = "wholetale";

    /// <summary>A folder of templates that replace the module's file by file; relative to the settings file.</summary>
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

    /// <summary>The image registry.</summary>
    public RegistrySettings Registry { get; init; } = new();

    /// <summary>Girder.</summary>
    public GirderSettings Girder { get; init; } = new();

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
    public TimeSpan ComponentTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the whole may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How many requests go at once; 1 to 64.</summary>
    public int Parallelism { get; init; } = 16;

    /// <summary>How long a state that looks hopeless is given before it counts as a failure.</summary>
    public TimeSpan FailureGrace { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>Google Kubernetes Engine.</summary>
public sealed record GkeSettings
{
    /// <summary>The project's id; empty for the credentials' own (the seed's GKE_PROJECT_ID).</summary>
    public string ProjectId { get; init; } = "";

    /// <summary>A zone or region, e.g. <c>us-central1-a</c> (the seed's GKE_COMPUTE_REGION).</summary>
    public string Location { get; init; } = "us-central1-a";

    /// <summary>Nodes of the default pool (the seed's GKE_INITIAL_NODE_COUNT); image builds are memory hungry.</summary>
    public int NodeCount { get; init; } = 4;

    /// <summary>Machine type of the default pool (the seed's GKE_MACHINE_TYPE).</summary>
    public string MachineType { get; init; } = "n1-highmem-2";
}

/// <summary>Minikube.</summary>
public sealed record MinikubeSettings
{
    /// <summary>The driver, e.g. <c>docker</c>, <c>kvm2</c>, <c>virtualbox</c>; empty for minikube's own choice (the seed's MINIKUBE_VM_TYPE).</summary>
    public string Driver { get; init; } = "";

    /// <summary>Processors.</summary>
    public int Cpus { get; init; } = 4;

    /// <summary>Memory, a Kubernetes quantity.</summary>
    public string Memory { get; init; } = "12Gi";

    /// <summary>Disk, a Kubernetes quantity.</summary>
    public string DiskSize { get; init; } = "40Gi";

    /// <summary>Kubernetes version; empty for minikube's default.</summary>
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
    public int NodeCount { get; init; } = 3;

    /// <summary>Whether pods, volumes and addresses take a believable time (<c>Realistic</c>) or none (<c>None</c>).</summary>
    public string Delays { get; init; } = "Realistic";

    /// <summary>A JSON file of fault rules; empty for none.</summary>
    public string FaultFile { get; init; } = "";
}

/// <summary>Volume sizes (Kubernetes quantities) and class.</summary>
public sealed record VolumeSettings
{
    /// <summary>Storage class of all claims; empty for the cluster's default.</summary>
    public string StorageClass { get; init; } = "";

    /// <summary>Mongo's data (the seed's VOLSZ_MONGO_DATA).</summary>
    public string MongoData { get; init; } = "200Mi";

    /// <summary>The registry's images (VOLSZ_REGISTRY_STORAGE).</summary>
    public string RegistryStorage { get; init; } = "4Gi";

    /// <summary>Girder's own files (VOLSZ_GIRDER_PS).</summary>
    public string GirderData { get; init; } = "200Mi";

    /// <summary>The builder's layers (VOLSZ_DOCKER_STORAGE).</summary>
    public string BuilderStorage { get; init; } = "10Gi";

    /// <summary>Folders in which images are built (VOLSZ_IMAGE_BUILD_DIRS).</summary>
    public string BuildFolders { get; init; } = "4Gi";

    /// <summary>A tale's workspace (VOLSZ_WORKSPACE).</summary>
    public string Workspace { get; init; } = "1Gi";
}

/// <summary>Container images, each a full reference.</summary>
public sealed record ImageSettings
{
    /// <summary>Girder.</summary>
    public string Girder { get; init; } = "wholetale/girder:latest";

    /// <summary>The dashboard; listens on 8080.</summary>
    public string Dashboard { get; init; } = "wholetale/ngx-dashboard:latest";

    /// <summary>Mongo.</summary>
    public string Mongo { get; init; } = "mongo:3.6";

    /// <summary>Redis.</summary>
    public string Redis { get; init; } = "redis:7";

    /// <summary>The registry.</summary>
    public string Registry { get; init; } = "registry:2.8";

    /// <summary>The worker, also the tales' mounter.</summary>
    public string Worker { get; init; } = "wholetale/gwvolman:latest";

    /// <summary>The image builder beside the worker.</summary>
    public string Builder { get; init; } = "moby/buildkit:v0.23.2-rootless";

    /// <summary>Pull policy of all: Always, IfNotPresent or Never.</summary>
    public string PullPolicy { get; init; } = "IfNotPresent";
}

/// <summary>How the platform is reached from outside.</summary>
public sealed record IngressSettings
{
    /// <summary>The ingress class: gce, traefik, nginx or another; empty for the cluster's default class.</summary>
    public string Class { get; init; } = "";

    /// <summary>How long an address may take to appear.</summary>
    public TimeSpan AddressTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether the deploy fails where DNS does not lead to the ingress.</summary>
    public bool RequireDns { get; init; }

    /// <summary>Further annotations, by name.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}

/// <summary>The site's certificate.</summary>
public sealed record CertificateSettings
{
    /// <summary>Auto (acme.json where there is one, else self-signed with a warning), Acme, Pem, Pfx, Secret or SelfSigned.</summary>
    public string Source { get; init; } = "Auto";

    /// <summary>Traefik's acme.json; empty for <c>certs/acme.json</c> beside the settings file. A file named here must exist.</summary>
    public string AcmeFile { get; init; } = "";

    /// <summary>A PEM or PFX file with the certificate.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>A PEM file with the key, where it is not in the certificate's.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>An existing Secret of type kubernetes.io/tls, for the source Secret.</summary>
    public string SecretName { get; init; } = "";

    /// <summary>Days before expiry from which on a warning is given.</summary>
    public int WarnDays { get; init; } = 30;
}

/// <summary>The image registry.</summary>
public sealed record RegistrySettings
{
    /// <summary>The user that pushes and pulls.</summary>
    public string User { get; init; } = "wholetale";

    /// <summary>Days that a registry certificate is valid for.</summary>
    public int CertificateDays { get; init; } = 365;

    /// <summary>Key of the registry certificate: Ecdsa (P-256) or Rsa (2048).</summary>
    public string KeyAlgorithm { get; init; } = "Ecdsa";
}

/// <summary>Girder.</summary>
public sealed record GirderSettings
{
    /// <summary>The administrator's login; Girder wants <c>^[a-z][\da-z\-\.]{3,}$</c>.</summary>
    public string AdminLogin { get; init; } = "admin";

    /// <summary>The administrator's e-mail; empty for <c>admin@DOMAIN</c>.</summary>
    public string AdminEmail { get; init; } = "";

    /// <summary>The administrator's first name.</summary>
    public string AdminFirstName { get; init; } = "Whole";

    /// <summary>The administrator's last name.</summary>
    public string AdminLastName { get; init; } = "Tale";

    /// <summary>Where uploads are kept: GridFs (Girder 2 and 3) or Filesystem.</summary>
    public string Assetstore { get; init; } = "GridFs";

    /// <summary>Plugins to enable (Girder 2).</summary>
    public IReadOnlyList<string> Plugins { get; init; } =
        ["oauth", "gravatar", "jobs", "worker", "globus_handler", "wt_data_manager", "wholetale", "wt_home_dir"];

    /// <summary>How many tales a user may run at once; 0 for no limit.</summary>
    public int InstancesPerUser { get; init; } = 2;

    /// <summary>Memory of the pod, a Kubernetes quantity.</summary>
    public string Memory { get; init; } = "1Gi";

    /// <summary>Whether Girder installs the plugins' development branches at its start (the seed's DEPLOY_DEV_BRANCHES).</summary>
    public bool DevelopmentBranches { get; init; }
}

/// <summary>The worker and its image builder.</summary>
public sealed record WorkerSettings
{
    /// <summary>Memory of the worker, a Kubernetes quantity.</summary>
    public string Memory { get; init; } = "3Gi";

    /// <summary>Memory of the builder, a Kubernetes quantity; image builds are memory hungry.</summary>
    public string BuilderMemory { get; init; } = "7Gi";

    /// <summary>Celery processes.</summary>
    public int Concurrency { get; init; } = 3;
}

/// <summary>Tale pods.</summary>
public sealed record TaleSettings
{
    /// <summary>Where workspaces lie: Claim (one a tale), SubPath (of the shared claim girder-data) or EmptyDir.</summary>
    public string Volume { get; init; } = "Claim";

    /// <summary>How a tale's file systems are mounted: None, DevicePlugin (least privilege) or Privileged (as the seed did).</summary>
    public string Mounter { get; init; } = "None";

    /// <summary>The device plugin's resource that gives /dev/fuse, for the mounter DevicePlugin.</summary>
    public string FuseResource { get; init; } = "smarter-devices/fuse";

    /// <summary>After how long without use a tale is culled; zero for never.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Memory of a tale that asks for none, a Kubernetes quantity.</summary>
    public string DefaultMemory { get; init; } = "2Gi";
}

/// <summary>What belongs into the secrets file. What is empty is generated once (passwords) or done without (Globus).</summary>
public sealed record SecretSettings
{
    /// <summary>Client id of the Globus application (the seed's GLOBUS_CLIENT_ID).</summary>
    public Secret GlobusClientId { get; init; } = new("");

    /// <summary>Client secret of the Globus application (GLOBUS_CLIENT_SECRET).</summary>
    public Secret GlobusClientSecret { get; init; } = new("");

    /// <summary>The administrator's password; at least 6 characters.</summary>
    public Secret AdminPassword { get; init; } = new("");

    /// <summary>The registry user's password.</summary>
    public Secret RegistryPassword { get; init; } = new("");

    /// <summary>Pass-phrase of a PFX file or an encrypted key.</summary>
    public Secret CertificatePassphrase { get; init; } = new("");
}
