using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Deletes the namespace that a deploy made, unless something that is not ours is in it by now.</summary>
internal sealed class NamespaceRemoval(ApiClient client, string @namespace, string uid, TimeSpan patience)
{
    // Events and endpoints follow other objects; leases and quotas are looked at like everything else.
    private static readonly ResourceType[] Looked =
        [.. ResourceTypes.All.Where(type => type.Namespaced && type != ResourceTypes.Event && type != ResourceTypes.Endpoints)];

    internal async Task RunAsync(IProgress<Report> progress, CancellationToken cancellationToken)
    {
        await using var watch = new NamespaceWatch(client, @namespace, null);
        var (builtIn, custom) = (ListAsync(Looked, cancellationToken), ListCustomAsync(cancellationToken));
        await Task.WhenAll(watch.ListAsync([ResourceTypes.Namespace], cancellationToken), builtIn, custom);
        var foreign = (await builtIn).Concat(await custom).SelectMany(list => list.Items.Where(item => !IsEveryNamespaces(list.Type, item)).Select(item => $"{list.Type.Kind} {item.Name()}")).ToList();
        if (foreign.Count > 0)
        {
            progress.Report(new WarningReport(
                $"The namespace {@namespace} stays, because {string.Join(", ", foreign.Take(5))}{(foreign.Count > 5 ? $" and {foreign.Count - 5} more" : "")} {(foreign.Count == 1 ? "is" : "are")} in it. "
                + "Delete the namespace by hand if nothing of that is needed."));
            return;
        }

        var reference = new ObjectReference(ResourceTypes.Namespace, null, @namespace);
        if (watch.Live.Find(reference) is not { } item || item.Uid() != uid)
            return;
        watch.Watch([ResourceTypes.Namespace]);
        await client.DeleteAsync(reference, Propagation.Background, uid, cancellationToken);
        await new Disappearance(watch.Live, patience, TimeProvider.System).WaitAsync(
            [new PlannedObject(reference, "", item, "")], status => progress.Report(new VerboseReport(status)), cancellationToken);
    }

    private Task<(ResourceType Type, IReadOnlyList<JsonObject> Items)[]> ListAsync(IEnumerable<ResourceType> types, CancellationToken cancellationToken) =>
        Task.WhenAll(types.Select(async type => (type, (await client.ListAsync(type, @namespace, null, Form(type), cancellationToken)).Items)));

    // Which Secrets are every namespace's is told by their type.
    private static ObjectForm Form(ResourceType type) => type == ResourceTypes.Secret ? ObjectForm.Whole : ObjectForm.Metadata;

    // What others' controllers serve: an object of theirs in the namespace would go with it. Who may not read the definitions is not stopped by that.
    private async Task<(ResourceType Type, IReadOnlyList<JsonObject> Items)[]> ListCustomAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<JsonObject> definitions;
        try
        {
            definitions = (await client.ListAsync(ResourceTypes.CustomResourceDefinition, null, null, cancellationToken)).Items;
        }
        catch (ApiException exception) when (exception.Kind == FailureKind.Forbidden)
        {
            return [];
        }

        var served = definitions.Where(item => item.Text("spec", "scope") == "Namespaced" && item.Condition("Established")?.Text("status") == "True");
        return await ListAsync(
            served.Select(item => new ResourceType(
                item.Text("spec", "group"), item.Items("spec", "versions").First(version => version.Flag("served")).Text("name"), item.Text("spec", "names", "kind"), item.Text("spec", "names", "plural"), true)),
            cancellationToken);
    }

    // Kubernetes puts these into each namespace.
    private static bool IsEveryNamespaces(ResourceType type, JsonObject item) =>
        (type == ResourceTypes.ServiceAccount && item.Name() == "default") || (type == ResourceTypes.ConfigMap && item.Name() == "kube-root-ca.crt")
        || (type == ResourceTypes.Secret && item.Text("type") == "kubernetes.io/service-account-token");
}
