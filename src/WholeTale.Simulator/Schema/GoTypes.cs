using System.Collections.Frozen;
using System.Globalization;

namespace WholeTale.Simulator.Schema;

/// <summary>
/// What reflection over the client's models cannot tell and the wire shows: how Go declares each field. Written from the API
/// reference, a line a type, of fields with marks:
/// <c>*</c> held by pointer (a zero is kept), <c>!</c> written even when unset, <c>[key,...]</c> a list map, <c>[]</c> a set,
/// <c>-</c> after those: owned by item but replaced as a whole by a strategic merge patch, <c>~</c> owned as a whole,
/// <c>^</c> retainKeys, <c>=</c> replaced as a whole by a strategic merge patch, <c>%</c> owned by member although its type is not,
/// <c>?</c> need not be sent although it is always written, <c>+</c> has to be sent. Structs held by value are named with <c>!</c>.
/// </summary>
internal static class GoTypes
{
    private const string _table = """
        ObjectMeta: creationTimestamp! deletionGracePeriodSeconds* finalizers[] ownerReferences[uid]
        ListMeta: remainingItemCount*
        OwnerReference ~: apiVersion! kind! name! uid! controller* blockOwnerDeletion*
        LabelSelector ~:
        LabelSelectorRequirement: key! operator!
        Condition: type! status! lastTransitionTime! reason! message!
        LocalObjectReference ~:
        TypedLocalObjectReference ~: apiGroup* kind! name!
        TypedObjectReference: apiGroup* kind! name! namespace*
        ObjectReference ~:
        ObjectFieldSelector ~: fieldPath!
        ResourceFieldSelector ~: resource! divisor!?
        ConfigMapKeySelector ~: key! optional*
        SecretKeySelector ~: key! optional*
        ConfigMapEnvSource: optional*
        SecretEnvSource: optional*
        SecretReference ~:
        NodeSelector ~: nodeSelectorTerms!
        NodeSelectorTerm ~:
        NodeSelectorRequirement: key! operator!
        TopologySelectorTerm ~:
        TopologySelectorLabelRequirement: key! values!
        ScopeSelector ~:
        ScopedResourceSelectorRequirement: scopeName! operator!
        Container: name! resources! env[name] ports[containerPort,protocol] volumeMounts[mountPath] volumeDevices[devicePath]
        EphemeralContainer: name! resources! env[name] ports[containerPort,protocol] volumeMounts[mountPath] volumeDevices[devicePath]
        EnvVar: name!
        ContainerPort: containerPort!
        VolumeMount: name! mountPath! mountPropagation*
        VolumeDevice: name! devicePath!
        ResourceRequirements: claims[name]-
        ResourceClaim: name!
        HTTPGetAction: port!
        HTTPHeader: name! value!
        TCPSocketAction: port!
        GRPCAction: port! service*
        Probe: terminationGracePeriodSeconds*
        SecurityContext: privileged* runAsUser* runAsGroup* runAsNonRoot* readOnlyRootFilesystem* allowPrivilegeEscalation* procMount*
        SeccompProfile: type! localhostProfile*
        WindowsSecurityContextOptions: gmsaCredentialSpecName* gmsaCredentialSpec* runAsUserName* hostProcess*
        PodSecurityContext: runAsUser* runAsGroup* runAsNonRoot* fsGroup* fsGroupChangePolicy*
        Sysctl: name! value!
        PodSpec: volumes[name]^ initContainers[name] containers[name]! ephemeralContainers[name] terminationGracePeriodSeconds* activeDeadlineSeconds* nodeSelector~ automountServiceAccountToken* shareProcessNamespace* imagePullSecrets[name] hostAliases[ip] priority* runtimeClassName* enableServiceLinks* preemptionPolicy* topologySpreadConstraints[topologyKey,whenUnsatisfiable] setHostnameAsFQDN* hostUsers* schedulingGates[name] resourceClaims[name]^
        PodSchedulingGate: name!
        HostAlias:
        Toleration: tolerationSeconds*
        TopologySpreadConstraint: maxSkew! topologyKey! whenUnsatisfiable! minDomains* nodeAffinityPolicy* nodeTaintsPolicy*
        PodAffinityTerm: topologyKey!
        WeightedPodAffinityTerm: weight! podAffinityTerm!
        PreferredSchedulingTerm: weight! preference!
        PodDNSConfigOption: value*
        PodReadinessGate: conditionType!
        PodTemplateSpec: metadata! spec!
        Pod: metadata! spec! status!
        PodStatus: conditions[type] podIPs[ip]
        PodIP:
        PodCondition: type! status! lastProbeTime!? lastTransitionTime!?
        ContainerStatus: name! state!? lastState!? ready! restartCount! image! imageID! started*
        ContainerStateRunning: startedAt!?
        ContainerStateTerminated: exitCode! startedAt!? finishedAt!?
        Volume: name!
        HostPathVolumeSource: path! type*
        EmptyDirVolumeSource: sizeLimit
        SecretVolumeSource: defaultMode* optional*
        ConfigMapVolumeSource: defaultMode* optional*
        KeyToPath: key! path! mode*
        ProjectedVolumeSource: sources!? defaultMode*
        SecretProjection: optional*
        ConfigMapProjection: optional*
        ServiceAccountTokenProjection: expirationSeconds* path!
        DownwardAPIVolumeSource: defaultMode*
        DownwardAPIVolumeFile: path! mode*
        PersistentVolumeClaimVolumeSource: claimName!
        EphemeralVolumeSource:
        PersistentVolumeClaimTemplate: metadata spec!+
        NFSVolumeSource: server! path!
        CSIVolumeSource: driver! readOnly* fsType*
        GCEPersistentDiskVolumeSource: pdName!
        AWSElasticBlockStoreVolumeSource: volumeID!
        AzureDiskVolumeSource: diskName! diskURI! cachingMode* fsType* readOnly* kind*
        AzureFileVolumeSource: secretName! shareName!
        GitRepoVolumeSource: repository!
        ISCSIVolumeSource: targetPortal! iqn! lun! initiatorName*
        GlusterfsVolumeSource: endpoints! path!
        RBDVolumeSource: monitors! image!
        CephFSVolumeSource: monitors!
        CinderVolumeSource: volumeID!
        FCVolumeSource: lun*
        FlexVolumeSource: driver!
        Service: metadata! spec! status!
        ServiceSpec: ports[port,protocol] selector~ ipFamilyPolicy* allocateLoadBalancerNodePorts* loadBalancerClass* internalTrafficPolicy*
        ServicePort: port! targetPort! appProtocol*
        ClientIPConfig: timeoutSeconds*
        ServiceStatus: loadBalancer! conditions[type]
        PortStatus: port! protocol! error*
        Endpoints: metadata!
        EndpointSubset:
        EndpointAddress ~: ip! nodeName*
        EndpointPort ~: port! appProtocol*
        ConfigMap: metadata! immutable*
        Secret: metadata! immutable*
        ServiceAccount: metadata! secrets[name] imagePullSecrets~ automountServiceAccountToken*
        Namespace: metadata! spec! status!
        NamespaceStatus: conditions[type]
        NamespaceCondition: type! status! lastTransitionTime
        Node: metadata! spec! status!
        NodeSpec: podCIDRs[]
        Taint: key! effect!
        NodeStatus: conditions[type] addresses[type] daemonEndpoints!? nodeInfo!?
        NodeDaemonEndpoints: kubeletEndpoint!?
        DaemonEndpoint: Port!
        NodeSystemInfo: machineID! systemUUID! bootID! kernelVersion! osImage! containerRuntimeVersion! kubeletVersion! kubeProxyVersion! operatingSystem! architecture!
        NodeAddress: type! address!
        NodeCondition: type! status! lastHeartbeatTime!? lastTransitionTime!?
        ContainerImage: names!?
        AttachedVolume: name! devicePath!
        Event: metadata!+ involvedObject! source!? firstTimestamp!? lastTimestamp!? eventTime!? reportingComponent!? reportingInstance!?
        EventSeries:
        EventsV1Event: metadata!+ eventTime!? regarding!? deprecatedSource!? deprecatedFirstTimestamp!? deprecatedLastTimestamp!?
        EventsV1EventSeries: count! lastObservedTime!
        LimitRange: metadata! spec!
        LimitRangeSpec: limits!
        LimitRangeItem: type!
        ResourceQuota: metadata! spec! status!
        PersistentVolume: metadata! spec! status!
        PersistentVolumeSpec: claimRef% volumeMode*
        CSIPersistentVolumeSource: driver! volumeHandle!
        HostPathVolumeSourceX:
        LocalVolumeSource: path! fsType*
        GCEPersistentDiskPersistentVolumeSource: pdName!
        PersistentVolumeClaim: metadata! spec! status!
        PersistentVolumeClaimSpec: resources! storageClassName* volumeMode*
        PersistentVolumeClaimStatus: conditions[type] resizeStatus*
        PersistentVolumeClaimCondition: type! status! lastProbeTime!? lastTransitionTime!?
        PodTemplate: metadata! template!?
        ReplicationController: metadata! spec! status!
        ReplicationControllerSpec: replicas* selector~
        ReplicationControllerStatus: replicas! conditions[type]
        Deployment: metadata! spec! status!
        DeploymentSpec: replicas* selector*! template! strategy!^ revisionHistoryLimit* progressDeadlineSeconds*
        DeploymentStrategy:
        DeploymentStatus: conditions[type] collisionCount*
        DeploymentCondition: type! status! lastUpdateTime!? lastTransitionTime!?
        ReplicaSet: metadata! spec! status!
        ReplicaSetSpec: replicas* selector*! template!?
        ReplicaSetStatus: replicas! conditions[type]
        ReplicaSetCondition: type! status! lastTransitionTime!?
        StatefulSet: metadata! spec! status!
        StatefulSetSpec: replicas* selector*! template! serviceName! updateStrategy! revisionHistoryLimit*
        RollingUpdateStatefulSetStrategy: partition*
        StatefulSetOrdinals: start!?
        StatefulSetStatus: replicas! availableReplicas!? conditions[type] collisionCount*
        StatefulSetCondition: type! status! lastTransitionTime!?
        DaemonSet: metadata! spec! status!
        DaemonSetSpec: selector*! template! updateStrategy! revisionHistoryLimit*
        DaemonSetStatus: currentNumberScheduled! numberMisscheduled! desiredNumberScheduled! numberReady! conditions[type] collisionCount*
        DaemonSetCondition: type! status! lastTransitionTime!?
        ControllerRevision: metadata! data!? revision!
        HorizontalPodAutoscaler: metadata! spec! status!
        HorizontalPodAutoscalerSpec: scaleTargetRef! minReplicas* maxReplicas!
        HorizontalPodAutoscalerStatus: observedGeneration* desiredReplicas! currentMetrics! conditions[type]
        HorizontalPodAutoscalerCondition: type! status! lastTransitionTime!?
        CrossVersionObjectReference: kind! name!
        MetricSpec: type!
        ResourceMetricSource: name! target!
        MetricTarget: type! averageUtilization*
        Job: metadata! spec! status!
        JobSpec: parallelism* completions* activeDeadlineSeconds* backoffLimit* manualSelector* template! ttlSecondsAfterFinished* completionMode* suspend*
        PodFailurePolicy: rules!
        PodFailurePolicyRule: action!
        PodFailurePolicyOnExitCodesRequirement: containerName* operator! values[]-!
        PodFailurePolicyOnPodConditionsPattern: type! status!
        JobStatus: conditions~[type] ready*
        JobCondition: type! status! lastProbeTime!? lastTransitionTime!?
        UncountedTerminatedPods: succeeded[]- failed[]-
        CronJob: metadata! spec! status!
        CronJobSpec: schedule! timeZone* startingDeadlineSeconds* suspend* jobTemplate! successfulJobsHistoryLimit* failedJobsHistoryLimit*
        JobTemplateSpec: metadata! spec!
        CronJobStatus:
        Ingress: metadata! spec! status!
        IngressSpec: ingressClassName*
        HTTPIngressRuleValue: paths!
        HTTPIngressPath: pathType*! backend!
        IngressServiceBackend: name! port!?
        IngressStatus: loadBalancer!
        IngressClass: metadata! spec!
        IngressClassParametersReference: apiGroup* kind! name! scope* namespace*
        NetworkPolicy: metadata! spec! status!
        NetworkPolicySpec: podSelector!
        NetworkPolicyPort: protocol* endPort*
        NetworkPolicyStatus: conditions[type]-
        IPBlock: cidr!
        PodDisruptionBudget: metadata! spec! status!
        PodDisruptionBudgetSpec: selector= unhealthyPodEvictionPolicy*
        PodDisruptionBudgetStatus: disruptionsAllowed! currentHealthy! desiredHealthy! expectedPods! conditions[type]
        Role: metadata! rules!?
        ClusterRole: metadata! rules!?
        PolicyRule: verbs!
        RoleBinding: metadata! roleRef!
        ClusterRoleBinding: metadata! roleRef!
        RoleRef ~: apiGroup! kind! name!
        Subject ~: kind! name!
        RbacV1Subject ~: kind! name!
        StorageClass: metadata! provisioner! reclaimPolicy* allowVolumeExpansion* volumeBindingMode*
        CSIDriver: metadata! spec!+
        CSIDriverSpec: attachRequired* podInfoOnMount* volumeLifecycleModes[]- storageCapacity* fsGroupPolicy* requiresRepublish* seLinuxMount*
        CSINode: metadata! spec!+
        CSINodeSpec: drivers[name]!
        CSINodeDriver: name! nodeID! topologyKeys!?
        CSIStorageCapacity: metadata! storageClassName!
        VolumeAttachment: metadata! spec!+ status!
        VolumeAttachmentSpec: attacher! source! nodeName!
        VolumeAttachmentSource: persistentVolumeName*
        VolumeAttachmentStatus: attached!
        PriorityClass: metadata! value! preemptionPolicy*
        Lease: metadata! spec!
        LeaseSpec: holderIdentity* leaseDurationSeconds* acquireTime* renewTime* leaseTransitions*
        EndpointSlice: metadata! addressType! endpoints! ports!?
        Endpoint: addresses[]-! conditions! hostname* nodeName* zone*
        EndpointConditions: ready* serving* terminating*
        DiscoveryV1EndpointPort ~: name* protocol* port* appProtocol*
        ForZone: name!
        CustomResourceDefinition: metadata! spec!+ status!
        CustomResourceDefinitionSpec: group! names! scope! versions!
        CustomResourceDefinitionNames: plural! kind!
        CustomResourceDefinitionVersion: name! served! storage! deprecationWarning*
        CustomResourceSubresourceScale: specReplicasPath! statusReplicasPath! labelSelectorPath*
        CustomResourceColumnDefinition: name! type! jsonPath!
        CustomResourceConversion: strategy!
        CustomResourceDefinitionStatus: conditions[type]-!? acceptedNames!? storedVersions!?
        CustomResourceDefinitionCondition: type! status! lastTransitionTime
        JSONSchemaProps: maximum* minimum* maxLength* minLength* maxItems* minItems* multipleOf* maxProperties* minProperties* x-kubernetes-preserve-unknown-fields* x-kubernetes-list-type* x-kubernetes-map-type* x-kubernetes-validations[rule]
        SelfSubjectAccessReview: metadata! spec! status!
        SubjectAccessReview: metadata! spec! status!
        LocalSubjectAccessReview: metadata! spec! status!
        SubjectAccessReviewStatus: allowed!
        SelfSubjectRulesReview: metadata! spec! status!
        SubjectRulesReviewStatus: resourceRules! nonResourceRules! incomplete!
        ResourceRule: verbs!
        NonResourceRule: verbs!
        TokenReview: metadata! spec! status!
        TokenReviewStatus: user!
        AuthenticationV1TokenRequest: metadata! spec! status!
        V1TokenRequestSpec: audiences! expirationSeconds* boundObjectRef*!
        TokenRequestSpec: audiences! expirationSeconds* boundObjectRef*!
        TokenRequestStatus: token! expirationTimestamp!
        Scale: metadata! spec! status!
        ScaleStatus: replicas!
        Eviction: metadata!
        Binding: metadata! target!
        Preconditions: uid* resourceVersion*
        ManagedFieldsEntry:
        AzureFilePersistentVolumeSource: secretName! shareName!
        CephFSPersistentVolumeSource: monitors!
        CinderPersistentVolumeSource: volumeID!
        ComponentCondition: status! type!
        ConfigMapNodeConfigSource: kubeletConfigKey! name! namespace!
        FlexPersistentVolumeSource: driver!
        GlusterfsPersistentVolumeSource: endpoints! path!
        ISCSIPersistentVolumeSource: iqn! lun! targetPortal!
        IngressPortStatus: port! protocol!
        PhotonPersistentDiskVolumeSource: pdID!
        PodOS: name!
        PodResourceClaim: name!
        PortworxVolumeSource: volumeID!
        QuobyteVolumeSource: registry! volume!
        RBDPersistentVolumeSource: image! monitors!
        ReplicationControllerCondition: status! type!
        ScaleIOPersistentVolumeSource: gateway! secretRef! system!
        ScaleIOVolumeSource: gateway! secretRef! system!
        TokenRequest: audience!
        ValidationRule: rule!
        VsphereVirtualDiskVolumeSource: volumePath!
        WebhookConversion: conversionReviewVersions!
        """;

    // What the client's models have beyond 1.26: the server does not know it; what is marked @ a server of that minor version does.
    private const string _later = """
        CSIDriverSpec: nodeAllocatableUpdatePeriodSeconds preventPodSchedulingIfMissing serviceAccountTokenInSecrets
        CSINode: status
        ConfigMapVolumeSource: defaultUser
        Container: resizePolicy restartPolicy restartPolicyRules
        ContainerStatus: allocatedResources allocatedResourcesStatus resources stopSignal user volumeMounts
        CustomResourceDefinitionCondition: observedGeneration
        CustomResourceDefinitionStatus: observedGeneration
        CustomResourceDefinitionVersion: selectableFields
        DeploymentStatus: terminatingReplicas
        DownwardAPIVolumeFile: user
        DownwardAPIVolumeSource: defaultUser
        EmptyDirVolumeSource: mode
        EndpointHints: forNodes
        EnvVarSource: fileKeyRef
        EphemeralContainer: resizePolicy restartPolicy restartPolicyRules
        GRPCAction: mode
        HTTPGetAction: protocol
        JobSpec: backoffLimitPerIndex managedBy maxFailedIndexes podReplacementPolicy scheduling successPolicy
        JobStatus: failedIndexes terminating
        KeyToPath: user
        LeaseSpec: preferredHolder strategy
        Lifecycle: stopSignal
        LifecycleHandler: sleep
        LoadBalancerIngress: ipMode
        NodeSpec: podPreemptionPolicy
        NodeStatus: declaredFeatures features runtimeHandlers
        NodeSystemInfo: runningInUserNamespace swap
        PersistentVolumeClaimSpec: volumeAttributesClassName
        PersistentVolumeClaimStatus: allocatedResourceStatuses currentVolumeAttributesClassName healthStatus modifyVolumeStatus
        PersistentVolumeSpec: volumeAttributesClassName
        PersistentVolumeStatus: lastPhaseTransitionTime
        PodAffinityTerm: matchLabelKeys mismatchLabelKeys
        PodCondition: observedGeneration
        PodResourceClaim: resourceClaimName resourceClaimTemplateName
        PodSecurityContext: appArmorProfile@30 seLinuxChangePolicy supplementalGroupsPolicy
        PodSpec: evictionResponders hostnameOverride resources schedulingGroup
        PodStatus: allocatedResources extendedResourceClaimStatus hostIPs nodeAllocatableResourceClaimStatuses observedGeneration resize resourceClaimStatuses resources volumeHealth
        ProjectedVolumeSource: defaultUser
        ReplicaSetStatus: terminatingReplicas
        ResourceClaim: request
        SecretVolumeSource: defaultUser
        SecurityContext: appArmorProfile@30
        ServiceAccountTokenProjection: user
        ServiceSpec: trafficDistribution
        ValidationRule: fieldPath messageExpression optionalOldSelf reason
        Volume: image
        VolumeError: errorCode
        VolumeMount: bindMountOptions recursiveReadOnly
        VolumeProjection: clusterTrustBundle podCertificate
        """;

    /// <summary>The minor version that is simulated where nothing else is said.</summary>
    public const int Oldest = 26;

    private static readonly FrozenDictionary<string, Entry> _types = Parse(_table);
    private static readonly FrozenDictionary<string, Entry> _unknown = Parse(_later);

    /// <summary>What is known of a type; nothing for one that the table does not name.</summary>
    public static Entry Find(string goName) => _types.GetValueOrDefault(goName, Entry.None);

    /// <summary>The minor versions from which on a server knows something more, the newest first.</summary>
    public static IReadOnlyList<int> Levels { get; } = [.. _unknown.Values.SelectMany(entry => entry.Fields.Values).Select(field => field.Since).OfType<int>().Append(Oldest).Distinct().OrderDescending()];

    /// <summary>Whether a field came after a minor version.</summary>
    public static bool IsLater(string goName, string field, int minor) =>
        _unknown.TryGetValue(goName, out var entry) && entry.Fields.TryGetValue(field, out var known) && !(known.Since <= minor);

    private static FrozenDictionary<string, Entry> Parse(string table)
    {
        var types = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var line in table.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var head = line[..colon];
            var atomic = head.EndsWith('~');
            var fields = new Dictionary<string, Field>(StringComparer.Ordinal);
            foreach (var word in line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var field = Field.Parse(word);
                fields[field.Name] = field;
            }

            types[head.TrimEnd('~', ' ')] = new Entry(atomic, fields);
        }

        return types.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>What is known of a type.</summary>
    internal sealed record Entry(bool Atomic, IReadOnlyDictionary<string, Field> Fields)
    {
        public static Entry None { get; } = new(false, new Dictionary<string, Field>());
    }

    /// <summary>What is known of a field.</summary>
    internal sealed record Field(string Name, string Marks)
    {
        /// <summary>The keys of a list map; none of a set, null of a list that is owned as a whole.</summary>
        public IReadOnlyList<string>? Keys { get; } = Marks.Contains('[', StringComparison.Ordinal)
            ? Marks[(Marks.IndexOf('[', StringComparison.Ordinal) + 1)..Marks.IndexOf(']', StringComparison.Ordinal)].Split(',', StringSplitOptions.RemoveEmptyEntries)
            : null;

        /// <summary>The minor version that it came with, where servers of that version are simulated.</summary>
        public int? Since { get; } = Marks.StartsWith('@') ? int.Parse(Marks.AsSpan(1), CultureInfo.InvariantCulture) : null;

        public bool Has(char mark) => Marks.Contains(mark, StringComparison.Ordinal);

        public static Field Parse(string word)
        {
            var end = word.IndexOfAny(['*', '!', '[', '~', '^', '=', '%', '?', '+', '@']);
            return end < 0 ? new Field(word, "") : new Field(word[..end], word[end..]);
        }
    }
}
