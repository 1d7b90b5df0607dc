using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tales;

/// <summary>Renders a tale's objects from the templates in <c>tale/</c>.</summary>
internal sealed class TaleManifests(Cluster cluster, ResolvedSettings resolved, TemplateSource templates)
{
    private readonly Settings settings = resolved.Settings;
    private readonly ConcurrentDictionary<string, string> texts = new(StringComparer.Ordinal);

    /// <summary>The Deployment, which owns all others.</summary>
    public JsonObject Deployment(TalePlan plan) => Render("tale/deployment.yaml", plan, settings.Ingress).Single();

    /// <summary>All others, owned by the Deployment.</summary>
    /// <param name="plan">The tale.</param>
    /// <param name="deployment">The Deployment as the server has it.</param>
    /// <param name="door">What the tale is reached through.</param>
    public IReadOnlyList<JsonObject> Dependents(TalePlan plan, JsonObject deployment, IngressSettings door)
    {
        string[] files =
        [
            "tale/secret.yaml", "tale/service.yaml", door.GatewayClass.Length > 0 ? "tale/route.yaml" : "tale/ingress.yaml",
            .. settings.Tales.Volume == "Claim" && plan.Request.Workspace.Length == 0 ? ["tale/claim.yaml"] : Array.Empty<string>(),
        ];
        var objects = files.SelectMany(file => Render(file, plan, door)).ToList();
        foreach (var dependent in objects)
        {
            dependent["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = "apps/v1",
                ["kind"] = "Deployment",
                ["name"] = (string?)deployment["metadata"]!["name"],
                ["uid"] = (string?)deployment["metadata"]!["uid"],
                // So that a foreground deletion of the Deployment ends when all is gone.
                ["blockOwnerDeletion"] = true,
            });
        }
        return objects;
    }

    private List<JsonObject> Render(string file, TalePlan plan, IngressSettings door)
    {
        var objects = TemplateRenderer.RenderText(texts.GetOrAdd(file, templates.Read), templates.PathOf(file), Variables(plan, door)).Select(manifest => manifest.Object).ToList();
        foreach (var rendered in objects)
            Complete(rendered, plan);
        return objects;
    }

    private void Complete(JsonObject rendered, TalePlan plan)
    {
        var metadata = rendered["metadata"]!.AsObject();
        metadata["namespace"] = cluster.Namespace;
        Put(metadata, "labels", Labels(plan));
        if (ManifestFinish.PodTemplateOf(rendered)?["metadata"] is JsonObject pod)
            Put(pod, "labels", Labels(plan));
        Put(metadata, "annotations", Annotations(plan));
        if ((string?)rendered["kind"] == "Ingress")
            Put(metadata, "annotations", settings.Ingress.Annotations);
        if (rendered["stringData"] is JsonObject texts)
        {
            // The server keeps data alone; stringData would be a change at every apply.
            rendered["data"] = new JsonObject(texts.Select(pair =>
                KeyValuePair.Create<string, JsonNode?>(pair.Key, Convert.ToBase64String(Encoding.UTF8.GetBytes((string?)pair.Value ?? "")))));
            rendered.Remove("stringData");
        }
    }

    private Dictionary<string, string> Labels(TalePlan plan) => new(StringComparer.Ordinal)
    {
        ["app.kubernetes.io/name"] = "tale",
        ["app.kubernetes.io/instance"] = TaleLabels.Value(cluster.Name),
        ["app.kubernetes.io/component"] = "tale",
        ["app.kubernetes.io/part-of"] = Platform.Name,
        ["app.kubernetes.io/managed-by"] = Platform.Name,
        [TaleLabels.Tale] = plan.Name,
        [TaleLabels.Instance] = TaleLabels.Value(plan.InstanceId),
        [TaleLabels.GwvolmanInstance] = TaleLabels.Value(plan.InstanceId),
        [TaleLabels.TaleId] = TaleLabels.Value(plan.Request.TaleId),
        [TaleLabels.User] = TaleLabels.Value(plan.Request.User),
    };

    private Dictionary<string, string> Annotations(TalePlan plan) => new(StringComparer.Ordinal)
    {
        [TaleLabels.Instance] = plan.InstanceId,
        [TaleLabels.TaleId] = plan.Request.TaleId,
        [TaleLabels.Title] = plan.Request.Name,
        [TaleLabels.User] = plan.Request.User,
        [TaleLabels.Host] = plan.Host,
        [TaleLabels.UrlPath] = plan.Request.UrlPath,
        [TaleLabels.IdleTimeout] = ((long)(plan.Request.IdleTimeout ?? settings.Tales.IdleTimeout).TotalSeconds).ToString(CultureInfo.InvariantCulture),
    };

    private Dictionary<string, object?> Variables(TalePlan plan, IngressSettings door)
    {
        var request = plan.Request;
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["Name"] = plan.Name,
            ["Host"] = plan.Host,
            ["InstanceId"] = plan.InstanceId,
            ["Image"] = request.Image,
            ["PullPolicy"] = settings.Images.PullPolicy,
            ["HasCommand"] = plan.Command.Count > 0,
            ["Command"] = plan.Command,
            ["Port"] = plan.Port,
            ["Environment"] = plan.Environment.Select(pair => Table(("Name", pair.Key), ("Value", pair.Value))).ToList(),
            ["TokenVariable"] = TalePlan.TokenVariable,
            ["Token"] = plan.Token,
            ["ApiKey"] = request.ApiKey,
            ["Resources"] = Resources(plan),
            ["HasNodeSelector"] = request.NodeSelector.Count > 0,
            ["NodeSelector"] = request.NodeSelector.ToDictionary(pair => pair.Key, pair => (object?)pair.Value, StringComparer.Ordinal),
            ["MountPoint"] = plan.MountPoint,
            ["Volume"] = Table(
                ("Claim", settings.Tales.Volume == "Claim" || request.Workspace.Length > 0 ? request.Workspace.Length > 0 ? request.Workspace : plan.Name : null),
                // Girder's own layout below one volume, which is its claim or what a server exports.
                ("SubPath", settings.Tales.Volume is "SubPath" or "Nfs" && request.Workspace.Length == 0),
                ("Shared", settings.Tales.Volume == "SubPath" && request.Workspace.Length == 0),
                ("Nfs", settings.Tales.Volume == "Nfs" && request.Workspace.Length == 0 ? Table(("Server", settings.Tales.NfsServer), ("Path", settings.Tales.NfsPath)) : null),
                ("EmptyDir", settings.Tales.Volume == "EmptyDir" && request.Workspace.Length == 0)),
            ["WorkspacePath"] = Below("workspaces", request.TaleId.Length > 0 ? request.TaleId : plan.InstanceId),
            ["HomePath"] = Below("homes", request.User.Length > 0 ? request.User : plan.InstanceId),
            ["WorkspaceSize"] = settings.Volumes.Workspace,
            ["StorageClass"] = settings.Volumes.StorageClass,
            ["Mounter"] = settings.Tales.Mounter == "None" ? null : Table(
                ("Image", settings.Images.Worker),
                ("FuseResource", settings.Tales.FuseResource),
                ("DevicePlugin", settings.Tales.Mounter == "DevicePlugin"),
                ("Privileged", settings.Tales.Mounter == "Privileged"),
                ("Definition", MounterDefinition(plan))),
            ["Ingress"] = Table(("Class", door.Class)),
            ["IngressIs"] = PlatformVariables.IngressIs(door),
            ["SiteCertificateSecret"] = PlatformVariables.SiteCertificateSecret(settings, settings.Certificate.Source is not ("Secret" or "CertManager")),
        };
    }

    private static Dictionary<string, object?> Resources(TalePlan plan)
    {
        var limits = new Dictionary<string, object?>(StringComparer.Ordinal);
        var requests = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (plan.Memory is { } memory)
            limits["memory"] = memory;
        if (plan.Request.Cpu.Length > 0)
            limits["cpu"] = plan.Request.Cpu;
        // What docker calls shares Kubernetes makes of requests: 1024 for each processor.
        if (plan.Request.CpuShares > 0)
            requests["cpu"] = $"{Math.Max(1, plan.Request.CpuShares * 1000L / 1024)}m";
        if (plan.Request.Gpus > 0)
            limits["nvidia.com/gpu"] = plan.Request.Gpus.ToString(CultureInfo.InvariantCulture);
        return new[] { ("limits", limits), ("requests", requests) }.Where(pair => pair.Item2.Count > 0).ToDictionary(pair => pair.Item1, pair => (object?)pair.Item2, StringComparer.Ordinal);
    }

    // What girderfs-mount reads (gwvolman 2.1). It holds the key, so it goes into the Secret.
    private Secret MounterDefinition(TalePlan plan) => new(new JsonObject
    {
        ["mounts"] = new JsonArray([.. ((string[])["data", "home", "workspace"]).Select(kind =>
            new JsonObject { ["type"] = kind, ["protocol"] = "girderfs", ["location"] = kind })]),
        ["girderApiUrl"] = "http://girder:8080/api/v1",
        ["girderApiKey"] = plan.Request.ApiKey?.Reveal() ?? "",
        ["taleId"] = plan.Request.TaleId,
        ["userId"] = plan.Request.UserId,
        ["sessionId"] = plan.Request.SessionId,
        ["mountType"] = settings.Tales.Volume is "SubPath" or "Nfs" ? "direct" : "girderfs",
        ["root"] = "/mnt/tale",
    }.ToJsonString());

    // Girder's own layout: workspaces/5/5c92..., homes/a/alice. What cannot be a folder's name is written as a label would be.
    private static string Below(string folder, string name)
    {
        var safe = TaleLabels.Value(name);
        return $"{folder}/{safe[0]}/{safe}";
    }

    private static void Put(JsonObject parent, string name, IReadOnlyDictionary<string, string> values)
    {
        if (parent[name] is not JsonObject table)
            parent[name] = table = [];
        foreach (var (key, value) in values)
            table[key] = value;
    }

    private static Dictionary<string, object?> Table(params (string Name, object? Value)[] entries) => entries.ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
}
