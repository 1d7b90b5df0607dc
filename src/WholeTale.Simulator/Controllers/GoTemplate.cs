using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>
/// A pod template as Go's spew prints it, which is what the real hash of a template is taken of. Only the fields that plain
/// templates set are known here; a template that sets another has no such text.
/// </summary>
internal static class GoTemplate
{
    private const string _meta =
        "Name:(string) GenerateName:(string) Namespace:(string) SelfLink:(string) UID:(types.UID) ResourceVersion:(string) Generation:(int64)0 "
        + "CreationTimestamp:(v1.Time){Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}} DeletionTimestamp:(*v1.Time)<nil> "
        + "DeletionGracePeriodSeconds:(*int64)<nil> Labels:(map[string]string){labels} Annotations:(map[string]string){annotations} "
        + "OwnerReferences:([]v1.OwnerReference)<nil> Finalizers:([]string)<nil> ManagedFields:([]v1.ManagedFieldsEntry)<nil>";

    private const string _container =
        "Name:(string){name} Image:(string){image} Command:([]string){command} Args:([]string){args} WorkingDir:(string){workingDir} "
        + "Ports:([]v1.ContainerPort)<nil> EnvFrom:([]v1.EnvFromSource)<nil> Env:([]v1.EnvVar)<nil> Resources:(v1.ResourceRequirements){Limits:(v1.ResourceList)<nil> "
        + "Requests:(v1.ResourceList)<nil> Claims:([]v1.ResourceClaim)<nil>} VolumeMounts:([]v1.VolumeMount)<nil> VolumeDevices:([]v1.VolumeDevice)<nil> "
        + "LivenessProbe:(*v1.Probe)<nil> ReadinessProbe:(*v1.Probe)<nil> StartupProbe:(*v1.Probe)<nil> Lifecycle:(*v1.Lifecycle)<nil> "
        + "TerminationMessagePath:(string){terminationMessagePath} TerminationMessagePolicy:(v1.TerminationMessagePolicy){terminationMessagePolicy} "
        + "ImagePullPolicy:(v1.PullPolicy){imagePullPolicy} SecurityContext:(*v1.SecurityContext)<nil> Stdin:(bool)false StdinOnce:(bool)false TTY:(bool)false";

    private const string _spec =
        "Volumes:([]v1.Volume)<nil> InitContainers:([]v1.Container)<nil> Containers:([]v1.Container){containers} EphemeralContainers:([]v1.EphemeralContainer)<nil> "
        + "RestartPolicy:(v1.RestartPolicy){restartPolicy} TerminationGracePeriodSeconds:(*int64){terminationGracePeriodSeconds} ActiveDeadlineSeconds:(*int64)<nil> "
        + "DNSPolicy:(v1.DNSPolicy){dnsPolicy} NodeSelector:(map[string]string){nodeSelector} ServiceAccountName:(string){serviceAccountName} "
        + "DeprecatedServiceAccount:(string){serviceAccount} AutomountServiceAccountToken:(*bool){automountServiceAccountToken} NodeName:(string) HostNetwork:(bool)false "
        + "HostPID:(bool)false HostIPC:(bool)false ShareProcessNamespace:(*bool)<nil> SecurityContext:(*v1.PodSecurityContext){SELinuxOptions:(*v1.SELinuxOptions)<nil> "
        + "WindowsOptions:(*v1.WindowsSecurityContextOptions)<nil> RunAsUser:(*int64)<nil> RunAsGroup:(*int64)<nil> RunAsNonRoot:(*bool)<nil> "
        + "SupplementalGroups:([]int64)<nil> FSGroup:(*int64)<nil> Sysctls:([]v1.Sysctl)<nil> FSGroupChangePolicy:(*v1.PodFSGroupChangePolicy)<nil> "
        + "SeccompProfile:(*v1.SeccompProfile)<nil>} ImagePullSecrets:([]v1.LocalObjectReference)<nil> Hostname:(string){hostname} Subdomain:(string){subdomain} "
        + "Affinity:(*v1.Affinity)<nil> SchedulerName:(string){schedulerName} Tolerations:([]v1.Toleration)<nil> HostAliases:([]v1.HostAlias)<nil> "
        + "PriorityClassName:(string){priorityClassName} Priority:(*int32)<nil> DNSConfig:(*v1.PodDNSConfig)<nil> ReadinessGates:([]v1.PodReadinessGate)<nil> "
        + "RuntimeClassName:(*string)<nil> EnableServiceLinks:(*bool){enableServiceLinks} PreemptionPolicy:(*v1.PreemptionPolicy)<nil> Overhead:(v1.ResourceList)<nil> "
        + "TopologySpreadConstraints:([]v1.TopologySpreadConstraint)<nil> SetHostnameAsFQDN:(*bool)<nil> OS:(*v1.PodOS)<nil> HostUsers:(*bool)<nil> "
        + "SchedulingGates:([]v1.PodSchedulingGate)<nil> ResourceClaims:([]v1.PodResourceClaim)<nil>";

    /// <summary>The text; null for a template that sets a field not known here.</summary>
    public static string? Print(JsonNode? template)
    {
        if (template?["metadata"] is not JsonObject metadata || template["spec"] is not JsonObject spec || spec["securityContext"] is JsonObject { Count: > 0 })
            return null;
        var containers = (spec["containers"] as JsonArray ?? []).Select(container => Fill(_container, (JsonObject)container!)).ToList();
        if (containers.Contains(null))
            return null;
        var meta = Fill(_meta, metadata);
        var pod = Fill(_spec, spec)?.Replace("{containers}", "[{" + string.Join("} {", containers) + "}]", StringComparison.Ordinal);
        return meta is null || pod is null ? null : "(v1.PodTemplateSpec){ObjectMeta:(v1.ObjectMeta){" + meta + "} Spec:(v1.PodSpec){" + pod + "}}";
    }

    private static string? Fill(string form, JsonObject value)
    {
        foreach (var (name, member) in value)
        {
            if (member is null or JsonObject { Count: 0 } || name == "containers")
                continue;
            var place = "{" + name + "}";
            if (!form.Contains(place, StringComparison.Ordinal))
                return null;
            form = form.Replace(place, Show(member), StringComparison.Ordinal);
        }

        // What is left is unset: nothing for a string, nil for what is held by reference.
        foreach (var (name, unset) in new[]
        {
            ("labels", "<nil>"), ("annotations", "<nil>"), ("command", "<nil>"), ("args", "<nil>"), ("nodeSelector", "<nil>"), ("terminationGracePeriodSeconds", "<nil>"),
            ("automountServiceAccountToken", "<nil>"), ("enableServiceLinks", "<nil>"), ("name", ""), ("image", ""), ("workingDir", ""), ("terminationMessagePath", ""),
            ("terminationMessagePolicy", ""), ("imagePullPolicy", ""), ("restartPolicy", ""), ("dnsPolicy", ""), ("serviceAccountName", ""), ("serviceAccount", ""),
            ("hostname", ""), ("subdomain", ""), ("schedulerName", ""), ("priorityClassName", ""),
        })
            form = form.Replace("{" + name + "}", unset, StringComparison.Ordinal);
        return form;
    }

    private static string Show(JsonNode member) => member switch
    {
        JsonObject map => "map[" + string.Join(' ', map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + ":" + pair.Value.Text())) + "]",
        JsonArray list => "[" + string.Join(' ', list.Select(item => item.Text())) + "]",
        _ => member.Text() ?? member.ToJsonString(),
    };
}
