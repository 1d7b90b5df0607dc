using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Releases and reclaims volumes whose claim has gone.</summary>
internal sealed class VolumeController(World world) : IController
{
    private const string Protection = "kubernetes.io/pv-protection";

    public IReadOnlyList<Kind> Watched { get; } = [world.Volume, world.Claim];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.Volume)
            return [change.New.Key];
        return change.Deleted && change.New.Tree["spec"]?["volumeName"].Text() is { } volume ? [new ObjectKey("", volume)] : [];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Volume, null, key.Name) is not { } volume)
            return null;
        var content = volume.Tree;
        var claim = content["spec"]?["claimRef"];
        var held = claim is not null && world.Store.Get(world.Claim, claim["namespace"].Text(), claim["name"].Text() ?? "") is { } found
            && (claim["uid"].Text() ?? found.Uid) == found.Uid;
        if (volume.IsDeleting)
        {
            if (!held && content.HasFinalizer(Protection))
                world.Manager.Release(volume, Protection);
            return null;
        }

        if (!content.HasFinalizer(Protection))
            world.Manager.Update(world.Volume, null, key.Name, found => found.AddFinalizer(Protection));
        var phase = claim is null ? "Available" : held || claim["uid"] is null ? content["status"]?["phase"].Text() ?? "Available" : "Released";
        if (content["status"]?["phase"].Text() != phase)
            world.Manager.UpdateStatus(world.Volume, null, key.Name, changed => changed.Status()["phase"] = phase);
        if (phase == "Released" && content["spec"]?["persistentVolumeReclaimPolicy"].Text() == "Delete")
            world.Manager.Delete(world.Volume, null, key.Name);
        return null;
    }
}
