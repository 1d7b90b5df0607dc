using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Tests.Wire;

/// <summary>Requests that no good client sends, each the same again from its number.</summary>
internal sealed class FuzzRequests(int number)
{
    private static readonly string[] _methods = ["GET", "POST", "PUT", "PATCH", "PATCH", "POST", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"];

    private static readonly string[] _paths =
    [
        "/api/v1/namespaces/fuzz/configmaps", "/api/v1/namespaces/fuzz/configmaps/a", "/api/v1/namespaces/fuzz/pods", "/api/v1/namespaces/fuzz/pods/p",
        "/api/v1/namespaces/fuzz/services/s", "/api/v1/namespaces/fuzz/services", "/api/v1/namespaces/fuzz/secrets/x", "/api/v1/namespaces/fuzz/pods/p/status",
        "/api/v1/namespaces/fuzz/pods/p/eviction", "/api/v1/namespaces/fuzz/pods/p/binding", "/api/v1/namespaces/fuzz/pods/p/log", "/api/v1/namespaces/fuzz/pods/p/exec",
        "/api/v1/namespaces/fuzz/serviceaccounts/default/token", "/api/v1/namespaces/fuzz/persistentvolumeclaims", "/api/v1/namespaces/fuzz/resourcequotas",
        "/api/v1/namespaces/fuzz/limitranges", "/api/v1/namespaces/fuzz/endpoints/s", "/api/v1/namespaces/fuzz/events", "/api/v1/namespaces/fuzz",
        "/api/v1/namespaces/fuzz/finalize", "/api/v1/nodes/n", "/api/v1/persistentvolumes/v", "/apis/apps/v1/namespaces/fuzz/deployments/d",
        "/apis/apps/v1/namespaces/fuzz/deployments", "/apis/apps/v1/namespaces/fuzz/deployments/d/scale", "/apis/apps/v1/namespaces/fuzz/deployments/d/status",
        "/apis/apps/v1/namespaces/fuzz/statefulsets/t", "/apis/batch/v1/namespaces/fuzz/jobs", "/apis/batch/v1/namespaces/fuzz/cronjobs/c",
        "/apis/networking.k8s.io/v1/namespaces/fuzz/ingresses/i", "/apis/networking.k8s.io/v1/namespaces/fuzz/networkpolicies", "/apis/policy/v1/namespaces/fuzz/poddisruptionbudgets",
        "/apis/rbac.authorization.k8s.io/v1/namespaces/fuzz/roles/r", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/fuzz", "/apis/storage.k8s.io/v1/storageclasses/fuzz",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "/apis/fuzz.example/v1/namespaces/fuzz/widgets/w", "/apis/fuzz.example/v1/namespaces/fuzz/widgets",
        "/apis/fuzz.example/v1/namespaces/fuzz/widgets/w/scale", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        "/apis/authentication.k8s.io/v1/tokenreviews", "/apis/coordination.k8s.io/v1/namespaces/fuzz/leases/l", "/apis/discovery.k8s.io/v1/namespaces/fuzz/endpointslices",
        "/api", "/apis", "/api/v1", "/apis/apps/v1", "/openapi/v3/apis/apps/v1", "/version", "/healthz", "/simulator/v1/requests", "/nothing",
    ];

    private static readonly string[] _types =
    [
        "application/json", "application/json", "application/yaml", "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
        "application/apply-patch+yaml", "application/vnd.kubernetes.protobuf", "text/plain", "application/x-www-form-urlencoded", "", ";;;", "application/json;charset=\"",
    ];

    private static readonly string[] _queries =
    [
        "limit=2", "limit=abc", "limit=-9", "limit=99999999999999999999", "continue=garbage", "continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ", "labelSelector=a%3Db", "labelSelector=a%20in%20(", "labelSelector=%21%21",
        "fieldSelector=metadata.name%3Da", "fieldSelector=%3D", "fieldSelector=spec.x%3D", "resourceVersion=0", "resourceVersion=x", "resourceVersion=-1", "resourceVersionMatch=Exact", "resourceVersionMatch=Never",
        "timeoutSeconds=x", "dryRun=All", "dryRun=Some", "fieldManager=fuzz", "fieldManager=%00", "fieldValidation=Strict", "fieldValidation=Ignore", "fieldValidation=No", "force=true", "force=maybe",
        "propagationPolicy=Orphan", "propagationPolicy=Nope", "gracePeriodSeconds=0", "gracePeriodSeconds=x", "pretty=true", "tailLines=-1", "sinceSeconds=x", "container=c", "command=", "%ff=%fe", "=", "&&&",
    ];

    private static readonly string[] _patches = ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];

    private static readonly string[] _texts =
    [
        "", " ", "null", "[]", "{}", "\"x\"", "1e999", "{", "[", "}{", "{\"a\":", "\u0000", "\ufeff{}", "a: [", "- - - -", "&a [*a]", "a: &b {c: *b}", "!!binary x", "%YAML 9", "---\n---\n---", "? x : y", "'", "\t\t:",
        "{\"kind\":5}", "{\"metadata\":[]}", "{\"metadata\":\"x\"}", "{\"apiVersion\":\"v1\",\"kind\":\"Nope\"}", "{\"spec\":5}", "{\"status\":[[]]}", "[{\"op\":\"add\"}]", "[5]", "[{\"op\":5}]", "k8s\u0000",
    ];

    private static readonly string[] _seeds =
    [
        """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"x":"y"},"annotations":{"a":"b"},"finalizers":["a/b"],"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"}]},"data":{"k":"v"},"binaryData":{"b":"AAAA"}}""",
        """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","command":["sh"],"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"ports":[{"containerPort":80,"protocol":"TCP"}],"resources":{"limits":{"cpu":"1","memory":"1Gi"}},"livenessProbe":{"httpGet":{"port":80,"path":"/"}},"volumeMounts":[{"name":"v","mountPath":"/v"}]}],"volumes":[{"name":"v","emptyDir":{}}],"tolerations":[{"operator":"Exists"}],"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"In","values":["b"]}]}]}}}}}""",
        """{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"type":"NodePort","clusterIP":"10.96.7.7","clusterIPs":["10.96.7.7"],"ipFamilies":["IPv4"],"selector":{"a":"b"},"externalIPs":["1.2.3.4"],"ports":[{"name":"h","port":80,"targetPort":"http","nodePort":30333}],"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":9}}}}""",
        """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"a","operator":"Exists"}]},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":1}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""",
        """{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"c"},"spec":{"schedule":"*/5 * * * *","timeZone":"UTC","jobTemplate":{"spec":{"backoffLimit":1,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}}}""",
        """{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"i"},"spec":{"tls":[{"hosts":["a.b"],"secretName":"t"}],"rules":[{"host":"*.a.b","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"s","port":{"number":80}}}}]}}]}}""",
        """{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"n"},"spec":{"podSelector":{},"policyTypes":["Ingress"],"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}}],"ports":[{"port":80,"endPort":90}]}]}}""",
        """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"storageClassName":"standard","volumeMode":"Filesystem"}}""",
        """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}""",
        """{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"gadgets.fuzz.example"},"spec":{"group":"fuzz.example","scope":"Namespaced","names":{"plural":"gadgets","kind":"Gadget"},"versions":[{"name":"v1","served":true,"storage":true,"additionalPrinterColumns":[{"name":"S","type":"string","jsonPath":".spec.s"}],"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"s":{"type":"string","pattern":"^a+$","default":"a"}}}}}}}]}}""",
        """{"apiVersion":"fuzz.example/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"size":1,"items":[{"name":"a"}]},"status":{"size":2}}""",
        """[{"op":"replace","path":"/data/k","value":"w"},{"op":"move","from":"/data/k","path":"/data/z"},{"op":"test","path":"/metadata/name","value":"a"},{"op":"add","path":"/metadata/labels/a~1b","value":"c"}]""",
        """{"spec":{"$setElementOrder/ports":[{"port":80}],"$retainKeys":["ports"],"ports":[{"port":80,"$patch":"delete"},{"$patch":"replace"}],"template":{"$patch":"merge"}},"metadata":{"$deleteFromPrimitiveList/finalizers":["a/b"]}}""",
        """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d"},"spec":{"replicas":2}}""",
        """{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u"},"propagationPolicy":"Foreground","gracePeriodSeconds":1}""",
        """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}""",
        """{"apiVersion":"v1","kind":"Event","metadata":{"name":"e","namespace":"fuzz"},"involvedObject":{"kind":"Pod","name":"p","namespace":"fuzz"},"firstTimestamp":"2024-01-01T00:00:00Z","eventTime":"2024-01-01T00:00:00.000000Z"}""",
    ];

    private readonly Random _random = new(number);

    /// <summary>The request of this number, with what was sent as text.</summary>
    public (HttpRequestMessage Request, string Shown) Make()
    {
        var path = Path();
        // Mostly what fits the path, so that the request gets further than to its refusal.
        var sensible = _random.Next(4) > 0;
        var method = sensible ? Pick<string>(IsObject(path) ? ["PUT", "PATCH", "PATCH", "PATCH", "GET", "DELETE"] : ["POST", "POST", "POST", "GET", "DELETE"]) : Pick(_methods);
        // What the others live in stays.
        if (method == "DELETE" && (path.StartsWith("/api/v1/namespaces/fuzz?", StringComparison.Ordinal) || path is "/api/v1/namespaces/fuzz" || path.Contains("customresourcedefinitions", StringComparison.Ordinal)))
            method = "GET";
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        var type = !sensible ? Pick(_types) : method == "PATCH" ? Pick(_patches) : _random.Next(6) == 0 ? "application/yaml" : "application/json";
        var body = method is "GET" or "HEAD" or "TRACE" ? "" : Body(path);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(_random.Next(20) == 0 ? Encoding.Latin1.GetBytes(body) : Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (_random.Next(4) == 0)
            request.Headers.TryAddWithoutValidation("Accept", Pick(["*/*", "application/json;as=Table;v=v1;g=meta.k8s.io", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "text/html", "image/png", "application/json;as=Nonsense;v=v1", ";;", "application/vnd.kubernetes.protobuf"]));
        if (_random.Next(12) == 0)
            request.Headers.TryAddWithoutValidation(Pick(["Impersonate-User", "Impersonate-Group", "Impersonate-Uid", "Impersonate-Extra-a", "Upgrade", "Sec-WebSocket-Protocol", "If-None-Match"]), Pick(["joe", "system:serviceaccount:a:b", "system:serviceaccount:", "websocket", "v4.channel.k8s.io"]));
        return (request, string.Create(CultureInfo.InvariantCulture, $"#{number} {method} {path} {type}\n{(body.Length > 3000 ? body[..3000] + "..." : body)}"));
    }

    // A manifest of the path's own kind, where there is one.
    private string Fitting(string path)
    {
        var fitting = _seeds.Where(seed => path.Contains(seed.Split("\"kind\":\"") is [_, var rest, ..] ? rest.Split('"')[0] : "?", StringComparison.OrdinalIgnoreCase)).ToList();
        return fitting.Count > 0 && _random.Next(5) > 0 ? Pick(fitting) : Pick(_seeds);
    }

    private static bool IsObject(string path)
    {
        var name = path.Split('?')[0].Split('/')[^1];
        return name.Length < 3 || name is "status" or "scale" or "finalize" or "fuzz" or "default";
    }

    private string Path()
    {
        var path = Pick(_paths);
        if (_random.Next(6) == 0)
        {
            var parts = path.Split('/');
            parts[_random.Next(1, parts.Length)] = Pick(["..", ".", "%2e%2e", "%2f", "%00", "%ff", "*", "a b", "", "A_B", new string('x', 3000), "watch", "proxy", "namespaces", "\u00fc", "{name}", "v1", "-"]);
            path = string.Join('/', parts);
            if (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal))
                path = "/x" + path;
        }

        var queries = Enumerable.Range(0, Math.Max(0, _random.Next(5) - 2)).Select(_ => Pick(_queries)).ToList();
        return queries.Count == 0 ? path : path + "?" + string.Join('&', queries);
    }

    private string Body(string path)
    {
        switch (_random.Next(10))
        {
            case 0:
                return Pick(_texts);
            case 1:
                var depth = _random.Next(1, 3000);
                return _random.Next(2) == 0 ? new string('[', depth) : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
            case 2:
                var text = Pick(_seeds);
                return text[..(int)(text.Length * _random.NextDouble())];
            case 3:
                var bytes = new byte[_random.Next(1, 300)];
                _random.NextBytes(bytes);
                return Encoding.Latin1.GetString(bytes);
            case 4:
                // A duplicate member somewhere.
                var seed = Pick(_seeds);
                var at = seed.IndexOf("\":", _random.Next(seed.Length / 2), StringComparison.Ordinal);
                return at < 0 ? seed : seed[..(at + 2)] + "1,\"kind\":" + seed[(at + 2)..];
            default:
                var node = JsonNode.Parse(Fitting(path))!;
                for (var times = _random.Next(4); times > 0; times--)
                    Twist(node);
                return node.ToJsonString();
        }
    }

    // Puts something else in a random place of the tree.
    private void Twist(JsonNode node)
    {
        while (true)
        {
            if (node is JsonObject { Count: > 0 } members)
            {
                var name = members.Select(member => member.Key).ElementAt(_random.Next(members.Count));
                if (members[name] is JsonObject or JsonArray && _random.Next(4) > 0)
                {
                    node = members[name]!;
                    continue;
                }

                if (_random.Next(5) == 0)
                    members.Remove(name);
                else if (_random.Next(5) == 0)
                    members[Pick(["$patch", "a.b", "", "\u0000", "metadata", "kind", "f:x", "$setElementOrder/x"])] = Odd();
                else
                    members[name] = Odd();
            }
            else if (node is JsonArray { Count: > 0 } items)
            {
                var at = _random.Next(items.Count);
                if (items[at] is JsonObject or JsonArray && _random.Next(4) > 0)
                {
                    node = items[at]!;
                    continue;
                }

                if (_random.Next(3) == 0)
                    items.Add(Odd());
                else
                    items[at] = Odd();
            }

            return;
        }
    }

    private JsonNode? Odd() => _random.Next(18) switch
    {
        0 => null,
        1 => new JsonObject(),
        2 => new JsonArray(),
        3 => new JsonArray(null, null),
        4 => "",
        5 => -1,
        6 => long.MaxValue,
        7 => 1.5,
        8 => 1e300,
        9 => true,
        10 => "a\u0000b",
        11 => new string('x', 400),
        12 => "10Gi",
        13 => "99999999999999999999999999Ei",
        14 => "\ud83d\ude00",
        15 => new JsonObject { ["name"] = "x" },
        16 => new JsonArray(new JsonObject { ["name"] = 5 }),
        _ => "2024-13-45T99:99:99Z",
    };

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}
