using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace WholeTale.Simulator.Schema;

/// <summary>
/// Schemas of the built-in kinds, read from KubernetesClient's models by reflection when a kind is first used, and completed by
/// <see cref="GoTypes"/>.
/// </summary>
internal static class ModelSchemas
{
    private static readonly ConcurrentDictionary<(Type Model, int Minor), TypeSchema> _structs = new();
    private static readonly Lazy<Dictionary<(string Group, string Version, string Kind), Type>> _kinds = new(FindKinds);

    // A status that 1.26 still has and the models have no more.
    private static readonly TypeSchema _networkPolicyStatus = new()
    {
        Shape = Shape.Struct,
        GoName = "NetworkPolicyStatus",
        FieldSource = new Lazy<FieldTable>(() => new FieldTable([new FieldSchema("conditions", new TypeSchema
        {
            Shape = Shape.List,
            Element = Struct(typeof(V1Condition)),
            ListKind = ListKind.Map,
            Keys = ["type"],
            PatchMerges = true,
        })])),
    };

    // The client names a model after version and Go type, and puts the group before it where two groups share a name.
    private static readonly string[] _groupPrefixes =
        ["Core", "Apps", "Discovery", "Events", "Rbac", "Authentication", "Storage", "Resource", "Flowcontrol", "Admissionregistration"];

    /// <summary>The schema of a built-in kind on a server of a minor version; null when the models have none of that name.</summary>
    public static TypeSchema? Find(string group, string version, string kind, int minor = GoTypes.Oldest)
    {
        var model = _kinds.Value.GetValueOrDefault((group, version, kind));
        return model is null ? null : Struct(model, GoTypes.Levels.FirstOrDefault(level => level <= minor, GoTypes.Oldest));
    }

    /// <summary>Whether the server's scheme has a kind, be it served or not.</summary>
    public static bool IsKnown(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return _kinds.Value.ContainsKey((slash < 0 ? "" : apiVersion[..slash], apiVersion[(slash + 1)..], kind));
    }

    public static TypeSchema Struct(Type model, int minor = GoTypes.Oldest) => _structs.GetOrAdd((model, minor), static key => Build(key.Model, key.Minor));

    private static Dictionary<(string, string, string), Type> FindKinds()
    {
        var kinds = new Dictionary<(string, string, string), Type>();
        foreach (var type in typeof(V1Pod).Assembly.GetExportedTypes())
        {
            if (type.GetCustomAttribute<KubernetesEntityAttribute>() is { } entity && !entity.Kind.EndsWith("List", StringComparison.Ordinal))
                kinds.TryAdd((entity.Group ?? "", entity.ApiVersion, entity.Kind), type);
        }

        kinds.TryAdd(("autoscaling", "v1", "Scale"), typeof(V1Scale));
        kinds.TryAdd(("policy", "v1", "Eviction"), typeof(V1Eviction));
        kinds.TryAdd(("", "v1", "Binding"), typeof(V1Binding));
        kinds.TryAdd(("authentication.k8s.io", "v1", "TokenRequest"), typeof(Authenticationv1TokenRequest));
        return kinds;
    }

    private static TypeSchema Build(Type model, int minor)
    {
        var goName = GoNameOf(model);
        var facts = GoTypes.Find(model.Name switch
        {
            nameof(Discoveryv1EndpointPort) => "DiscoveryV1EndpointPort",
            nameof(Eventsv1Event) => "EventsV1Event",
            nameof(Eventsv1EventSeries) => "EventsV1EventSeries",
            nameof(Rbacv1Subject) => "RbacV1Subject",
            nameof(Authenticationv1TokenRequest) => "AuthenticationV1TokenRequest",
            _ => goName,
        });
        return new TypeSchema
        {
            Shape = Shape.Struct,
            GoName = goName,
            Atomic = facts.Atomic,
            Model = model,
            FieldSource = new Lazy<FieldTable>(() => new FieldTable([.. Fields(model, facts, minor)])),
        };
    }

    private static IEnumerable<FieldSchema> Fields(Type model, GoTypes.Entry facts, int minor)
    {
        foreach (var property in model.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>() is not { Name: var name })
                continue;
            if (GoTypes.IsLater(GoNameOf(model), name, minor))
                continue;
            var fact = facts.Fields.GetValueOrDefault(name);
            yield return new FieldSchema(name, TypeOf(model, name, property.PropertyType, fact, minor))
            {
                Pointer = fact?.Has('*') ?? false,
                Always = fact?.Has('!') ?? false,
                RetainsKeys = fact?.Has('^') ?? false,
                PatchReplaces = fact?.Has('=') ?? false,
                Required = fact switch { null => false, _ when fact.Has('+') => true, _ => fact.Has('!') && !fact.Has('?') && !IsImplied(name, property.PropertyType) },
            };
        }

        if (model == typeof(V1NetworkPolicy))
            yield return new FieldSchema("status", _networkPolicyStatus) { Always = true };
        if (model == typeof(V1PersistentVolumeClaimStatus))
            yield return new FieldSchema("resizeStatus", TypeSchema.Text) { Pointer = true };
    }

    // Structs that Go holds by value: always written, and filled in by the server when nobody has sent them.
    private static bool IsImplied(string name, Type type) =>
        type != typeof(string)
        && name is ("metadata" or "spec" or "status" or "resources" or "creationTimestamp" or "strategy" or "updateStrategy" or "loadBalancer" or "targetPort" or "conditions");

    private static TypeSchema TypeOf(Type owner, string name, Type type, GoTypes.Field? fact, int minor)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return TypeSchema.Text;
        if (type == typeof(int))
            return TypeSchema.Of(ScalarType.Integer32);
        if (type == typeof(long))
            return TypeSchema.Of(ScalarType.Integer64);
        if (type == typeof(double))
            return TypeSchema.Of(ScalarType.Float);
        if (type == typeof(bool))
            return TypeSchema.Of(ScalarType.Boolean);
        if (type == typeof(DateTime))
            return TypeSchema.Of(name is "renewTime" or "acquireTime" or "eventTime" or "lastObservedTime" ? ScalarType.MicroTime : ScalarType.Time);
        if (type == typeof(byte[]))
            return TypeSchema.Of(ScalarType.Bytes);
        if (type == typeof(ResourceQuantity))
            return TypeSchema.Of(ScalarType.Quantity);
        if (type == typeof(IntOrString))
            return TypeSchema.Of(ScalarType.IntOrString);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
        {
            return new TypeSchema
            {
                Shape = Shape.Map,
                Element = TypeOf(owner, name, type.GetGenericArguments()[1], null, minor),
                Atomic = fact?.Has('~') ?? false,
            };
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))
        {
            return new TypeSchema
            {
                Shape = Shape.List,
                Element = TypeOf(owner, name, type.GetGenericArguments()[0], null, minor),
                ListKind = fact?.Keys is not { } keys || fact.Has('~') ? ListKind.Atomic : keys.Count == 0 ? ListKind.Set : ListKind.Map,
                Keys = fact?.Keys ?? [],
                PatchMerges = fact is { Keys: not null } && !fact.Has('-'),
                Atomic = fact?.Keys is null || fact.Has('~'),
            };
        }

        if (type == typeof(object))
            return TypeSchema.Any;
        var schema = Struct(type, minor);
        return fact?.Has('%') == true
            ? new TypeSchema { Shape = Shape.Struct, GoName = schema.GoName, Model = schema.Model, FieldSource = schema.FieldSource }
            : schema;
    }

    private static string GoNameOf(Type model)
    {
        var name = model.Name;
        foreach (var prefix in _groupPrefixes)
        {
            if (name.StartsWith(prefix + "v", StringComparison.Ordinal))
            {
                name = "V" + name[(prefix.Length + 1)..];
                break;
            }
        }

        var at = 1;
        while (at < name.Length && char.IsDigit(name[at]))
            at++;
        foreach (var stage in new[] { "alpha", "beta" })
        {
            if (string.CompareOrdinal(name, at, stage, 0, stage.Length) == 0)
            {
                at += stage.Length;
                while (at < name.Length && char.IsDigit(name[at]))
                    at++;
            }
        }

        return name[at..];
    }
}
