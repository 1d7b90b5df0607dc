using WholeTale.Simulator.Tests.Life;

namespace WholeTale.Simulator.Tests.Wire;

/// <summary>What the API server refuses of the kinds beside workloads, in the words of pkg/apis/*/validation of 1.26.</summary>
public sealed class ValidationTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private const string _networking = "apis/networking.k8s.io/v1";
    private const string _rbac = "apis/rbac.authorization.k8s.io/v1";

    [Theory]
    [InlineData("""{"ports":[{"port":80,"nodePort":30001}]}""", "FieldValueForbidden spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData("""{"type":"NodePort","ports":[{"port":80,"nodePort":1}]}""", "FieldValueInvalid spec.ports[0].nodePort: Invalid value: 1: provided port is not in the valid range. The range of valid ports is 30000-32767")]
    [InlineData("""{"clusterIP":"1.2.3.4","ports":[{"port":80}]}""", "FieldValueInvalid spec.clusterIPs: Invalid value: []string{\"1.2.3.4\"}: failed to allocate IP 1.2.3.4: the provided IP (1.2.3.4) is not in the valid range. The range of valid IPs is 10.96.0.0/16")]
    [InlineData("""{"clusterIP":"foo","ports":[{"port":80}]}""", "FieldValueInvalid spec.clusterIPs[0]: Invalid value: \"foo\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("""{"type":"ExternalName","externalName":"x.org","clusterIP":"10.96.1.9"}""", "FieldValueForbidden spec.clusterIPs: Forbidden: may not be set for ExternalName services")]
    [InlineData("""{"externalTrafficPolicy":"Local","ports":[{"port":80}]}""", "FieldValueInvalid spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set when `type` is 'NodePort' or 'LoadBalancer'")]
    [InlineData("""{"ipFamilyPolicy":"RequireDualStack","ports":[{"port":80}]}""", "FieldValueInvalid spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services")]
    [InlineData("""{"externalIPs":["127.0.0.1"],"ports":[{"port":80}]}""", "FieldValueInvalid spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    [InlineData("""{"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":0}},"ports":[{"port":80}]}""", "FieldValueInvalid spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400")]
    [InlineData("""{"loadBalancerClass":"a/b","ports":[{"port":80}]}""", "FieldValueForbidden spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'")]
    public Task A_service_is_refused(string spec, string cause) => RefusedAsync("api/v1", "services", $$"""{"metadata":{"name":"a"},"spec":{{spec}}}""", cause);

    [Theory]
    [InlineData("{}", "FieldValueInvalid spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified")]
    [InlineData("""{"defaultBackend":{}}""", "FieldValueInvalid spec.defaultBackend: Invalid value: \"\": resource or service backend is required")]
    [InlineData("""{"defaultBackend":{"service":{"name":"a"}}}""", "FieldValueRequired spec.defaultBackend: Required value: port name or number is required")]
    [InlineData("""{"rules":[{"host":"1.2.3.4","http":{"paths":[]}}]}""", "FieldValueInvalid spec.rules[0].host: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address", "FieldValueRequired spec.rules[0].http.paths: Required value")]
    [InlineData("""{"rules":[{"http":{"paths":[{"path":"x","pathType":"Prefix","backend":{"service":{"name":"a","port":{"number":80}}}}]}}]}""", "FieldValueInvalid spec.rules[0].http.paths[0].path: Invalid value: \"x\": must be an absolute path")]
    [InlineData("""{"rules":[{"http":{"paths":[{"path":"/","backend":{"service":{"name":"a","port":{"number":80}}}}]}}]}""", "FieldValueRequired spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified")]
    public Task An_ingress_is_refused(string spec, params string[] causes) => RefusedAsync(_networking, "ingresses", $$"""{"metadata":{"name":"a"},"spec":{{spec}}}""", causes);

    [Theory]
    [InlineData("""{"podSelector":{},"ingress":[{"from":[{}]}]}""", "FieldValueRequired spec.ingress[0].from[0]: Required value: must specify a peer")]
    [InlineData("""{"podSelector":{},"egress":[{"to":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["11.0.0.0/16"]}}]}]}""", "FieldValueInvalid spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`")]
    [InlineData("""{"podSelector":{},"policyTypes":["Sideways"]}""", "FieldValueNotSupported spec.policyTypes[0]: Unsupported value: \"Sideways\": supported values: \"Ingress\", \"Egress\"")]
    [InlineData("""{"podSelector":{},"ingress":[{"ports":[{"port":80,"endPort":79}]}]}""", "FieldValueInvalid spec.ingress[0].ports[0].endPort: Invalid value: 79: must be greater than or equal to `port`")]
    public Task A_network_policy_is_refused(string spec, string cause) => RefusedAsync(_networking, "networkpolicies", $$"""{"metadata":{"name":"a"},"spec":{{spec}}}""", cause);

    [Theory]
    [InlineData("roles", """{"rules":[{"verbs":[]}]}""", "FieldValueRequired rules[0].verbs: Required value: verbs must contain at least one value", "FieldValueRequired rules[0].apiGroups: Required value: resource rules must supply at least one api group", "FieldValueRequired rules[0].resources: Required value: resource rules must supply at least one resource")]
    [InlineData("roles", """{"rules":[{"verbs":["get"],"nonResourceURLs":["/x"]}]}""", "FieldValueInvalid rules[0].nonResourceURLs: Invalid value: []string{\"/x\"}: namespaced rules cannot apply to non-resource URLs")]
    [InlineData("rolebindings", """{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Thing","name":"x"}}""", "FieldValueNotSupported roleRef.kind: Unsupported value: \"Thing\": supported values: \"Role\", \"ClusterRole\"")]
    [InlineData("rolebindings", """{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"x"},"subjects":[{"kind":"Robot","name":"r"}]}""", "FieldValueNotSupported subjects[0].kind: Unsupported value: \"Robot\": supported values: \"ServiceAccount\", \"User\", \"Group\"")]
    public Task A_role_or_binding_is_refused(string resource, string body, params string[] causes) =>
        RefusedAsync(_rbac, resource, """{"metadata":{"name":"a"},""" + body[1..], causes);

    [Theory]
    [InlineData("api/v1", "resourcequotas", """{"hard":{"apples":"1"}}""", "FieldValueInvalid spec.hard[apples]: Invalid value: \"apples\": must be a standard resource type or fully qualified", "FieldValueInvalid spec.hard[apples]: Invalid value: \"apples\": must be a standard resource for quota")]
    [InlineData("api/v1", "resourcequotas", """{"hard":{"pods":"-1"}}""", "FieldValueInvalid spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("api/v1", "limitranges", """{"limits":[{"type":"Pod","min":{"cpu":"2"},"max":{"cpu":"1"}}]}""", "FieldValueInvalid spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1")]
    [InlineData("apis/policy/v1", "poddisruptionbudgets", """{"minAvailable":"120%","selector":{}}""", "FieldValueInvalid spec.minAvailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:\"120%\"}: must not be greater than 100%")]
    [InlineData("apis/coordination.k8s.io/v1", "leases", """{"leaseDurationSeconds":0}""", "FieldValueInvalid spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("api/v1", "persistentvolumeclaims", """{"accessModes":["ReadWriteOncePod"],"resources":{"requests":{"storage":"1Gi"}}}""", "FieldValueNotSupported spec.accessModes: Unsupported value: \"ReadWriteOncePod\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\"")]
    public Task A_minor_kind_is_refused(string version, string resource, string spec, params string[] causes) =>
        RefusedAsync(version, resource, $$"""{"metadata":{"name":"a"},"spec":{{spec}}}""", causes);

    [Theory]
    [InlineData("""{"taints":[{"key":"a b","effect":"Never"}]}""",
        "FieldValueInvalid metadata.taints[0].key: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        "FieldValueNotSupported metadata.taints[0].effect: Unsupported value: \"Never\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"")]
    [InlineData("""{"podCIDRs":["x"],"podCIDR":"x"}""", "FieldValueInvalid spec.podCIDRs[0]: Invalid value: []string{\"x\"}: must be valid CIDR")]
    public async Task A_node_is_refused(string spec, params string[] causes)
    {
        var answer = await fixture.AskAsync("POST", "/api/v1/nodes?dryRun=All", $$"""{"metadata":{"name":"a"},"spec":{{spec}}}""");

        Assert.Equal(causes, answer.Causes);
    }

    [Fact]
    public async Task A_node_keeps_its_provider_and_its_range()
    {
        var answer = await fixture.AskAsync(
            "PATCH", "/api/v1/nodes/simulated-node-1?dryRun=All", """{"spec":{"providerID":"other://x","unschedulable":true}}""", "application/merge-patch+json");

        Assert.Equal(
            [
                "FieldValueForbidden spec.providerID: Forbidden: node updates may not change providerID except from \"\" to valid",
                "FieldValueForbidden spec: Forbidden: node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)",
            ],
            answer.Causes);
    }

    [Theory]
    [InlineData("""{"involvedObject":{"kind":"Pod","name":"p","namespace":"other"}}""", "FieldValueInvalid involvedObject.namespace: Invalid value: \"other\": does not match event.namespace")]
    [InlineData("""{"involvedObject":{"kind":"Pod","name":"p","namespace":"default"},"eventTime":"2024-01-01T00:00:00.000000Z","reportingComponent":"a.example/b","reason":"R"}""",
        "FieldValueRequired reportingInstance: Required value", "FieldValueRequired action: Required value")]
    public Task An_event_is_refused(string body, params string[] causes) => RefusedAsync("api/v1", "events", """{"metadata":{"name":"a"},""" + body[1..], causes);

    [Theory]
    [InlineData("apis/apps/v1", "deployments", """{"replicas":1,"readyReplicas":2,"availableReplicas":3}""",
        "FieldValueInvalid status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
        "FieldValueInvalid status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas",
        "FieldValueInvalid status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas")]
    [InlineData("apis/apps/v1", "statefulsets", """{"replicas":-1}""", "FieldValueInvalid status.replicas: Invalid value: -1: must be greater than or equal to 0",
        "FieldValueInvalid status.readyReplicas: Invalid value: 0: cannot be greater than status.replicas",
        "FieldValueInvalid status.currentReplicas: Invalid value: 0: cannot be greater than status.replicas",
        "FieldValueInvalid status.updatedReplicas: Invalid value: 0: cannot be greater than status.replicas",
        "FieldValueInvalid status.availableReplicas: Invalid value: 0: cannot be greater than status.replicas")]
    [InlineData("apis/batch/v1", "jobs", """{"active":-1}""", "FieldValueInvalid status.active: Invalid value: -1: must be greater than or equal to 0")]
    public async Task A_status_is_refused(string version, string resource, string status, params string[] causes)
    {
        var ns = await fixture.NamespaceAsync();
        var policy = resource == "jobs" ? "\"restartPolicy\":\"Never\"," : "";
        var selector = resource == "jobs" ? "\"suspend\":true" : "\"replicas\":0,\"selector\":{\"matchLabels\":{\"a\":\"b\"}}";
        var created = await fixture.AskAsync(
            "POST",
            $"/{version}/namespaces/{ns}/{resource}",
            $$$"""{"metadata":{"name":"a"},"spec":{{{{selector}}},"template":{"metadata":{"labels":{"a":"b"} },"spec":{{{{policy}}}"containers":[{"name":"c","image":"i"}]} } } }""");
        Assert.True(created.Status == 201, created.Text);

        var answer = await fixture.AskAsync("PATCH", $"/{version}/namespaces/{ns}/{resource}/a/status?dryRun=All", $$"""{"status":{{status}}}""", "application/merge-patch+json");

        Assert.Equal(causes, answer.Causes);
    }

    [Fact]
    public async Task A_persistent_volume_needs_modes_a_capacity_and_a_source()
    {
        var answer = await fixture.AskAsync("POST", "/api/v1/persistentvolumes", """{"metadata":{"name":"a"},"spec":{}}""");

        Assert.Equal(
            [
                "FieldValueRequired spec.accessModes: Required value",
                "FieldValueRequired spec.capacity: Required value",
                "FieldValueNotSupported spec.capacity: Unsupported value: core.ResourceList(nil): supported values: \"storage\"",
                "FieldValueRequired spec: Required value: must specify a volume type",
            ],
            answer.Causes);
    }

    [Fact]
    public async Task A_node_port_is_one_for_the_protocols_of_a_port_and_nobody_elses()
    {
        var ns = await fixture.NamespaceAsync();

        var dns = await fixture.AskAsync("POST", $"/api/v1/namespaces/{ns}/services", """
            {"metadata":{"name":"dns"},"spec":{"type":"NodePort","ports":[{"name":"u","port":53,"protocol":"UDP"},{"name":"t","port":53,"protocol":"TCP"}]}}
            """);
        var ports = dns.Body["spec"]!["ports"]!.AsArray();
        var taken = await fixture.AskAsync("POST", $"/api/v1/namespaces/{ns}/services", $$$"""
            {"metadata":{"name":"other"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":{{{ports[0]!["nodePort"]}}}}]}}
            """);

        Assert.Equal((int)ports[0]!["nodePort"]!, (int)ports[1]!["nodePort"]!);
        Assert.EndsWith("provided port is already allocated", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_headless_service_without_selector_asks_for_both_families()
    {
        var ns = await fixture.NamespaceAsync();

        var answer = await fixture.AskAsync("POST", $"/api/v1/namespaces/{ns}/services", """{"metadata":{"name":"a"},"spec":{"clusterIP":"None"}}""");

        Assert.Equal("RequireDualStack", (string?)answer.Body["spec"]!["ipFamilyPolicy"]);
        Assert.Equal("""["IPv4","IPv6"]""", answer.Body["spec"]!["ipFamilies"]!.ToJsonString());
    }

    [Theory]
    [InlineData(_rbac, "rolebindings", """{"metadata":{"name":"a"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"x"}}""", """{"roleRef":{"name":"y"}}""", "FieldValueInvalid roleRef: Invalid value: rbac.RoleRef{APIGroup:\"rbac.authorization.k8s.io\", Kind:\"Role\", Name:\"y\"}: cannot change roleRef")]
    [InlineData("api/v1", "resourcequotas", """{"metadata":{"name":"a"},"spec":{"hard":{"pods":"1"}}}""", """{"spec":{"scopes":["BestEffort"]}}""", "FieldValueInvalid spec.scopes: Invalid value: []core.ResourceQuotaScope{\"BestEffort\"}: field is immutable")]
    [InlineData("apis/discovery.k8s.io/v1", "endpointslices", """{"metadata":{"name":"a"},"addressType":"IPv4","endpoints":[],"ports":[]}""", """{"addressType":"FQDN"}""", "FieldValueInvalid addressType: Invalid value: \"FQDN\": field is immutable")]
    public async Task An_immutable_field_is_refused(string version, string resource, string body, string patch, string cause)
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/{version}/namespaces/{ns}/{resource}";
        Assert.Equal(201, (await fixture.AskAsync("POST", path, body)).Status);

        var answer = await fixture.AskAsync("PATCH", path + "/a", patch, "application/merge-patch+json");

        Assert.Equal([cause], answer.Causes);
    }

    [Fact]
    public async Task A_limit_range_fills_in_and_refuses()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(
            """
            {"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"l"},"spec":{"limits":[
             {"type":"Container","max":{"cpu":"1"},"default":{"cpu":"200m"},"defaultRequest":{"cpu":"100m"},"maxLimitRequestRatio":{"cpu":"4"}},{"type":"PersistentVolumeClaim","max":{"storage":"2Gi"}}]}}
            """,
            $"/api/v1/namespaces/{ns}/limitranges/l");
        Task<Answer> PodAsync(string resources) => fixture.AskAsync("POST", $"/api/v1/namespaces/{ns}/pods", $$$"""{"metadata":{"generateName":"p-"},"spec":{"containers":[{"name":"c","image":"i","resources":{{{resources}}} }]} }""");

        var plain = await PodAsync("{}");
        var greedy = await PodAsync("""{"limits":{"cpu":"2"}}""");
        var uneven = await PodAsync("""{"requests":{"cpu":"100m"},"limits":{"cpu":"1"}}""");
        var claim = await fixture.AskAsync("POST", $"/api/v1/namespaces/{ns}/persistentvolumeclaims", """{"metadata":{"name":"big"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"5Gi"}}}}""");

        Assert.Equal("LimitRanger plugin set: cpu request for container c; cpu limit for container c", (string?)plain.Body["metadata"]!["annotations"]!["kubernetes.io/limit-ranger"]);
        Assert.Equal("""{"limits":{"cpu":"200m"},"requests":{"cpu":"100m"}}""", Sorted(plain.Body["spec"]!["containers"]![0]!["resources"]!));
        Assert.EndsWith("is forbidden: maximum cpu usage per Container is 1, but limit is 2", greedy.Message, StringComparison.Ordinal);
        Assert.EndsWith("is forbidden: cpu max limit to request ratio per Container is 4, but provided ratio is 10.000000", uneven.Message, StringComparison.Ordinal);
        Assert.Equal("persistentvolumeclaims \"big\" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi", claim.Message);
    }

    private static string Sorted(System.Text.Json.Nodes.JsonNode members) =>
        "{" + string.Join(',', members.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"\"{member.Key}\":{member.Value!.ToJsonString()}")) + "}";

    private async Task RefusedAsync(string version, string resource, string body, params string[] causes)
    {
        var ns = await fixture.NamespaceAsync();

        var answer = await fixture.AskAsync("POST", $"/{version}/namespaces/{ns}/{resource}", body);

        Assert.Equal(422, answer.Status);
        Assert.Equal(causes, answer.Causes);
    }
}
