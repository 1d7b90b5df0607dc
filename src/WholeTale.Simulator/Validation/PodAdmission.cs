using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>What admission adds to new pods: service account, limits of the namespace, priority, tolerations.</summary>
internal sealed class PodAdmission(KubernetesApi api)
{
    private const string _suffixes = "bcdfghjklmnpqrstvwxz2456789";
    private const string _tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    public void Mutate(WriteRequest request, JsonObject pod)
    {
        var spec = pod["spec"] as JsonObject;
        if (spec is null)
            return;
        new LimitRanger(api).Fill(request, pod);
        ServiceAccount(request, pod, spec);
        Priority(request, pod, spec);
        Tolerations(spec);
    }

    /// <summary>
    /// Waits for the account of a new namespace, which its controller makes by itself: the plugin looks ten times, a tenth of a second or two apart
    /// (serviceaccount admission, getServiceAccount).
    /// </summary>
    /// <param name="ns">Where a pod is to be created.</param>
    /// <param name="pod">What was sent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task AwaitAccountAsync(string ns, JsonObject pod, CancellationToken cancellationToken)
    {
        if ((pod["spec"] as JsonObject)?["serviceAccountName"].Text() is not (null or "" or "default") || api.Store.Get(api.Kinds.Get("v1", "Namespace"), null, ns) is not { IsDeleting: false })
            return;
        var accounts = api.Kinds.Get("v1", "ServiceAccount");
        for (var attempt = 0; attempt < 10 && api.Store.Get(accounts, ns, "default") is null; attempt++)
            await Task.Delay(TimeSpan.FromMilliseconds(100), api.Options.Time, cancellationToken);
    }

    private void ServiceAccount(WriteRequest request, JsonObject pod, JsonObject spec)
    {
        if (spec["serviceAccountName"].Text() is null or "")
        {
            spec["serviceAccountName"] = "default";
            spec["serviceAccount"] = "default";
        }

        var name = spec["serviceAccountName"].Text()!;
        var kind = api.Kinds.Get("v1", "ServiceAccount");
        var account = api.Store.Get(kind, request.Namespace, name)?.Read()
            ?? throw Forbidden(request, pod, $"error looking up service account {request.Namespace}/{name}: serviceaccount \"{name}\" not found");
        if (spec["imagePullSecrets"] is not JsonArray { Count: > 0 } && account["imagePullSecrets"] is JsonArray { Count: > 0 } secrets)
            spec["imagePullSecrets"] = secrets.DeepClone();
        if ((spec["automountServiceAccountToken"].Flag() ?? account["automountServiceAccountToken"].Flag()) == false)
            return;
        MountToken(spec);
    }

    private static void MountToken(JsonObject spec)
    {
        var containers = new[] { "initContainers", "containers" }.SelectMany(list => (spec[list] as JsonArray ?? []).OfType<JsonObject>())
            .Where(container => !(container["volumeMounts"] as JsonArray ?? []).Any(mount => mount?["mountPath"].Text() == _tokenPath)).ToList();
        if (containers.Count == 0)
            return;
        var volume = "kube-api-access-" + System.Security.Cryptography.RandomNumberGenerator.GetString(_suffixes, 5);
        foreach (var container in containers)
        {
            if (container["volumeMounts"] is not JsonArray mounts)
                container["volumeMounts"] = mounts = [];
            mounts.Add(new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = _tokenPath });
        }

        if (spec["volumes"] is not JsonArray volumes)
            spec["volumes"] = volumes = [];
        volumes.Add(new JsonObject
        {
            ["name"] = volume,
            ["projected"] = new JsonObject
            {
                ["sources"] = new JsonArray(
                    new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607L, ["path"] = "token" } },
                    new JsonObject
                    {
                        ["configMap"] = new JsonObject
                        {
                            ["name"] = "kube-root-ca.crt",
                            ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                        },
                    },
                    new JsonObject
                    {
                        ["downwardAPI"] = new JsonObject
                        {
                            ["items"] = new JsonArray(new JsonObject
                            {
                                ["path"] = "namespace",
                                ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                            }),
                        },
                    }),
                ["defaultMode"] = 420L,
            },
        });
    }

    private void Priority(WriteRequest request, JsonObject pod, JsonObject spec)
    {
        var kind = api.Kinds.Get("scheduling.k8s.io/v1", "PriorityClass");
        var priority = 0L;
        var preemption = "PreemptLowerPriority";
        if (spec["priorityClassName"].Text() is { Length: > 0 } name)
        {
            var found = api.Store.Get(kind, null, name)?.Read()
                ?? throw Forbidden(request, pod, $"no PriorityClass with name {name} was found");
            priority = found["value"].Number() ?? 0;
            preemption = found["preemptionPolicy"].Text() ?? preemption;
        }
        else if (api.Store.List(kind).Items.Select(item => item.Read()).FirstOrDefault(item => item["globalDefault"].Flag() == true) is { } fallback)
        {
            spec["priorityClassName"] = fallback["metadata"]!["name"].Text();
            priority = fallback["value"].Number() ?? 0;
        }

        spec["priority"] = priority;
        spec["preemptionPolicy"] ??= preemption;
    }

    // DefaultTolerationSeconds
    private static void Tolerations(JsonObject spec)
    {
        if (spec["tolerations"] is not JsonArray tolerations)
            spec["tolerations"] = tolerations = [];
        foreach (var key in new[] { "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable" })
        {
            if (tolerations.Any(item => (item?["key"].Text() is null or "" || item["key"].Text() == key) && item?["effect"].Text() is null or "" or "NoExecute"))
                continue;
            tolerations.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300L });
        }
    }

    private static ApiStatusException Forbidden(WriteRequest request, JsonObject pod, string problem)
    {
        var name = pod["metadata"]?["name"].Text() ?? "";
        return new ApiStatusException(403, "Forbidden", $"pods \"{name}\" is forbidden: {problem}", ApiStatusException.DetailsOf(request.Kind, name));
    }
}
