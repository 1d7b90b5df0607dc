using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>A simulator with one object of each kind that is served, all in the namespace <c>d</c>, once they have come to life.</summary>
public sealed class DescribedCluster : IAsyncLifetime
{
    private readonly SimulatorFixture _fixture = new();

    public ClientTool Kubectl => ClientTool.Find("kubectl", _fixture.Simulator);

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        await Kubectl.RunAsync(Manifest, ["apply", "-f", "-"]);
        await Kubectl.RunAsync("wait", "--for=condition=established", "crd/widgets.d.example", "--timeout=30s");
        await Kubectl.RunAsync(Widget, ["apply", "-f", "-"]);
        await _fixture.UntilAsync("/apis/apps/v1/namespaces/d/deployments/web", found => (int?)found?["status"]?["availableReplicas"] == 2);
        await _fixture.UntilAsync("/apis/apps/v1/namespaces/d/statefulsets/db", found => (int?)found?["status"]?["readyReplicas"] == 1);
        await _fixture.UntilAsync("/apis/apps/v1/namespaces/d/daemonsets/agent", found => (int?)found?["status"]?["numberReady"] == 3);
        await _fixture.UntilAsync("/apis/batch/v1/namespaces/d/jobs/once", found => (int?)found?["status"]?["succeeded"] == 1);
        await _fixture.UntilAsync("/apis/networking.k8s.io/v1/namespaces/d/ingresses/web", found => found?["status"]?["loadBalancer"]?["ingress"] is not null);
        await _fixture.UntilAsync("/api/v1/namespaces/d/resourcequotas/bounds", found => (string?)found?["status"]?["used"]?["persistentvolumeclaims"] == "2");
        await _fixture.UntilAsync("/api/v1/persistentvolumes/d-disk", found => (string?)found?["status"]?["phase"] == "Available");
        await _fixture.UntilAsync("/apis/policy/v1/namespaces/d/poddisruptionbudgets/web", found => (int?)found?["status"]?["disruptionsAllowed"] == 1);
        await _fixture.UntilAsync("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/simulated-node-1", found => found is not null);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private const string Widget = "{apiVersion: d.example/v1, kind: Widget, metadata: {name: w, namespace: d}, spec: {size: 3}}";

    private const string Manifest = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: d}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: d}
        data: {colour: green}
        binaryData: {raw: AAEC}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: key, namespace: d}
        stringData: {password: abcd}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: robot, namespace: d}
        imagePullSecrets: [{name: key}]
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: d}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: d-disk}
        spec: {capacity: {storage: 2Gi}, accessModes: [ReadWriteMany], storageClassName: manual, nfs: {server: nfs.example, path: /x}}
        ---
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: bounds, namespace: d}
        spec: {hard: {pods: "20", persistentvolumeclaims: "4"}}
        ---
        apiVersion: v1
        kind: LimitRange
        metadata: {name: limits, namespace: d}
        spec: {limits: [{type: Container, default: {cpu: 200m, memory: 64Mi}, defaultRequest: {cpu: 100m, memory: 32Mi}, max: {cpu: "1"}}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: d}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              serviceAccountName: robot
              containers:
              - name: main
                image: nginx
                ports: [{containerPort: 80}]
                readinessProbe: {httpGet: {port: 80}}
                envFrom: [{configMapRef: {name: settings}}]
                env: [{name: P, valueFrom: {secretKeyRef: {name: key, key: password}}}]
                volumeMounts: [{name: data, mountPath: /data}]
              volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: d}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: d}
        spec:
          serviceName: db
          selector: {matchLabels: {app: db}}
          template: {metadata: {labels: {app: db}}, spec: {containers: [{name: main, image: mongo}]}}
          volumeClaimTemplates: [{metadata: {name: disk}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: agent, namespace: d}
        spec:
          selector: {matchLabels: {app: agent}}
          template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: main, image: nginx}]}}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: once, namespace: d}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox, command: ["true"]}]}}}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: daily, namespace: d}
        spec: {schedule: "0 0 1 1 *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: d}
        spec:
          ingressClassName: simulator
          tls: [{hosts: [a.example], secretName: key}]
          rules: [{host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: inside, namespace: d}
        spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 27017}]}]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader, namespace: d}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: reader, namespace: d}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
        subjects: [{kind: ServiceAccount, name: robot, namespace: d}]
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web, namespace: d}
        spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web, namespace: d}
        spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: db}, maxReplicas: 3}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.d.example}
        spec:
          group: d.example
          scope: Namespaced
          names: {plural: widgets, kind: Widget, shortNames: [wd]}
          versions:
          - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}}
        """;
}
