using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api.Printing;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>Server-side printing: objects as rows.</summary>
internal sealed class Tables(KubernetesApi api)
{
    private static readonly Dictionary<(string Group, string Kind), Printer> _printers = new()
    {
        [("", "Pod")] = PodPrinter.Printer,
        [("", "Service")] = CorePrinters.Service,
        [("", "ConfigMap")] = CorePrinters.ConfigMap,
        [("", "Secret")] = CorePrinters.Secret,
        [("", "ServiceAccount")] = CorePrinters.ServiceAccount,
        [("", "Namespace")] = CorePrinters.Namespace,
        [("", "Endpoints")] = CorePrinters.Endpoints,
        [("", "PersistentVolumeClaim")] = CorePrinters.Claim,
        [("", "PersistentVolume")] = CorePrinters.Volume,
        [("", "Node")] = CorePrinters.Node,
        [("", "Event")] = CorePrinters.Event,
        [("", "ResourceQuota")] = CorePrinters.Quota,
        [("", "LimitRange")] = CorePrinters.NameOnly,
        [("", "ReplicationController")] = WorkloadPrinters.ReplicaSet,
        [("events.k8s.io", "Event")] = CorePrinters.Event,
        [("apps", "Deployment")] = WorkloadPrinters.Deployment,
        [("apps", "ReplicaSet")] = WorkloadPrinters.ReplicaSet,
        [("apps", "StatefulSet")] = WorkloadPrinters.StatefulSet,
        [("apps", "DaemonSet")] = WorkloadPrinters.DaemonSet,
        [("apps", "ControllerRevision")] = CorePrinters.Revision,
        [("batch", "Job")] = WorkloadPrinters.Job,
        [("batch", "CronJob")] = WorkloadPrinters.CronJob,
        [("networking.k8s.io", "Ingress")] = CorePrinters.Ingress,
        [("networking.k8s.io", "IngressClass")] = CorePrinters.IngressClass,
        [("networking.k8s.io", "NetworkPolicy")] = CorePrinters.NetworkPolicy,
        [("policy", "PodDisruptionBudget")] = CorePrinters.DisruptionBudget,
        [("rbac.authorization.k8s.io", "Role")] = CorePrinters.NameOnly,
        [("rbac.authorization.k8s.io", "ClusterRole")] = CorePrinters.NameOnly,
        [("rbac.authorization.k8s.io", "RoleBinding")] = CorePrinters.Binding,
        [("rbac.authorization.k8s.io", "ClusterRoleBinding")] = CorePrinters.Binding,
        [("storage.k8s.io", "StorageClass")] = CorePrinters.StorageClass,
        [("scheduling.k8s.io", "PriorityClass")] = CorePrinters.PriorityClass,
        [("coordination.k8s.io", "Lease")] = CorePrinters.Lease,
        [("discovery.k8s.io", "EndpointSlice")] = CorePrinters.EndpointSlice,
        [("apiextensions.k8s.io", "CustomResourceDefinition")] = CorePrinters.NameOnly,
    };

    public JsonObject Of(Kind kind, IReadOnlyList<StoredObject> items, long resourceVersion, bool includeObject)
    {
        var printer = kind.Printer ?? _printers.GetValueOrDefault((kind.Group, kind.Name), CorePrinters.Default);
        var now = api.Options.Time.GetUtcNow();
        var rows = new JsonArray();
        foreach (var item in items)
        {
            var row = new JsonObject { ["cells"] = new JsonArray([.. printer.Cells((kind.Custom ? item : item.Source ?? item).Read(), now)]) };
            if (includeObject)
                row["object"] = JsonTree.Parse(Representation.Metadata(item).Span);
            rows.Add(row);
        }

        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = resourceVersion.ToString(CultureInfo.InvariantCulture) },
            ["columnDefinitions"] = new JsonArray([.. printer.Columns.Select(Definition)]),
            ["rows"] = rows,
        };
    }

    private static JsonObject Definition(Column column) => new()
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };
}
