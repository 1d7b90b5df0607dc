using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Warnings;

/// <summary>What the API server of 1.26 warns of in a pod, or in the template of pods (pkg/api/pod/warnings.go, pkg/api/node/util.go), in its order.</summary>
/// <param name="prefix">What stands before the members' paths: nothing for a pod, <c>spec.template.</c> for a template.</param>
/// <param name="spec">The pod's spec.</param>
/// <param name="metadata">Its metadata.</param>
internal sealed class PodWarnings(string prefix, JsonObject? spec, JsonNode? metadata)
{
    private const string _seccomp = "deprecated since v1.19, non-functional in a future release; use the \"seccompProfile\" field instead";

    private static readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal)
    {
        ["beta.kubernetes.io/arch"] = "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        ["beta.kubernetes.io/os"] = "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        ["failure-domain.beta.kubernetes.io/region"] = "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
        ["failure-domain.beta.kubernetes.io/zone"] = "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
        ["beta.kubernetes.io/instance-type"] = "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
        ["app.kubernetes.io/created-by"] = "deprecated since v1.9",
        ["scheduler.alpha.kubernetes.io/preferAvoidPods"] = "deprecated since v1.22; use Taints and Tolerations instead",
        ["node-role.kubernetes.io/master"] = "use \"node-role.kubernetes.io/control-plane\" instead",
    };

    private static readonly (string Key, string Message)[] _annotations =
    [
        ("scheduler.alpha.kubernetes.io/critical-pod", "non-functional in v1.16+; use the \"priorityClassName\" field instead"),
        ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
        ("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
    ];

    private static readonly (string Member, string Message)[] _volumes =
    [
        ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
        ("gitRepo", "deprecated in v1.11"),
        ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
        ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
        ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
        ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
        ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ];

    public IEnumerable<string> All() => spec is null ? [] : Placement(spec)
        .Concat(Annotations())
        .Concat(Volumes(spec))
        .Concat(Duplicates(spec["hostAliases"], prefix + "spec.hostAliases", "ip"))
        .Concat(Duplicates(spec["imagePullSecrets"], prefix + "spec.imagePullSecrets", "name"))
        .Concat(Nameless(spec))
        .Concat(WriteWarnings.Fractions(spec["overhead"], prefix + "spec.overhead", "memory", "ephemeral-storage"))
        .Concat(Seccomp(spec["securityContext"], "seccomp.security.alpha.kubernetes.io/pod"))
        .Concat(new[] { "initContainers", "containers", "ephemeralContainers" }.SelectMany(list => spec[list].Objects().SelectMany((container, at) => Container(container, $"{prefix}spec.{list}[{at}]"))));

    private IEnumerable<string> Placement(JsonObject pod)
    {
        foreach (var (label, _) in (pod["nodeSelector"] as JsonObject ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (_labels.TryGetValue(label, out var message))
                yield return $"{prefix}spec.nodeSelector[{label}]: {message}";
        }

        var affinity = pod["affinity"]?["nodeAffinity"];
        var path = prefix + "spec.affinity.nodeAffinity.";
        var terms = (affinity?["requiredDuringSchedulingIgnoredDuringExecution"]?["nodeSelectorTerms"]).Objects()
            .Select((term, at) => (Term: (JsonNode?)term, Path: $"{path}requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[{at}]"))
            .Concat((affinity?["preferredDuringSchedulingIgnoredDuringExecution"]).Objects()
                .Select((term, at) => (Term: term["preference"], Path: $"{path}preferredDuringSchedulingIgnoredDuringExecution[{at}].preference")));
        foreach (var (term, where) in terms)
        {
            foreach (var (expression, at) in (term?["matchExpressions"]).Objects().Select((expression, at) => (expression, at)))
            {
                if (_labels.TryGetValue(expression["key"].Text() ?? "", out var message))
                    yield return $"{where}.matchExpressions[{at}].key: {expression["key"].Text()} is {message}";
            }
        }

        foreach (var (constraint, at) in pod["topologySpreadConstraints"].Objects().Select((constraint, at) => (constraint, at)))
        {
            if (_labels.TryGetValue(constraint["topologyKey"].Text() ?? "", out var message))
                yield return $"{prefix}spec.topologySpreadConstraints[{at}].topologyKey: {constraint["topologyKey"].Text()} is {message}";
        }
    }

    private IEnumerable<string> Annotations() => _annotations
        .Where(deprecated => metadata?["annotations"]?[deprecated.Key] is not null)
        .Select(deprecated => $"{prefix}metadata.annotations[{deprecated.Key}]: {deprecated.Message}");

    private IEnumerable<string> Volumes(JsonObject pod)
    {
        foreach (var (volume, at) in pod["volumes"].Objects().Select((volume, at) => (volume, at)))
        {
            var path = $"{prefix}spec.volumes[{at}]";
            foreach (var (member, message) in _volumes.Where(deprecated => volume[deprecated.Member] is not null))
                yield return $"{path}.{(member == "storageos" ? "storageOS" : member)}: {message}";
            var requests = volume["ephemeral"]?["volumeClaimTemplate"]?["spec"]?["resources"]?["requests"];
            foreach (var warning in WriteWarnings.Storage(requests, path + ".ephemeral.volumeClaimTemplate.spec.resources.requests"))
                yield return warning;
        }
    }

    private IEnumerable<string> Nameless(JsonObject pod) => pod["imagePullSecrets"].Objects()
        .Select((secret, at) => (Name: secret["name"].Text() ?? "", At: at)).Where(secret => secret.Name.Length == 0)
        .Select(secret => $"{prefix}spec.imagePullSecrets[{secret.At}].name: invalid empty name \"\"");

    private IEnumerable<string> Seccomp(JsonNode? context, string annotation)
    {
        if (context?["seccompProfile"] is null && metadata?["annotations"]?[annotation] is not null)
            yield return $"{prefix}metadata.annotations[{annotation}]: {_seccomp}";
    }

    private IEnumerable<string> Container(JsonObject container, string path) => Seccomp(container["securityContext"], "container.seccomp.security.alpha.kubernetes.io/" + container["name"].Text())
        .Concat(new[] { "memory", "ephemeral-storage" }.SelectMany(name => new[] { "limits", "requests" }
            .SelectMany(part => WriteWarnings.Fractions(container["resources"]?[part], $"{path}.resources.{part}", name))))
        .Concat(Duplicates(container["env"], path + ".env", "name"));

    private static IEnumerable<string> Duplicates(JsonNode? items, string path, string member)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, at) in items.Objects().Select((item, at) => (item, at)))
        {
            if (!seen.Add(item[member].Text() ?? ""))
                yield return $"{path}[{at}].{member}: duplicate {member} {GoSyntax.Quote(item[member].Text() ?? "")}";
        }
    }
}
