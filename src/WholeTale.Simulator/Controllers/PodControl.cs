using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Creates, adopts and deletes the pods of a workload, telling of it as the real controllers do.</summary>
internal sealed class PodControl(World world, string component)
{
    /// <summary>The pods that the owner controls; those that fit its selector and have no controller are adopted, those that no longer fit are released.</summary>
    public List<PodFacts> Claim(StoredObject owner, JsonNode? selector)
    {
        var claimed = new List<PodFacts>();
        foreach (var pod in world.Store.OwnedBy(world.Pod, owner.Uid))
        {
            if (LabelMatch.Selects(selector, pod.Labels) || owner.IsDeleting || pod.IsDeleting)
                claimed.Add(PodFacts.Of(pod));
            else
                Release(pod, owner);
        }

        if (owner.IsDeleting)
            return claimed;
        foreach (var pod in LabelMatch.Find(world, world.Pod, owner.Namespace, selector))
        {
            if (pod.IsDeleting || pod.OwnerUids.Contains(owner.Uid) || Owners.HasController(pod))
                continue;
            if (Adopt(pod, owner) is { } adopted)
                claimed.Add(PodFacts.Of(adopted));
        }

        return claimed;
    }

    /// <exception cref="ApiStatusException">The pod was refused.</exception>
    public StoredObject Create(StoredObject owner, JsonObject pod, string what = "Created pod: {0}")
    {
        var name = pod["metadata"]!["name"].Text()!;
        try
        {
            var created = world.Manager.Create(world.Pod, pod);
            world.Tell(owner, component, "Normal", "SuccessfulCreate", string.Format(System.Globalization.CultureInfo.InvariantCulture, what, name));
            return created;
        }
        catch (ApiStatusException exception) when (exception.Reason != "AlreadyExists")
        {
            world.Tell(owner, component, "Warning", "FailedCreate", $"Error creating: {exception.Message}");
            throw;
        }
    }

    public void Delete(StoredObject owner, string name)
    {
        if (world.Store.Get(world.Pod, owner.Namespace, name) is not { IsDeleting: false })
            return;
        world.Manager.Delete(world.Pod, owner.Namespace, name);
        world.Tell(owner, component, "Normal", "SuccessfulDelete", $"Deleted pod: {name}");
    }

    private StoredObject? Adopt(StoredObject pod, StoredObject owner) => world.Manager.Update(world.Pod, pod.Namespace, pod.Name, content =>
    {
        if (content.Metadata()["ownerReferences"] is JsonArray references)
            references.Add(Owners.ControlledBy(owner)[0]!.DeepClone());
        else
            content.Metadata()["ownerReferences"] = Owners.ControlledBy(owner);
    });

    private void Release(StoredObject pod, StoredObject owner) => world.Manager.Update(world.Pod, pod.Namespace, pod.Name, content =>
    {
        if (content.Metadata()["ownerReferences"] is not JsonArray references)
            return;
        foreach (var reference in references.Where(item => item?["uid"].Text() == owner.Uid).ToList())
            references.Remove(reference);
        if (references.Count == 0)
            content.Metadata().Remove("ownerReferences");
    });
}
