using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>Checks of a pod's spec (pkg/apis/core/validation, ValidatePodSpec), in its order.</summary>
internal sealed partial class PodSpecValidation(List<Cause> causes)
{
    private static readonly string[] _told =
        ["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.podIP", "status.podIPs"];

    private static readonly string[] _labels = ["metadata.annotations", "metadata.labels", "spec.restartPolicy", "spec.schedulerName", "status.phase"];

    private readonly HashSet<string> _volumes = new(StringComparer.Ordinal);

    public void Check(JsonObject spec, string field)
    {
        Volumes(spec["volumes"] as JsonArray ?? [], field + ".volumes");
        var containers = spec["containers"] as JsonArray;
        if (containers is not { Count: > 0 })
            causes.Add(Cause.Required(field + ".containers"));
        else
            Containers(containers, field + ".containers", isInit: false, spec);
        InitContainers(spec["initContainers"] as JsonArray ?? [], containers ?? [], field + ".initContainers", spec);
        OneOf(spec["restartPolicy"], field + ".restartPolicy", "Always", "OnFailure", "Never");
        DnsPolicy(spec, field);
        PodSecurity(spec["securityContext"] as JsonObject, field + ".securityContext");
        HostNetwork(spec, field);
        NodeTerms(spec["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"], field + ".affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution");
        if (spec["serviceAccountName"].Text() is { Length: > 0 } account)
            Named(Names.Dns1123Subdomain(account), field + ".serviceAccountName", account);
        if (spec["nodeName"].Text() is { Length: > 0 } node)
            Named(Names.Dns1123Subdomain(node), field + ".nodeName", node);
        MetadataValidation.Labels(spec["nodeSelector"], field + ".nodeSelector", causes);
        if (spec["activeDeadlineSeconds"].Number() is { } deadline && deadline is < 1 or > int.MaxValue)
            causes.Add(Cause.Invalid(field + ".activeDeadlineSeconds", Show(deadline), "must be between 1 and 2147483647, inclusive"));
        if (spec["hostname"].Text() is { Length: > 0 } hostname)
            Named(Names.Dns1123Label(hostname), field + ".hostname", hostname);
        if (spec["subdomain"].Text() is { Length: > 0 } subdomain)
            Named(Names.Dns1123Label(subdomain), field + ".subdomain", subdomain);
        Tolerations(spec["tolerations"] as JsonArray ?? [], field + ".tolerations");
        if (spec["priorityClassName"].Text() is { Length: > 0 } priority)
            Named(Names.Dns1123Subdomain(priority), field + ".priorityClassName", priority);
        HostAliases(spec["hostAliases"] as JsonArray ?? [], field + ".hostAliases");
        Spread(spec["topologySpreadConstraints"] as JsonArray ?? [], field + ".topologySpreadConstraints");
    }

    private void Volumes(JsonArray volumes, string field)
    {
        for (var at = 0; at < volumes.Count; at++)
        {
            var volume = (JsonObject)volumes[at]!;
            var path = $"{field}[{at}]";
            var name = volume["name"].Text() ?? "";
            var before = causes.Count;
            VolumeSource(volume, path);
            if (name.Length == 0)
                causes.Add(Cause.Required(path + ".name"));
            else
                Named(Names.Dns1123Label(name), path + ".name", name);
            if (_volumes.Contains(name))
                causes.Add(Cause.Duplicate(path + ".name", GoSyntax.Quote(name)));
            if (causes.Count == before)
                _volumes.Add(name);
        }
    }

    private void VolumeSource(JsonObject volume, string path)
    {
        var sources = volume.Where(member => member.Key != "name" && member.Value is not null).Select(member => member.Key).ToList();
        if (sources.Count == 0)
            causes.Add(Cause.Required(path, "must specify a volume type"));
        foreach (var extra in sources.Skip(1))
            causes.Add(Cause.Forbidden($"{path}.{extra}", "may not specify more than 1 volume type"));
        if (volume["secret"] is JsonObject secret)
        {
            if (secret["secretName"].Text() is null or "")
                causes.Add(Cause.Required(path + ".secret.secretName"));
            Mode(secret["defaultMode"], path + ".secret.defaultMode");
            Items(secret["items"] as JsonArray ?? [], path + ".secret.items");
        }

        if (volume["configMap"] is JsonObject map)
        {
            if (map["name"].Text() is null or "")
                causes.Add(Cause.Required(path + ".configMap.name"));
            Mode(map["defaultMode"], path + ".configMap.defaultMode");
            Items(map["items"] as JsonArray ?? [], path + ".configMap.items");
        }

        if (volume["persistentVolumeClaim"] is JsonObject claim && claim["claimName"].Text() is null or "")
            causes.Add(Cause.Required(path + ".persistentVolumeClaim.claimName"));
        if (volume["hostPath"] is JsonObject host)
        {
            if (host["path"].Text() is null or "")
                causes.Add(Cause.Required(path + ".hostPath.path"));
            else if (host["path"].Text()!.Split('/').Contains(".."))
                causes.Add(Cause.Invalid(path + ".hostPath.path", GoSyntax.Quote(host["path"].Text()!), "must not contain '..'"));
        }

        if (volume["nfs"] is JsonObject nfs)
        {
            if (nfs["server"].Text() is null or "")
                causes.Add(Cause.Required(path + ".nfs.server"));
            if (nfs["path"].Text() is null or "")
                causes.Add(Cause.Required(path + ".nfs.path"));
            else if (!nfs["path"].Text()!.StartsWith('/'))
                causes.Add(Cause.Invalid(path + ".nfs.path", GoSyntax.Quote(nfs["path"].Text()!), "must be an absolute path"));
        }
    }

    private void Mode(JsonNode? mode, string path)
    {
        if (mode.Number() is { } value and (< 0 or > 511))
            causes.Add(Cause.Invalid(path, Show(value), "must be a number between 0 and 0777 (octal), both inclusive"));
    }

    private void Items(JsonArray items, string path)
    {
        for (var at = 0; at < items.Count; at++)
        {
            if (items[at]?["key"].Text() is null or "")
                causes.Add(Cause.Required($"{path}[{at}].key"));
            var target = items[at]?["path"].Text() ?? "";
            if (target.Length == 0)
                causes.Add(Cause.Required($"{path}[{at}].path"));
            else
                RelativePath(target, $"{path}[{at}].path");
            Mode(items[at]?["mode"], $"{path}[{at}].mode");
        }
    }

    private void RelativePath(string target, string path)
    {
        if (target.StartsWith('/'))
            causes.Add(Cause.Invalid(path, GoSyntax.Quote(target), "must be a relative path"));
        if (target.Split('/').Contains(".."))
            causes.Add(Cause.Invalid(path, GoSyntax.Quote(target), "must not contain '..'"));
        if (target.StartsWith("..", StringComparison.Ordinal) && !target.StartsWith("../", StringComparison.Ordinal) && target != "..")
            causes.Add(Cause.Invalid(path, GoSyntax.Quote(target), "must not start with '..'"));
    }

    private void Containers(JsonArray containers, string field, bool isInit, JsonObject spec)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < containers.Count; at++)
        {
            var container = (JsonObject)containers[at]!;
            var path = $"{field}[{at}]";
            Container(container, path, spec);
            if (names.Contains(container["name"].Text() ?? ""))
                causes.Add(Cause.Duplicate(path + ".name", GoSyntax.Quote(container["name"].Text() ?? "")));
            else
                names.Add(container["name"].Text() ?? "");
            if (isInit)
                continue;
            Lifecycle(container["lifecycle"] as JsonObject, path + ".lifecycle");
            Probe(container["livenessProbe"] as JsonObject, path + ".livenessProbe", onlyOneSuccess: true);
            Probe(container["readinessProbe"] as JsonObject, path + ".readinessProbe", onlyOneSuccess: false);
            Probe(container["startupProbe"] as JsonObject, path + ".startupProbe", onlyOneSuccess: true);
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

    private void InitContainers(JsonArray containers, JsonArray regular, string field, JsonObject spec)
    {
        Containers(containers, field, isInit: true, spec);
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

    private void Container(JsonObject container, string path, JsonObject spec)
    {
        var name = container["name"].Text() ?? "";
        if (name.Length == 0)
            causes.Add(Cause.Required(path + ".name"));
        else
            Named(Names.Dns1123Label(name), path + ".name", name);
        var image = container["image"].Text() ?? "";
        if (image.Length == 0)
            causes.Add(Cause.Required(path + ".image"));
        else if (image.Trim().Length != image.Length)
            causes.Add(Cause.Invalid(path + ".image", GoSyntax.Quote(image), "must not have leading or trailing whitespace"));
        OneOf(container["terminationMessagePolicy"], path + ".terminationMessagePolicy", "File", "FallbackToLogsOnError");
        Ports(container["ports"] as JsonArray ?? [], path + ".ports");
        Env(container["env"] as JsonArray ?? [], path + ".env");
        EnvFrom(container["envFrom"] as JsonArray ?? [], path + ".envFrom");
        Mounts(container["volumeMounts"] as JsonArray ?? [], path + ".volumeMounts");
        OneOf(container["imagePullPolicy"], path + ".imagePullPolicy", "Always", "IfNotPresent", "Never");
        Resources(container["resources"] as JsonObject, path + ".resources", causes);
        Security(container["securityContext"] as JsonObject, path + ".securityContext");
        _ = spec;
    }

    private void Ports(JsonArray ports, string field)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < ports.Count; at++)
        {
            var port = (JsonObject)ports[at]!;
            var path = $"{field}[{at}]";
            if (port["name"].Text() is { Length: > 0 } name)
            {
                var problems = PortName(name);
                foreach (var problem in problems)
                    causes.Add(Cause.Invalid(path + ".name", GoSyntax.Quote(name), problem));
                if (problems.Count == 0 && !names.Add(name))
                    causes.Add(Cause.Duplicate(path + ".name", GoSyntax.Quote(name)));
            }

            var number = port["containerPort"].Number() ?? 0;
            if (number == 0)
                causes.Add(Cause.Required(path + ".containerPort"));
            else
                PortNumber(number, path + ".containerPort", causes);
            if (port["hostPort"].Number() is { } host and not 0)
                PortNumber(host, path + ".hostPort", causes);
            OneOf(port["protocol"], path + ".protocol", "SCTP", "TCP", "UDP");
        }
    }

    public static void PortNumber(long port, string field, List<Cause> causes)
    {
        if (port is < 1 or > 65535)
            causes.Add(Cause.Invalid(field, Show(port), "must be between 1 and 65535, inclusive"));
    }

    /// <summary>An IANA service name.</summary>
    public static IReadOnlyList<string> PortName(string name)
    {
        var problems = new List<string>();
        if (name.Length > 15)
            problems.Add("must be no more than 15 characters");
        if (!PortCharacters().IsMatch(name))
            problems.Add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        if (!name.Any(char.IsAsciiLetterLower))
            problems.Add("must contain at least one letter (a-z)");
        if (name.Contains("--", StringComparison.Ordinal))
            problems.Add("must not contain consecutive hyphens");
        if (name.Length > 0 && (name[0] == '-' || name[^1] == '-'))
            problems.Add("must not begin or end with a hyphen");
        return problems;
    }

    private void Env(JsonArray variables, string field)
    {
        for (var at = 0; at < variables.Count; at++)
        {
            var variable = variables[at]!;
            var path = $"{field}[{at}]";
            var name = variable["name"].Text() ?? "";
            if (name.Length == 0)
                causes.Add(Cause.Required(path + ".name"));
            else
                causes.AddRange(EnvName(name).Select(problem => Cause.Invalid(path + ".name", GoSyntax.Quote(name), problem)));
            if (variable["valueFrom"] is not JsonObject source)
                continue;
            if (source.Count == 0)
                causes.Add(Cause.Invalid(path + ".valueFrom", "\"\"", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"));
            else if (variable["value"].Text() is { Length: > 0 })
                causes.Add(Cause.Invalid(path + ".valueFrom", "\"\"", "may not be specified when `value` is not empty"));
            else if (source.Count > 1)
                causes.Add(Cause.Invalid(path + ".valueFrom", "\"\"", "may not have more than one field specified at a time"));
            foreach (var kind in new[] { "configMapKeyRef", "secretKeyRef" })
            {
                if (source[kind] is not JsonObject reference)
                    continue;
                if (reference["name"].Text() is null or "")
                    causes.Add(Cause.Required($"{path}.valueFrom.{kind}.name"));
                if (reference["key"].Text() is null or "")
                    causes.Add(Cause.Required($"{path}.valueFrom.{kind}.key"));
            }

            if (source["fieldRef"] is JsonObject told)
                FieldPath(told["fieldPath"].Text() ?? "", path + ".valueFrom.fieldRef.fieldPath");
        }
    }

    // validateObjectFieldSelector: what a pod may tell its containers of itself.
    private void FieldPath(string fieldPath, string path)
    {
        if (fieldPath.Length == 0)
            causes.Add(Cause.Required(path));
        else if (fieldPath.StartsWith("metadata.annotations['", StringComparison.Ordinal) || fieldPath.StartsWith("metadata.labels['", StringComparison.Ordinal) || _told.Contains(fieldPath))
            return;
        else if (_labels.Contains(fieldPath))
            causes.Add(Cause.NotSupported(path, GoSyntax.Quote(fieldPath), _told));
        else
            causes.Add(Cause.Invalid(path, GoSyntax.Quote(fieldPath), "error converting fieldPath: field label not supported: " + fieldPath));
    }

    private void HostNetwork(JsonObject spec, string field)
    {
        if (spec["hostNetwork"].Flag() != true)
            return;
        var containers = spec["containers"].Objects().ToList();
        for (var at = 0; at < containers.Count; at++)
        {
            var ports = containers[at]["ports"].Objects().ToList();
            for (var port = 0; port < ports.Count; port++)
            {
                if (ports[port]["hostPort"].Number() != ports[port]["containerPort"].Number())
                    causes.Add(Cause.Invalid($"{field}.containers[{at}].ports[{port}].containerPort", GoSyntax.Value(ports[port]["containerPort"]), "must match `hostPort` when `hostNetwork` is true"));
            }
        }
    }

    private void NodeTerms(JsonNode? selector, string field)
    {
        if (selector is not null && !selector["nodeSelectorTerms"].Objects().Any())
            causes.Add(Cause.Required(field + ".nodeSelectorTerms", "must have at least one node selector term"));
    }

    private static List<string> EnvName(string name)
    {
        var problems = new List<string>();
        if (!EnvNamePattern().IsMatch(name))
        {
            problems.Add("a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit "
                + "(e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')");
        }

        if (name == ".")
            problems.Add("must not be '.'");
        else if (name == "..")
            problems.Add("must not be '..'");
        else if (name.StartsWith("..", StringComparison.Ordinal))
            problems.Add("must not start with '..'");
        return problems;
    }

    private void EnvFrom(JsonArray sources, string field)
    {
        for (var at = 0; at < sources.Count; at++)
        {
            var path = $"{field}[{at}]";
            var source = (JsonObject)sources[at]!;
            if (source["prefix"].Text() is { Length: > 0 } prefix)
                causes.AddRange(EnvName(prefix).Select(problem => Cause.Invalid(path + ".prefix", GoSyntax.Quote(prefix), problem)));
            foreach (var kind in new[] { "configMapRef", "secretRef" })
            {
                if (source[kind] is JsonObject reference && reference["name"].Text() is null or "")
                    causes.Add(Cause.Required($"{path}.{kind}.name"));
            }

            if (source["configMapRef"] is null && source["secretRef"] is null)
                causes.Add(Cause.Invalid(field, "\"\"", "must specify one of: `configMapRef` or `secretRef`"));
            else if (source["configMapRef"] is not null && source["secretRef"] is not null)
                causes.Add(Cause.Invalid(field, "\"\"", "may not have more than one field specified at a time"));
        }
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
            if (!_volumes.Contains(name))
                causes.Add(Cause.NotFound(path + ".name", GoSyntax.Quote(name)));
            var point = mount["mountPath"].Text() ?? "";
            if (point.Length == 0)
                causes.Add(Cause.Required(path + ".mountPath"));
            if (!points.Add(point))
                causes.Add(Cause.Invalid(path + ".mountPath", GoSyntax.Quote(point), "must be unique"));
            if (mount["subPath"].Text() is { Length: > 0 } subPath)
                RelativePath(subPath, path + ".subPath");
            if (mount["mountPropagation"] is not null)
                OneOf(mount["mountPropagation"], path + ".mountPropagation", "Bidirectional", "HostToContainer", "None");
        }
    }

    private void Probe(JsonObject? probe, string path, bool onlyOneSuccess)
    {
        if (probe is null)
            return;
        Handler(probe, path);
        foreach (var member in new[] { "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold" })
        {
            if (probe[member].Number() is < 0 and var value)
                causes.Add(Cause.Invalid($"{path}.{member}", Show(value), "must be greater than or equal to 0"));
        }

        if (probe["terminationGracePeriodSeconds"].Number() is <= 0 and var grace)
            causes.Add(Cause.Invalid(path + ".terminationGracePeriodSeconds", Show(grace), "must be greater than 0"));
        if (onlyOneSuccess && probe["successThreshold"].Number() is { } successes and not 1)
            causes.Add(Cause.Invalid(path + ".successThreshold", Show(successes), "must be 1"));
    }

    private void Handler(JsonObject handler, string path)
    {
        var kinds = new[] { "exec", "httpGet", "tcpSocket", "grpc" }.Where(kind => handler[kind] is JsonObject).ToList();
        foreach (var extra in kinds.Skip(1))
            causes.Add(Cause.Forbidden($"{path}.{extra}", "may not specify more than 1 handler type"));
        switch (kinds.FirstOrDefault())
        {
            case null:
                causes.Add(Cause.Required(path, "must specify a handler type"));
                break;
            case "exec":
                if (handler["exec"]!["command"] is not JsonArray { Count: > 0 })
                    causes.Add(Cause.Required(path + ".exec.command"));
                break;
            case "httpGet":
                if (handler["httpGet"]!["path"].Text() is null or "")
                    causes.Add(Cause.Required(path + ".httpGet.path"));
                PortOrName(handler["httpGet"]!["port"], path + ".httpGet.port");
                OneOf(handler["httpGet"]!["scheme"], path + ".httpGet.scheme", "HTTP", "HTTPS");
                break;
            case "tcpSocket":
                PortOrName(handler["tcpSocket"]!["port"], path + ".tcpSocket.port");
                break;
            default:
                PortNumber(handler["grpc"]!["port"].Number() ?? 0, path + ".grpc.port", causes);
                break;
        }
    }

    private void PortOrName(JsonNode? port, string path)
    {
        if (port.Text() is { } name)
            causes.AddRange(PortName(name).Select(problem => Cause.Invalid(path, GoSyntax.Quote(name), problem)));
        else
            PortNumber(port.Number() ?? 0, path, causes);
    }

    private void Lifecycle(JsonObject? lifecycle, string path)
    {
        foreach (var hook in new[] { "postStart", "preStop" })
        {
            if (lifecycle?[hook] is JsonObject handler)
                Handler(handler, $"{path}.{hook}");
        }
    }

    public static void Resources(JsonObject? resources, string path, List<Cause> causes)
    {
        var limits = resources?["limits"] as JsonObject ?? [];
        var requests = resources?["requests"] as JsonObject ?? [];
        foreach (var (name, value) in limits)
            Amount(name, value, $"{path}.limits", causes);
        foreach (var (name, value) in requests)
        {
            Amount(name, value, $"{path}.requests", causes);
            if (limits[name] is { } limit && Quantity.TryParse(value.Text() ?? "", out var wanted) && Quantity.TryParse(limit.Text() ?? "", out var most) && wanted.CompareTo(most) > 0)
                causes.Add(Cause.Invalid(path + ".requests", GoSyntax.Quote(wanted.ToString()), $"must be less than or equal to {name} limit"));
        }
    }

    private static void Amount(string name, JsonNode? value, string path, List<Cause> causes)
    {
        var field = $"{path}[{name}]";
        var problems = Names.QualifiedName(name);
        causes.AddRange(problems.Select(problem => Cause.Invalid(field, GoSyntax.Quote(name), problem)));
        if (problems.Count == 0 && !name.Contains('/', StringComparison.Ordinal)
            && name is not ("cpu" or "memory" or "ephemeral-storage") && !name.StartsWith("hugepages-", StringComparison.Ordinal))
        {
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(name), "must be a standard resource type or fully qualified"));
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(name), "must be a standard resource for containers"));
        }

        if (Quantity.TryParse(value.Text() ?? "0", out var amount) && amount.Units.Sign < 0)
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(amount.ToString()), "must be greater than or equal to 0"));
    }

    private void Security(JsonObject? context, string path)
    {
        if (context is null)
            return;
        foreach (var member in new[] { "runAsUser", "runAsGroup" })
        {
            if (context[member].Number() is { } id and (< 0 or > int.MaxValue))
                causes.Add(Cause.Invalid($"{path}.{member}", Show(id), "must be between 0 and 2147483647, inclusive"));
        }

        if (context["allowPrivilegeEscalation"].Flag() == false && context["privileged"].Flag() == true)
            causes.Add(Cause.Invalid(path, "core.SecurityContext{}", "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
    }

    private void PodSecurity(JsonObject? context, string path)
    {
        foreach (var member in new[] { "runAsUser", "runAsGroup", "fsGroup" })
        {
            if (context?[member].Number() is { } id and (< 0 or > int.MaxValue))
                causes.Add(Cause.Invalid($"{path}.{member}", Show(id), "must be between 0 and 2147483647, inclusive"));
        }

        if (context?["fsGroupChangePolicy"] is { } policy)
            OneOf(policy, path + ".fsGroupChangePolicy", "Always", "OnRootMismatch");
    }

    private void DnsPolicy(JsonObject spec, string field)
    {
        // The order is that of the switch in the real check.
        if (spec["dnsPolicy"].Text() is not ("ClusterFirstWithHostNet" or "ClusterFirst" or "Default" or "None") and var policy)
            causes.Add(Cause.NotSupported(field + ".dnsPolicy", GoSyntax.Quote(policy ?? ""), "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"));
        if (spec["dnsPolicy"].Text() == "None" && spec["dnsConfig"] is null)
            causes.Add(Cause.Required(field + ".dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None"));
    }

    private void Tolerations(JsonArray tolerations, string field)
    {
        for (var at = 0; at < tolerations.Count; at++)
        {
            var path = $"{field}[{at}]";
            var toleration = tolerations[at]!;
            var key = toleration["key"].Text() ?? "";
            if (key.Length > 0)
                causes.AddRange(Names.QualifiedName(key).Select(problem => Cause.Invalid(path + ".key", GoSyntax.Quote(key), problem)));
            else if (toleration["operator"].Text() != "Exists")
                causes.Add(Cause.Invalid(path + ".operator", GoSyntax.Quote(toleration["operator"].Text() ?? ""), "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
            if (toleration["tolerationSeconds"] is not null && toleration["effect"].Text() != "NoExecute")
                causes.Add(Cause.Invalid(path + ".effect", GoSyntax.Quote(toleration["effect"].Text() ?? ""), "effect must be 'NoExecute' when `tolerationSeconds` is set"));
            switch (toleration["operator"].Text())
            {
                case "Equal" or null or "":
                    causes.AddRange(Names.LabelValue(toleration["value"].Text() ?? "").Select(problem => Cause.Invalid(path + ".operator", GoSyntax.Quote(toleration["value"].Text() ?? ""), problem)));
                    break;
                case "Exists":
                    if (toleration["value"].Text() is { Length: > 0 } value)
                        causes.Add(Cause.Invalid(path + ".operator", GoSyntax.Quote(value), "value must be empty when `operator` is 'Exists'"));
                    break;
                default:
                    causes.Add(Cause.NotSupported(path + ".operator", GoSyntax.Quote(toleration["operator"].Text()!), "Equal", "Exists"));
                    break;
            }

            if (toleration["effect"].Text() is { Length: > 0 } effect && effect is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute"))
                causes.Add(Cause.NotSupported(path + ".effect", GoSyntax.Quote(effect), "NoSchedule", "PreferNoSchedule", "NoExecute"));
        }
    }

    private void HostAliases(JsonArray aliases, string field)
    {
        for (var at = 0; at < aliases.Count; at++)
        {
            var ip = aliases[at]?["ip"].Text() ?? "";
            if (!System.Net.IPAddress.TryParse(ip, out _))
                causes.Add(Cause.Invalid(field + ".ip", GoSyntax.Quote(ip), "must be valid IP address"));
            foreach (var name in (aliases[at]?["hostnames"] as JsonArray ?? []).Select(item => item.Text() ?? ""))
                causes.AddRange(Names.Dns1123Subdomain(name).Select(problem => Cause.Invalid(field + ".hostnames", GoSyntax.Quote(name), problem)));
        }
    }

    private void Spread(JsonArray constraints, string field)
    {
        for (var at = 0; at < constraints.Count; at++)
        {
            var constraint = constraints[at]!;
            if ((constraint["maxSkew"].Number() ?? 0) <= 0)
                causes.Add(Cause.Invalid($"{field}[{at}].maxSkew", Show(constraint["maxSkew"].Number() ?? 0), "must be greater than zero"));
            if (constraint["topologyKey"].Text() is null or "")
                causes.Add(Cause.Required($"{field}[{at}].topologyKey", "can not be empty"));
            if (constraint["whenUnsatisfiable"].Text() is not ("DoNotSchedule" or "ScheduleAnyway"))
                causes.Add(Cause.NotSupported($"{field}[{at}].whenUnsatisfiable", GoSyntax.Quote(constraint["whenUnsatisfiable"].Text() ?? ""), "DoNotSchedule", "ScheduleAnyway"));
        }
    }

    private void OneOf(JsonNode? value, string path, params string[] allowed)
    {
        var text = value.Text() ?? "";
        if (text.Length == 0)
            causes.Add(Cause.Required(path));
        else if (!allowed.Contains(text))
            causes.Add(Cause.NotSupported(path, GoSyntax.Quote(text), allowed));
    }

    private void Named(IReadOnlyList<string> problems, string path, string value) =>
        causes.AddRange(problems.Select(problem => Cause.Invalid(path, GoSyntax.Quote(value), problem)));

    private static string Show(long value) => value.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[-a-z0-9]+\z")]
    private static partial Regex PortCharacters();

    [GeneratedRegex(@"^[-._a-zA-Z][-._a-zA-Z0-9]*\z")]
    private static partial Regex EnvNamePattern();
}
