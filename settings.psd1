# Settings of Whole Tale. Works as it is; every setting stands here with its default.
#
# This file is data: only tables, lists, texts, numbers, $true and $false. What must not be shared belongs into secrets.psd1, beside this file
# (secrets.example.psd1 is its model). Over this file go secrets.psd1, the environment (WT_ and the path, e.g. WT_GKE_PROJECTID), and a cmdlet's parameters.
# Get-WTSetting shows what is in force and where it comes from; Test-WTSetting says what is wrong.
#
# Sizes are Kubernetes quantities ('500Mi', '4Gi'); time spans are written '00:15:00' or '15m'.
@{
    # The cluster's name (formerly CLUSTER_NAME).
    ClusterName = 'wholetale'

    # What runs the cluster: Simulator, Gke, Minikube or Existing (formerly CLUSTER_TYPE).
    Provider = 'Simulator'

    # The domain under which Girder, dashboard and tales are reached (formerly DOMAIN_NAME).
    Domain = 'local.wholetale.org'

    # The namespace that the platform is deployed to.
    Namespace = 'wholetale'

    # Whether network policies restrict who talks to whom inside the namespace; a cluster whose network does not know them ignores them.
    NetworkPolicies = $true

    # A folder of templates that replace the module's file by file, e.g. volumes/mongo-data.yaml (formerly custom volumes); relative to
    # the settings file.
    TemplateFolder = ''

    # Where state and logs are kept; empty for the user's own state folder (XDG_STATE_HOME, LocalApplicationData).
    StateFolder = ''

    # How a deploy goes about its work.
    Deploy = @{
        # How long a component may take to become ready.
        ComponentTimeout = '00:15:00'

        # How long the whole may take.
        Timeout = '01:00:00'

        # How many requests go at once; 1 to 64.
        Parallelism = 16

        # How long a state that looks hopeless is given before it counts as a failure.
        FailureGrace = '00:00:02'
    }

    # Google Kubernetes Engine.
    Gke = @{
        # The project's id; empty for the credentials' own (formerly GKE_PROJECT_ID).
        ProjectId = ''

        # A zone or region, e.g. us-central1-a (formerly GKE_COMPUTE_REGION). A region has nodes in three of its zones.
        Location = 'us-central1-a'

        # Standard, with node pools as described here, or Autopilot, where Google chooses the nodes.
        Mode = 'Standard'

        # Nodes of the default pool, in each zone (formerly GKE_INITIAL_NODE_COUNT); image builds are memory hungry.
        NodeCount = 4

        # The least nodes in each zone when the default pool scales itself.
        MinNodeCount = 0

        # The most nodes in each zone when the default pool scales itself; 0 for a pool of fixed size.
        MaxNodeCount = 0

        # Machine type of the default pool (formerly GKE_MACHINE_TYPE).
        MachineType = 'n1-highmem-2'

        # Boot disk of each node, a Kubernetes quantity.
        DiskSize = '100Gi'

        # Kind of that disk: pd-standard, pd-balanced, pd-ssd or hyperdisk-balanced.
        DiskType = 'pd-balanced'

        # Whether the default pool's nodes are cheap ones that Google may take back at any time.
        Spot = $false

        # Nodes of a second pool, for the worker with its image builder alone; 0 for none.
        BuilderNodeCount = 0

        # Machine type of the builder's pool.
        BuilderMachineType = 'e2-highmem-4'

        # Boot disk of the builder's nodes, a Kubernetes quantity.
        BuilderDiskSize = '200Gi'

        # Version of the control plane, e.g. 1.33, 1.33.4-gke.1036000, latest; empty for the release channel's default.
        KubernetesVersion = ''

        # Release channel that keeps it current: None, Rapid, Regular, Stable or Extended.
        ReleaseChannel = 'Regular'

        # VPC network; empty for the project's default one.
        Network = ''

        # Subnetwork; empty for the network's default one in the region.
        Subnetwork = ''

        # Whether nodes have no public addresses; the network then needs Cloud NAT to pull images.
        PrivateNodes = $false

        # Range of a private cluster's control plane, a /28 such as 172.16.0.0/28; empty for Google's choice.
        ControlPlaneCidr = ''

        # Ranges that may reach the API server; empty for all.
        AuthorizedNetworks = @()

        # Whether pods can be known to Google as service accounts (Workload Identity, pool PROJECT.svc.id.goog).
        WorkloadIdentity = $true

        # Labels of the cluster and its nodes in Google's bills and lists.
        Labels = @{}

        # Whether 'Remove-WTCluster' refuses until 'Set-WTCluster -DeletionProtection $false' has lifted it. Google knows no such field: it is kept as a label of the cluster.
        DeletionProtection = $false

        # Service account of the nodes; empty for the project's default one.
        NodeServiceAccount = ''

        # Secret Manager's version (projects/P/secrets/S/versions/V) of the CA certificate that nodes trust when they pull from registry.DOMAIN; empty for public trust.
        RegistryCertificateSecret = ''

        # A key or credentials file of Google's; empty for application default credentials.
        CredentialsFile = ''

        # Service account to act as; empty for the credentials' own identity.
        ImpersonateServiceAccount = ''

        # Address of the API; another one is used for private access or the simulator.
        ApiEndpoint = 'https://container.googleapis.com'

        # PEM file of the authorities to trust for that address; empty for the system's.
        CertificateAuthorityFile = ''

        # How long creating, resizing or deleting may take; Google goes on with it afterwards.
        OperationTimeout = '00:45:00'

        # How long one request to Google may take, with its repetitions.
        RequestTimeout = '00:01:00'
    }

    # Minikube.
    Minikube = @{
        # The driver, e.g. docker, kvm2, virtualbox; empty for minikube's own choice (formerly MINIKUBE_VM_TYPE).
        Driver = ''

        # Processors of the machine.
        Cpus = 4

        # Memory of the machine, a Kubernetes quantity.
        Memory = '12Gi'

        # Disk of the machine, a Kubernetes quantity.
        DiskSize = '40Gi'

        # Kubernetes version; empty for minikube's default.
        KubernetesVersion = ''

        # A host folder mounted for volumes; empty for none.
        VolumeFolder = ''
    }

    # An existing cluster by kubeconfig.
    Existing = @{
        # Kubeconfig file; empty for KUBECONFIG, then the user's own.
        Kubeconfig = ''

        # Context; empty for the current one.
        Context = ''
    }

    # The simulator.
    Simulator = @{
        # How many nodes it shows; 1 to 1000.
        NodeCount = 3

        # Whether pods, volumes and addresses take a believable time (Realistic) or none (None).
        Delays = 'Realistic'

        # A JSON file of fault rules; empty for none.
        FaultFile = ''
    }

    # Volume sizes and class.
    Volumes = @{
        # Storage class of all claims; empty for the cluster's default.
        StorageClass = ''

        # Mongo's data (formerly VOLSZ_MONGO_DATA; its VOLSZ_MONGO_CFG was never used and has no successor).
        MongoData = '200Mi'

        # The registry's images (formerly VOLSZ_REGISTRY_STORAGE).
        RegistryStorage = '4Gi'

        # Girder's own files (formerly VOLSZ_GIRDER_PS).
        GirderData = '200Mi'

        # The builder's layers (formerly VOLSZ_DOCKER_STORAGE).
        BuilderStorage = '10Gi'

        # Folders in which images are built (formerly VOLSZ_IMAGE_BUILD_DIRS).
        BuildFolders = '4Gi'

        # A tale's workspace (formerly VOLSZ_WORKSPACE).
        Workspace = '1Gi'
    }

    # Container images.
    Images = @{
        # Girder.
        Girder = 'wholetale/girder:latest'

        # The dashboard; listens on 8080.
        Dashboard = 'wholetale/ngx-dashboard:latest'

        # Mongo.
        Mongo = 'mongo:3.6'

        # Redis.
        Redis = 'redis:7'

        # The registry.
        Registry = 'registry:2.8'

        # The tool that makes a tale's image from its workspace.
        Repo2Docker = 'wholetale/repo2docker_wholetale:latest'

        # The worker, also the tales' mounter (formerly hategan/wt-gwvolman).
        Worker = 'wholetale/gwvolman:latest'

        # The image builder beside the worker (formerly hategan/wt-docker-dind).
        Builder = 'moby/buildkit:v0.23.2-rootless'

        # Pull policy of all: Always, IfNotPresent or Never.
        PullPolicy = 'IfNotPresent'
    }

    # How the platform is reached from outside.
    Ingress = @{
        # The ingress class: gce, traefik, nginx or another; empty for the cluster's default class.
        Class = ''

        # What serves the class, which decides the annotations: gce, nginx (of the Kubernetes project), traefik or other; empty for what the class's
        # name or the cluster says.
        Controller = ''

        # A GatewayClass: the Gateway API is used in place of Ingresses, for the platform and its tales; empty for Ingresses.
        GatewayClass = ''

        # How long an address may take to appear.
        AddressTimeout = '00:15:00'

        # Whether the deploy fails where DNS does not lead to the ingress.
        RequireDns = $false

        # Further annotations, by name.
        Annotations = @{}
    }

    # The site's certificate.
    Certificate = @{
        # Auto (acme.json where there is one, else self-signed with a warning), Acme, Pem, Pfx, Secret,
        # CertManager or SelfSigned.
        Source = 'Auto'

        # Traefik's acme.json; empty for certs/acme.json beside the settings file. A file named here must exist.
        AcmeFile = ''

        # A PEM or PFX file with the certificate.
        CertificateFile = ''

        # A PEM file with the key, where it is not in the certificate's.
        KeyFile = ''

        # An existing Secret of type kubernetes.io/tls, for the source Secret.
        SecretName = ''

        # The issuer of cert-manager, for the source CertManager; it must be able to issue *.DOMAIN.
        Issuer = ''

        # ClusterIssuer, or Issuer for one of the platform's namespace.
        IssuerKind = 'ClusterIssuer'

        # Days before expiry from which on a warning is given.
        WarnDays = 30
    }

    # The database.
    Mongo = @{
        # Memory of the pod, a Kubernetes quantity.
        Memory = '1Gi'
    }

    # The message broker.
    Redis = @{
        # Memory of the pod, a Kubernetes quantity.
        Memory = '256Mi'
    }

    # The image registry.
    Registry = @{
        # The user that pushes and pulls.
        User = 'wholetale'

        # Whether it is reached at registry.DOMAIN through the ingress, so that nodes pull with the site's certificate; otherwise
        # inside the cluster only.
        Exposed = $true

        # Memory of the pod, a Kubernetes quantity.
        Memory = '512Mi'

        # Days that a registry certificate is valid for.
        CertificateDays = 365

        # Key of the registry certificate: Ecdsa (P-256) or Rsa (2048).
        KeyAlgorithm = 'Ecdsa'
    }

    # Girder.
    Girder = @{
        # The administrator's login; Girder wants ^[a-z][\da-z\-\.]{3,}$.
        AdminLogin = 'admin'

        # The administrator's e-mail; empty for admin@DOMAIN.
        AdminEmail = ''

        # The administrator's first name.
        AdminFirstName = 'Whole'

        # The administrator's last name.
        AdminLastName = 'Tale'

        # Where uploads are kept: GridFs (Girder 2 and 3) or Filesystem.
        Assetstore = 'GridFs'

        # Plugins to enable (Girder 2).
        Plugins = @('oauth', 'gravatar', 'jobs', 'worker', 'globus_handler', 'wt_data_manager', 'wholetale', 'wt_home_dir')

        # Environments for tales beside the ones that come with the module; one of the same name takes its place. In a text {{Domain}} stands for the domain. An example:
        # Images = @(
        #     @{
        #         Name = 'Julia'; Description = 'JupyterLab with Julia'; Icon = 'https://example.org/julia.png'; Tags = @('julia')
        #         Config = @{ buildpack = 'PythonBuildPack'; command = 'jupyter lab --port {port} --ip=0.0.0.0'; port = 8888; user = 'jovyan'; memLimit = '2048m'; targetMount = '/home/jovyan/work' }
        #     }
        # )
        Images = @()

        # How many tales a user may run at once; 0 for no limit.
        InstancesPerUser = 2

        # Memory of the pod, a Kubernetes quantity.
        Memory = '1Gi'

        # How often Girder looks for idle tales to cull; zero for never.
        Heartbeat = '00:05:00'

        # Whether Girder installs the plugins' development branches at its start (formerly DEPLOY_DEV_BRANCHES).
        DevelopmentBranches = $false
    }

    # The dashboard.
    Dashboard = @{
        # How many pods serve it.
        Replicas = 1

        # Memory of a pod, a Kubernetes quantity.
        Memory = '128Mi'

        # The sign-in provider that it offers.
        AuthProvider = 'Globus'
    }

    # The worker and its image builder.
    Worker = @{
        # Memory of the worker, a Kubernetes quantity.
        Memory = '3Gi'

        # Memory of the builder, a Kubernetes quantity; image builds are memory hungry.
        BuilderMemory = '7Gi'

        # Celery processes.
        Concurrency = 3
    }

    # Tale pods.
    Tales = @{
        # Where workspaces lie: Claim (one a tale), SubPath (of the shared claim girder-data), Nfs (as SubPath, on a server) or EmptyDir.
        Volume = 'Claim'

        # The NFS server, for the volume Nfs.
        NfsServer = ''

        # The directory that it exports, with workspaces and homes in it as Girder lays them out.
        NfsPath = '/'

        # How a tale's file systems are mounted: None, DevicePlugin (least privilege) or Privileged (as formerly).
        Mounter = 'None'

        # The device plugin's resource that gives /dev/fuse, for the mounter DevicePlugin.
        FuseResource = 'smarter-devices/fuse'

        # After how long without use a tale is culled; zero for never.
        IdleTimeout = '08:00:00'

        # Memory of a tale that asks for none, a Kubernetes quantity.
        DefaultMemory = '2Gi'
    }
}
