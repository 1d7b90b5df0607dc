using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>The history of a StatefulSet's or DaemonSet's template as ControllerRevisions (pkg/controller/history).</summary>
internal sealed class Revisions(World world, string hashLabel)
{
    /// <summary>The revision of the present template, made (or numbered anew) where needed.</summary>
    public StoredObject Current(StoredObject owner, JsonObject content)
    {
        var data = Data(content);
        var history = History(owner);
        var next = history.Select(Number).DefaultIfEmpty(0).Max() + 1;
        if (history.FirstOrDefault(revision => JsonNode.DeepEquals(revision.Read()["data"], data)) is { } known)
        {
            if (Number(known) == next - 1)
                return known;
            return world.Manager.Update(world.ControllerRevision, known.Namespace, known.Name, revision => revision["revision"] = next) ?? known;
        }

        // A DaemonSet's revisions are named by their template's hash, a StatefulSet's by that of the whole data.
        var collisions = content["status"]?["collisionCount"].Number();
        var hash = owner.Kind == world.DaemonSet ? TemplateHash.Of(content["spec"]?["template"], collisions) : TemplateHash.OfRevision(data, collisions ?? 0);
        var name = $"{owner.Name}-{hash}";
        var labels = content["spec"]?["template"]?["metadata"]?["labels"]?.DeepClone() as JsonObject ?? [];
        labels[hashLabel] = hashLabel == "controller-revision-hash" ? hash : name;
        return world.Store.Get(world.ControllerRevision, owner.Namespace, name) ?? world.Manager.Create(world.ControllerRevision, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = owner.Namespace,
                ["labels"] = labels,
                ["ownerReferences"] = Owners.ControlledBy(owner),
            },
            ["data"] = data,
            ["revision"] = next,
        });
    }

    public List<StoredObject> History(StoredObject owner) => [.. world.Store.OwnedBy(world.ControllerRevision, owner.Uid).OrderBy(Number)];

    /// <summary>The template that a revision holds.</summary>
    public JsonNode? Template(StoredObject owner, string? name)
    {
        if (name is null || world.Store.Get(world.ControllerRevision, owner.Namespace, name) is not { } revision)
            return null;
        var template = revision.Read()["data"]?["spec"]?["template"]?.DeepClone().AsObject();
        template?.Remove("$patch");
        return template;
    }

    /// <summary>Deletes the oldest revisions that nobody uses beyond the limit.</summary>
    public void CleanUp(StoredObject owner, long limit, ISet<string> used)
    {
        var idle = History(owner).Where(revision => !used.Contains(revision.Name)).ToList();
        foreach (var revision in idle.Take(Math.Max(0, idle.Count - (int)limit)))
            world.Manager.Delete(world.ControllerRevision, revision.Namespace, revision.Name);
    }

    private static long Number(StoredObject revision) => revision.Read()["revision"].Number() ?? 0;

    private static JsonObject Data(JsonObject content)
    {
        var template = content["spec"]?["template"]?.DeepClone().AsObject() ?? [];
        template["$patch"] = "replace";
        return new JsonObject { ["spec"] = new JsonObject { ["template"] = template } };
    }
}
