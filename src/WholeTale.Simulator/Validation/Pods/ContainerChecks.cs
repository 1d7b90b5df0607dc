using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Pods;

/// <summary>The containers of a pod (validateContainers, validateInitContainers).</summary>
internal sealed class ContainerChecks(List<Cause> causes, PodVolumeChecks volumes)
{
    private readonly PortChecks _ports = new(causes);
    private readonly EnvironmentChecks _environment = new(causes);
    private readonly ProbeChecks _probes = new(causes);

    public void Check(JsonArray containers, string field, bool isInit)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < containers.Count; at++)
        {
            var container = (JsonObject)containers[at]!;
            var path = $"{field}[{at}]";
            Container(container, path);
            if (names.Contains(container["name"].Text() ?? ""))
                causes.Add(Cause.Duplicate(path + ".name", GoSyntax.Quote(container["name"].Text() ?? "")));
            else
                names.Add(container["name"].Text() ?? "");
            if (isInit)
                continue;
            _probes.Lifecycle(container["lifecycle"] as JsonObject, path + ".lifecycle");
            _probes.Check(container["livenessProbe"] as JsonObject, path + ".livenessProbe", onlyOneSuccess: true);
            _probes.Check(container["readinessProbe"] as JsonObject, path + ".readinessProbe", onlyOneSuccess: false);
            _probes.Check(container["startupProbe"] as JsonObject, path + ".startupProbe", onlyOneSuccess: true);
        }

        // Host ports must not collide within a pod.
        var ports = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < containers.Count; at++)
        {
            var list = containers[at]!["ports"] as JsonArray ?? [];
            for (var index = 0; index < list.Count; index++)
            {
                if (list[index]?["hostPort"].Number() is { } port and > 0
                    && !ports.Add($"{list[index]?["protocol"].Text()}/{list[index]?["hostIP"].Text()}/{port}"))
                {
                    causes.Add(Cause.Duplicate(
                        $"{field}[{at}].ports[{index}].hostPort",
                        GoSyntax.Quote($"{list[index]?["protocol"].Text()}/{list[index]?["hostIP"].Text()}/{port}")));
                }
            }
        }
    }

    public void CheckInit(JsonArray containers, JsonArray regular, string field)
    {
        Check(containers, field, isInit: true);
        var names = regular.Select(container => container?["name"].Text()).ToHashSet();
        for (var at = 0; at < containers.Count; at++)
        {
            var container = containers[at]!;
            if (names.Contains(container["name"].Text()))
                causes.Add(Cause.Duplicate($"{field}[{at}].name", GoSyntax.Quote(container["name"].Text() ?? "")));
            foreach (var (member, detail) in new[]
            {
                ("lifecycle", "may not be set for init containers"),
                ("livenessProbe", "may not be set for init containers"),
                ("readinessProbe", "may not be set for init containers"),
                ("startupProbe", "may not be set for init containers"),
            })
            {
                if (container[member] is JsonObject)
                    causes.Add(Cause.Forbidden($"{field}[{at}].{member}", detail));
            }
        }
    }

    private void Container(JsonObject container, string path)
    {
        var name = container["name"].Text() ?? "";
        if (name.Length == 0)
            causes.Add(Cause.Required(path + ".name"));
        else
            causes.Named(Names.Dns1123Label(name), path + ".name", name);
        var image = container["image"].Text() ?? "";
        if (image.Length == 0)
            causes.Add(Cause.Required(path + ".image"));
        else if (image.Trim().Length != image.Length)
            causes.Add(Cause.Invalid(path + ".image", GoSyntax.Quote(image), "must not have leading or trailing whitespace"));
        causes.OneOf(container["terminationMessagePolicy"], path + ".terminationMessagePolicy", "File", "FallbackToLogsOnError");
        _ports.Check(container["ports"] as JsonArray ?? [], path + ".ports");
        _environment.Check(container["env"] as JsonArray ?? [], path + ".env");
        _environment.CheckSources(container["envFrom"] as JsonArray ?? [], path + ".envFrom");
        Mounts(container["volumeMounts"] as JsonArray ?? [], path + ".volumeMounts");
        causes.OneOf(container["imagePullPolicy"], path + ".imagePullPolicy", "Always", "IfNotPresent", "Never");
        ResourceChecks.Check(container["resources"] as JsonObject, path + ".resources", causes);
        Security(container["securityContext"] as JsonObject, path + ".securityContext");
    }

    private void Mounts(JsonArray mounts, string field)
    {
        var points = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < mounts.Count; at++)
        {
            var mount = mounts[at]!;
            var path = $"{field}[{at}]";
            var name = mount["name"].Text() ?? "";
            if (name.Length == 0)
                causes.Add(Cause.Required(path + ".name"));
            if (!volumes.Known.Contains(name))
                causes.Add(Cause.NotFound(path + ".name", GoSyntax.Quote(name)));
            var point = mount["mountPath"].Text() ?? "";
            if (point.Length == 0)
                causes.Add(Cause.Required(path + ".mountPath"));
            if (!points.Add(point))
                causes.Add(Cause.Invalid(path + ".mountPath", GoSyntax.Quote(point), "must be unique"));
            if (mount["subPath"].Text() is { Length: > 0 } subPath)
                volumes.RelativePath(subPath, path + ".subPath");
            if (mount["mountPropagation"] is not null)
                causes.OneOf(mount["mountPropagation"], path + ".mountPropagation", "Bidirectional", "HostToContainer", "None");
        }
    }

    private void Security(JsonObject? context, string path)
    {
        if (context is null)
            return;
        foreach (var member in new[] { "runAsUser", "runAsGroup" })
        {
            if (context[member].Number() is { } id and (< 0 or > int.MaxValue))
                causes.Add(Cause.Invalid($"{path}.{member}", GoSyntax.Number(id), "must be between 0 and 2147483647, inclusive"));
        }

        if (context["allowPrivilegeEscalation"].Flag() == false && context["privileged"].Flag() == true)
            causes.Add(Cause.Invalid(path, "core.SecurityContext{}", "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
    }
}
