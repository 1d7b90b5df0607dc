using WholeTale.Simulator.Api;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Hosting;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>What every controller works with: the objects, the kinds, the clock, chance, and events.</summary>
internal sealed class World
{
    // Kubernetes' own alphabet for generated names: no vowels, so no words (k8s.io/apimachinery util/rand).
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    private readonly EventRecorder _events;
    private readonly Random _random;
    private readonly Lock _gate = new();

    public World(KubernetesApi api, SimulatedClusterOptions options)
    {
        Faults = options.Faults ?? new FaultBook();
        _events = new EventRecorder(this);
        Api = api;
        Options = options;
        Manager = api.Client("kube-controller-manager");
        Apiserver = api.Client("kube-apiserver");
        Kubelet = api.Client("kubelet");
        Scheduler = api.Client("kube-scheduler");
        Delays = new Delays(options.Delays);
        _random = new Random(options.Seed);
        Namespace = Kind("v1", "Namespace");
        Node = Kind("v1", "Node");
        Pod = Kind("v1", "Pod");
        Service = Kind("v1", "Service");
        Endpoints = Kind("v1", "Endpoints");
        EndpointSlice = Kind("discovery.k8s.io/v1", "EndpointSlice");
        ConfigMap = Kind("v1", "ConfigMap");
        Secret = Kind("v1", "Secret");
        ServiceAccount = Kind("v1", "ServiceAccount");
        Claim = Kind("v1", "PersistentVolumeClaim");
        Volume = Kind("v1", "PersistentVolume");
        StorageClass = Kind("storage.k8s.io/v1", "StorageClass");
        Deployment = Kind("apps/v1", "Deployment");
        ReplicaSet = Kind("apps/v1", "ReplicaSet");
        StatefulSet = Kind("apps/v1", "StatefulSet");
        DaemonSet = Kind("apps/v1", "DaemonSet");
        ControllerRevision = Kind("apps/v1", "ControllerRevision");
        Job = Kind("batch/v1", "Job");
        CronJob = Kind("batch/v1", "CronJob");
        Ingress = Kind("networking.k8s.io/v1", "Ingress");
        IngressClass = Kind("networking.k8s.io/v1", "IngressClass");
        Event = Kind("v1", "Event");
        Lease = Kind("coordination.k8s.io/v1", "Lease");
        ResourceQuota = Kind("v1", "ResourceQuota");
        DisruptionBudget = Kind("policy/v1", "PodDisruptionBudget");
    }

    public KubernetesApi Api { get; }

    public SimulatedClusterOptions Options { get; }

    public ObjectStore Store => Api.Store;

    public TimeProvider Time => Options.Time;

    public Delays Delays { get; }

    /// <summary>What goes wrong on request.</summary>
    public FaultBook Faults { get; }

    /// <summary>Nodes whose kubelet has stopped.</summary>
    public ConcurrentSet<string> LostNodes { get; } = new();

    /// <summary>Writes as the controller manager.</summary>
    public ObjectClient Manager { get; }

    /// <summary>Writes as the API server itself.</summary>
    public ObjectClient Apiserver { get; }

    /// <summary>Writes as a kubelet.</summary>
    public ObjectClient Kubelet { get; }

    /// <summary>Writes as the scheduler.</summary>
    public ObjectClient Scheduler { get; }

    /// <summary>Where the ingress of the class <c>simulator</c> listens on loopback.</summary>
    public int IngressPort { get; set; }

    public Kind Namespace { get; }

    public Kind Node { get; }

    public Kind Pod { get; }

    public Kind Service { get; }

    public Kind Endpoints { get; }

    public Kind EndpointSlice { get; }

    public Kind ConfigMap { get; }

    public Kind Secret { get; }

    public Kind ServiceAccount { get; }

    public Kind Claim { get; }

    public Kind Volume { get; }

    public Kind StorageClass { get; }

    public Kind Deployment { get; }

    public Kind ReplicaSet { get; }

    public Kind StatefulSet { get; }

    public Kind DaemonSet { get; }

    public Kind ControllerRevision { get; }

    public Kind Job { get; }

    public Kind CronJob { get; }

    public Kind Ingress { get; }

    public Kind IngressClass { get; }

    public Kind Event { get; }

    public Kind Lease { get; }

    public Kind ResourceQuota { get; }

    public Kind DisruptionBudget { get; }

    public string Now => Store.Timestamp();

    /// <summary>Letters for a generated name.</summary>
    public string Suffix(int length)
    {
        lock (_gate)
            return new string([.. Enumerable.Range(0, length).Select(_ => Alphabet[_random.Next(Alphabet.Length)])]);
    }

    /// <summary>Records an event about an object, or about a part of it, counting repetitions.</summary>
    public void Tell(StoredObject about, string component, string type, string reason, string message, string? host = null, string? part = null) =>
        _events.Record(about, component, type, reason, message, host, part);

    private Kind Kind(string apiVersion, string name) => Api.Kinds.Get(apiVersion, name);
}
