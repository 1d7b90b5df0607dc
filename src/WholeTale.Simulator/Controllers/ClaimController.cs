using System.Text.Json.Nodes;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Scheduling;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Binds claims to volumes, making volumes where their class can (pkg/controller/volume/persistentvolume, external-provisioner).</summary>
internal sealed class ClaimController(World world) : IController
{
    private const string Component = "persistentvolume-controller";
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";
    private const string SelectedNode = "volume.kubernetes.io/selected-node";

    private readonly Dictionary<ObjectKey, DateTimeOffset> _due = [];

    public IReadOnlyList<Kind> Watched { get; } = [world.Claim, world.Volume, world.StorageClass];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.Claim)
            return [change.New.Key];
        // A new volume or class may be what waiting claims have waited for; a volume that was made for one claim is nothing to the others.
        if (change.New.Kind == world.Volume && change.New.Tree["spec"]?["claimRef"] is { } claimRef)
            return change.Old is null ? [new ObjectKey(claimRef["namespace"].Text() ?? "", claimRef["name"].Text() ?? "")] : [];
        return change.Old is null ? world.Store.List(world.Claim).Items.Where(claim => !IsBound(claim.Tree)).Select(claim => claim.Key) : [];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Claim, key.Namespace, key.Name) is not { IsDeleting: false } claim)
        {
            _due.Remove(key);
            return null;
        }

        var content = claim.Tree;
        if (IsBound(content))
            return null;
        if (content["status"]?["phase"].Text() is null)
            world.Manager.UpdateStatus(world.Claim, key.Namespace, key.Name, pending => pending.Status()["phase"] = "Pending");
        if (content["spec"]?["storageClassName"] is null && DefaultClassName() is { } name)
        {
            // RetroactiveDefaultStorageClass, on by default since 1.26.
            world.Store.Update(world.Claim, key.Namespace, key.Name, unset => unset.Spec()["storageClassName"] = name);
            return TimeSpan.Zero;
        }

        if (world.Faults.Strike(new FaultEvent("claim") { Namespace = key.Namespace, Name = key.Name }) is { } rule)
        {
            world.Tell(claim, Component, "Warning", rule.Reason ?? "ProvisioningFailed", rule.Message ?? "failed to provision volume: simulated fault: no disk can be made");
            return rule.Count is null ? null : TimeSpan.FromSeconds(1);
        }

        if (FindVolume(claim, content) is { } volume)
        {
            Bind(claim, content, volume);
            return null;
        }

        return Provision(claim, content);
    }

    private static bool IsBound(JsonObject claim) => claim["status"]?["phase"].Text() is "Bound" or "Lost";

    private string? DefaultClassName() => world.Store.List(world.StorageClass).Items.Select(found => found.Tree)
        .Where(found => found.Annotation(DefaultClass) == "true")
        .OrderByDescending(found => found["metadata"]?["creationTimestamp"].Text(), StringComparer.Ordinal)
        .Select(found => found["metadata"]?["name"].Text()).FirstOrDefault();

    // The smallest volume that is large enough, of the same class, with all access modes (index.go, FindMatchingVolume).
    private StoredObject? FindVolume(StoredObject claim, JsonObject content)
    {
        var wanted = content["spec"]?["volumeName"].Text();
        var modes = content["spec"].Texts("accessModes").ToList();
        var size = Amount.Of(content["spec"]?["resources"]?["requests"]?["storage"]);
        var className = content["spec"]?["storageClassName"].Text() ?? "";
        return world.Store.FoundBy(world.Volume, null, Lookups.VolumeOfClaim("", ""))
            .Concat(world.Store.FoundBy(world.Volume, null, Lookups.VolumeOfClaim(claim.Namespace, claim.Name)))
            .Where(volume => !volume.IsDeleting && (wanted is null || volume.Name == wanted))
            .Select(volume => (Volume: volume, Content: volume.Tree))
            .Where(item => item.Content["spec"]?["claimRef"] is not JsonObject reference
                || (reference["namespace"].Text() == claim.Namespace && reference["name"].Text() == claim.Name && (reference["uid"].Text() ?? claim.Uid) == claim.Uid))
            .Where(item => (item.Content["spec"]?["storageClassName"].Text() ?? "") == className
                && modes.All(item.Content["spec"].Texts("accessModes").Contains)
                && (content["spec"]?["selector"] is not { } selector || LabelMatch.Selects(selector, item.Volume.Labels))
                && Amount.Of(item.Content["spec"]?["capacity"]?["storage"]) >= size)
            .OrderBy(item => Amount.Of(item.Content["spec"]?["capacity"]?["storage"])).Select(item => item.Volume).FirstOrDefault();
    }

    private TimeSpan? Provision(StoredObject claim, JsonObject content)
    {
        if (content["spec"]?["volumeName"].Text() is not null)
            return null;
        var className = content["spec"]?["storageClassName"].Text() ?? "";
        if (className.Length == 0)
        {
            world.Tell(claim, Component, "Normal", "FailedBinding", "no persistent volumes available for this claim and no storage class is set");
            return null;
        }

        if (world.Store.Get(world.StorageClass, null, className)?.Tree is not { } storage)
        {
            world.Tell(claim, Component, "Warning", "ProvisioningFailed", $"storageclass.storage.k8s.io \"{className}\" not found");
            return null;
        }

        if (storage["volumeBindingMode"].Text() == "WaitForFirstConsumer" && content.Annotation(SelectedNode) is null)
        {
            world.Tell(claim, Component, "Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
            return null;
        }

        var provisioner = storage["provisioner"].Text() ?? "";
        if (provisioner == "kubernetes.io/no-provisioner")
            return null;
        if (!_due.TryGetValue(claim.Key, out var due))
        {
            _due[claim.Key] = due = world.Time.GetUtcNow() + world.Delays.Provision;
            world.Manager.Update(world.Claim, claim.Namespace, claim.Name, asked =>
            {
                asked.Annotate("volume.beta.kubernetes.io/storage-provisioner", provisioner);
                asked.Annotate("volume.kubernetes.io/storage-provisioner", provisioner);
            });
            world.Tell(
                claim, Component, "Normal", "ExternalProvisioning",
                $"waiting for a volume to be created, either by external provisioner \"{provisioner}\" or manually created by system administrator");
            world.Tell(claim, provisioner, "Normal", "Provisioning", $"External provisioner is provisioning volume for claim \"{claim.Key}\"");
        }

        if (due > world.Time.GetUtcNow())
            return due - world.Time.GetUtcNow();
        _due.Remove(claim.Key);
        var volume = Make(claim, content, storage, provisioner);
        world.Tell(claim, provisioner, "Normal", "ProvisioningSucceeded", $"Successfully provisioned volume {volume.Name}");
        Bind(claim, content, volume);
        return null;
    }

    private StoredObject Make(StoredObject claim, JsonObject content, JsonObject storage, string provisioner)
    {
        var name = "pvc-" + claim.Uid;
        return world.Store.Get(world.Volume, null, name) ?? world.Manager.Create(world.Volume, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["annotations"] = new JsonObject { ["pv.kubernetes.io/provisioned-by"] = provisioner },
                ["finalizers"] = new JsonArray("kubernetes.io/pv-protection"),
            },
            ["spec"] = new JsonObject
            {
                ["capacity"] = new JsonObject { ["storage"] = content["spec"]?["resources"]?["requests"]?["storage"]?.DeepClone() },
                ["csi"] = new JsonObject { ["driver"] = provisioner, ["volumeHandle"] = name, ["fsType"] = "ext4" },
                ["accessModes"] = content["spec"]?["accessModes"]?.DeepClone(),
                ["persistentVolumeReclaimPolicy"] = storage["reclaimPolicy"].Text() ?? "Delete",
                ["storageClassName"] = storage["metadata"]?["name"].Text(),
                ["volumeMode"] = content["spec"]?["volumeMode"].Text() ?? "Filesystem",
                ["claimRef"] = Reference(claim),
            },
        });
    }

    private JsonObject Reference(StoredObject claim) => new()
    {
        ["kind"] = "PersistentVolumeClaim",
        ["namespace"] = claim.Namespace,
        ["name"] = claim.Name,
        ["uid"] = claim.Uid,
        ["apiVersion"] = "v1",
        ["resourceVersion"] = (world.Store.Get(world.Claim, claim.Namespace, claim.Name) ?? claim).ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private void Bind(StoredObject claim, JsonObject content, StoredObject volume)
    {
        var given = content["spec"]?["volumeName"].Text() is not null;
        world.Manager.Update(world.Volume, null, volume.Name, found =>
        {
            if (found["spec"]?["claimRef"]?["uid"].Text() == claim.Uid)
                return;
            found.Spec()["claimRef"] = Reference(claim);
            found.Annotate("pv.kubernetes.io/bound-by-controller", "yes");
        });
        world.Manager.UpdateStatus(world.Volume, null, volume.Name, found => found.Status()["phase"] = "Bound");
        var bound = world.Store.Get(world.Volume, null, volume.Name)!.Tree;
        // Immutable for everybody but the binder: written past validation.
        world.Store.Update(world.Claim, claim.Namespace, claim.Name, found =>
        {
            found.Spec()["volumeName"] = volume.Name;
            found.Annotate("pv.kubernetes.io/bind-completed", "yes");
            if (!given)
                found.Annotate("pv.kubernetes.io/bound-by-controller", "yes");
        });
        world.Manager.UpdateStatus(world.Claim, claim.Namespace, claim.Name, found =>
        {
            var status = found.Status();
            status["phase"] = "Bound";
            status["accessModes"] = bound["spec"]?["accessModes"]?.DeepClone();
            status["capacity"] = bound["spec"]?["capacity"]?.DeepClone();
        });
    }
}
