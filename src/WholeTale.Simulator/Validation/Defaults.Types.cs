using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <content>The functions, a Go type each.</content>
internal static partial class Defaults
{
    private static readonly Dictionary<string, Action<JsonObject>> _byType = new(StringComparer.Ordinal)
    {
        ["PodSpec"] = PodSpec,
        ["Pod"] = Pod,
        ["Container"] = Container,
        ["EphemeralContainer"] = Container,
        ["ContainerPort"] = value => value.Put("protocol", "TCP"),
        ["Probe"] = Probe,
        ["HTTPGetAction"] = value =>
        {
            value.Put("path", "/");
            value.Put("scheme", "HTTP");
        },
        ["GRPCAction"] = value => value["service"] ??= "",
        ["ObjectFieldSelector"] = value => value.Put("apiVersion", "v1"),
        ["ResourceFieldSelector"] = value => value.Put("divisor", "0"),
        ["Volume"] = Volume,
        ["SecretVolumeSource"] = value => value.Put("defaultMode", 420L),
        ["ConfigMapVolumeSource"] = value => value.Put("defaultMode", 420L),
        ["DownwardAPIVolumeSource"] = value => value.Put("defaultMode", 420L),
        ["ProjectedVolumeSource"] = value => value.Put("defaultMode", 420L),
        ["ServiceAccountTokenProjection"] = value => value.Put("expirationSeconds", 3600L),
        ["HostPathVolumeSource"] = value => value["type"] ??= "",
        ["ISCSIVolumeSource"] = value => value.Put("iscsiInterface", "default"),
        ["AzureDiskVolumeSource"] = AzureDisk,
        ["Service"] = Service,
        ["Secret"] = Secret,
        ["PersistentVolumeClaim"] = value => value.In("status").Put("phase", "Pending"),
        ["PersistentVolumeClaimSpec"] = value => value.Put("volumeMode", "Filesystem"),
        ["PersistentVolume"] = value => value.In("status").Put("phase", "Pending"),
        ["PersistentVolumeSpec"] = value =>
        {
            value.Put("persistentVolumeReclaimPolicy", "Retain");
            value.Put("volumeMode", "Filesystem");
        },
        ["Namespace"] = value => value.In("status").Put("phase", "Active"),
        ["Endpoints"] = Endpoints,
        ["LimitRangeItem"] = LimitRangeItem,
        ["Deployment"] = Deployment,
        ["ReplicaSet"] = ReplicaSet,
        ["StatefulSet"] = StatefulSet,
        ["DaemonSet"] = DaemonSet,
        ["HorizontalPodAutoscalerSpec"] = Autoscaler,
        ["Job"] = Job,
        ["CronJob"] = CronJob,
        ["NetworkPolicy"] = NetworkPolicy,
        ["NetworkPolicyPort"] = value => value.Put("protocol", "TCP"),
        ["StorageClass"] = value =>
        {
            value.Put("reclaimPolicy", "Delete");
            value.Put("volumeBindingMode", "Immediate");
        },
        ["ClusterRoleBinding"] = Binding,
        ["RoleBinding"] = Binding,
        ["PriorityClass"] = value => value.Put("preemptionPolicy", "PreemptLowerPriority"),
        ["EndpointSlice"] = EndpointSlice,
        ["IngressClass"] = IngressClass,
        ["CustomResourceDefinition"] = CustomResourceDefinition,
        ["TopologySpreadConstraint"] = _ => { },
    };

    private static void Pod(JsonObject pod)
    {
        var spec = pod.In("spec");
        spec["enableServiceLinks"] ??= true;
        foreach (var container in Containers(spec))
        {
            // Limits are requests where no request is made.
            if (container["resources"] is not JsonObject { } resources || resources["limits"] is not JsonObject limits)
                continue;
            var requests = resources.In("requests");
            foreach (var (name, value) in limits)
            {
                if (!requests.ContainsKey(name))
                    requests[name] = value?.DeepClone();
            }
        }

        if (spec["hostNetwork"].Flag() == true)
            HostPorts(spec);
    }

    private static void PodSpec(JsonObject spec)
    {
        spec.Put("dnsPolicy", "ClusterFirst");
        spec.Put("restartPolicy", "Always");
        if (spec["hostNetwork"].Flag() == true)
            HostPorts(spec);
        spec.In("securityContext");
        spec.Put("terminationGracePeriodSeconds", 30L);
        spec.Put("schedulerName", "default-scheduler");
        if (spec["serviceAccountName"].Text() is { Length: > 0 } account)
            spec["serviceAccount"] = account;
        else if (spec["serviceAccount"].Text() is { Length: > 0 } old)
            spec["serviceAccountName"] = old;
    }

    private static IEnumerable<JsonObject> Containers(JsonObject spec) =>
        new[] { "initContainers", "containers" }.SelectMany(name => (spec[name] as JsonArray ?? []).OfType<JsonObject>());

    private static void HostPorts(JsonObject spec)
    {
        foreach (var port in Containers(spec).SelectMany(container => (container["ports"] as JsonArray ?? []).OfType<JsonObject>()))
        {
            if (port["hostPort"].Number() is null or 0)
                port["hostPort"] = port["containerPort"].Number() ?? 0;
        }
    }

    private static void Container(JsonObject container)
    {
        if (container["imagePullPolicy"].Text() is null or "")
            container["imagePullPolicy"] = TagOf(container["image"].Text() ?? "") == "latest" ? "Always" : "IfNotPresent";
        container.Put("terminationMessagePath", "/dev/termination-log");
        container.Put("terminationMessagePolicy", "File");
        container.In("resources");
    }

    // parsers.ParseImageName: no tag and no digest means latest.
    private static string TagOf(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
            return "";
        var name = image[(image.LastIndexOf('/') + 1)..];
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? "latest" : name[(colon + 1)..];
    }

    private static void Probe(JsonObject probe)
    {
        probe.Put("timeoutSeconds", 1L);
        probe.Put("periodSeconds", 10L);
        probe.Put("successThreshold", 1L);
        probe.Put("failureThreshold", 3L);
    }

    private static void Volume(JsonObject volume)
    {
        if (volume.All(member => member.Key == "name" || member.Value is null))
            volume["emptyDir"] = new JsonObject();
    }

    private static void Autoscaler(JsonObject spec)
    {
        spec["minReplicas"] ??= 1L;
        spec["metrics"] ??= new JsonArray(new JsonObject
        {
            ["type"] = "Resource",
            ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = 80L } },
        });
    }

    private static void AzureDisk(JsonObject disk)
    {
        disk["cachingMode"] ??= "ReadWrite";
        disk["kind"] ??= "Shared";
        disk["fsType"] ??= "ext4";
        disk["readOnly"] ??= false;
    }

    private static void Service(JsonObject service)
    {
        var spec = service.In("spec");
        spec.Put("sessionAffinity", "None");
        if (spec["sessionAffinity"].Text() == "None")
            spec.Remove("sessionAffinityConfig");
        else
            spec.In("sessionAffinityConfig").In("clientIP")["timeoutSeconds"] ??= 10800L;
        spec.Put("type", "ClusterIP");
        foreach (var port in (spec["ports"] as JsonArray ?? []).OfType<JsonObject>())
        {
            port.Put("protocol", "TCP");
            if (port["targetPort"] is null || port["targetPort"].Number() is 0 || port["targetPort"].Text() is "")
                port["targetPort"] = port["port"]?.DeepClone() ?? 0L;
        }

        var type = spec["type"].Text();
        if (type is "NodePort" or "LoadBalancer")
            spec.Put("externalTrafficPolicy", "Cluster");
        if (type is "NodePort" or "LoadBalancer" or "ClusterIP")
            spec.Put("internalTrafficPolicy", "Cluster");
        if (type == "LoadBalancer")
            spec["allocateLoadBalancerNodePorts"] ??= true;
    }

    private static void Secret(JsonObject secret)
    {
        // conversion.go: stringData is written over data and is never stored.
        if (secret["stringData"] is JsonObject text)
        {
            var data = secret.In("data");
            foreach (var (name, value) in text)
                data[name] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value.Text() ?? ""));
            secret.Remove("stringData");
        }

        secret.Put("type", "Opaque");
    }

    private static void Endpoints(JsonObject endpoints)
    {
        foreach (var port in (endpoints["subsets"] as JsonArray ?? []).OfType<JsonObject>()
            .SelectMany(subset => (subset["ports"] as JsonArray ?? []).OfType<JsonObject>()))
            port.Put("protocol", "TCP");
    }

    private static void LimitRangeItem(JsonObject item)
    {
        if (item["type"].Text() != "Container")
            return;
        Fill(item, "default", "max");
        Fill(item, "defaultRequest", "default");
        Fill(item, "defaultRequest", "min");
    }

    private static void Fill(JsonObject item, string target, string source)
    {
        if (item[source] is not JsonObject { Count: > 0 } values)
            return;
        var filled = item.In(target);
        foreach (var (name, value) in values)
        {
            if (!filled.ContainsKey(name))
                filled[name] = value?.DeepClone();
        }
    }

    private static void Deployment(JsonObject deployment)
    {
        var spec = deployment.In("spec");
        spec["replicas"] ??= 1L;
        var strategy = spec.In("strategy");
        strategy.Put("type", "RollingUpdate");
        if (strategy["type"].Text() == "RollingUpdate")
        {
            var rolling = strategy.In("rollingUpdate");
            rolling["maxUnavailable"] ??= "25%";
            rolling["maxSurge"] ??= "25%";
        }

        spec["revisionHistoryLimit"] ??= 10L;
        spec["progressDeadlineSeconds"] ??= 600L;
    }

    private static void ReplicaSet(JsonObject set) => set.In("spec")["replicas"] ??= 1L;

    private static void StatefulSet(JsonObject set)
    {
        var spec = set.In("spec");
        spec.Put("podManagementPolicy", "OrderedReady");
        var strategy = spec.In("updateStrategy");
        strategy.Put("type", "RollingUpdate");
        if (strategy["type"].Text() == "RollingUpdate")
            strategy.In("rollingUpdate")["partition"] ??= 0L;
        spec["replicas"] ??= 1L;
        spec["revisionHistoryLimit"] ??= 10L;
        // The templates are claims and are defaulted as such, with kind and version.
        foreach (var claim in (spec["volumeClaimTemplates"] as JsonArray ?? []).OfType<JsonObject>())
        {
            claim["kind"] = "PersistentVolumeClaim";
            claim["apiVersion"] = "v1";
        }
    }

    private static void DaemonSet(JsonObject set)
    {
        var spec = set.In("spec");
        var strategy = spec.In("updateStrategy");
        strategy.Put("type", "RollingUpdate");
        if (strategy["type"].Text() == "RollingUpdate")
        {
            var rolling = strategy.In("rollingUpdate");
            rolling["maxUnavailable"] ??= 1L;
            rolling["maxSurge"] ??= 0L;
        }

        spec["revisionHistoryLimit"] ??= 10L;
    }

    private static void Job(JsonObject job)
    {
        var spec = job.In("spec");
        JobSpec(spec);
    }

    private static void JobSpec(JsonObject spec)
    {
        if (spec["completions"] is null && spec["parallelism"] is null)
        {
            spec["completions"] = 1L;
            spec["parallelism"] = 1L;
        }

        spec["parallelism"] ??= 1L;
        spec["backoffLimit"] ??= 6L;
        spec.Put("completionMode", "NonIndexed");
        spec["suspend"] ??= false;
    }

    private static void CronJob(JsonObject job)
    {
        var spec = job.In("spec");
        spec.Put("concurrencyPolicy", "Allow");
        spec["suspend"] ??= false;
        spec["successfulJobsHistoryLimit"] ??= 3L;
        spec["failedJobsHistoryLimit"] ??= 1L;
    }

    private static void NetworkPolicy(JsonObject policy)
    {
        var spec = policy.In("spec");
        if (spec["policyTypes"] is not JsonArray { Count: > 0 })
            spec["policyTypes"] = spec["egress"] is JsonArray { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
    }

    private static void Binding(JsonObject binding)
    {
        binding.In("roleRef").Put("apiGroup", "rbac.authorization.k8s.io");
        foreach (var subject in (binding["subjects"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (subject["kind"].Text() is "User" or "Group")
                subject.Put("apiGroup", "rbac.authorization.k8s.io");
        }
    }

    private static void EndpointSlice(JsonObject slice)
    {
        foreach (var port in (slice["ports"] as JsonArray ?? []).OfType<JsonObject>())
        {
            port["name"] ??= "";
            port["protocol"] ??= "TCP";
        }
    }

    private static void IngressClass(JsonObject ingressClass)
    {
        if (ingressClass["spec"]?["parameters"] is JsonObject parameters)
            parameters["scope"] ??= "Cluster";
    }

    private static void CustomResourceDefinition(JsonObject definition)
    {
        var spec = definition.In("spec");
        var names = spec.In("names");
        names.Put("singular", (names["kind"].Text() ?? "").ToLowerInvariant());
        names.Put("listKind", names["kind"].Text() + "List");
        spec.In("conversion").Put("strategy", "None");
    }
}
