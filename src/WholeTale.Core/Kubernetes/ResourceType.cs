namespace WholeTale.Core.Kubernetes;

/// <summary>A kind, and the path at which an API server serves it.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version, e.g. <c>v1</c>.</param>
/// <param name="Kind">The kind, e.g. <c>StatefulSet</c>.</param>
/// <param name="Plural">The resource's name in paths, e.g. <c>statefulsets</c>; empty where the server does not serve the kind.</param>
/// <param name="Namespaced">Whether its objects live in namespaces.</param>
public sealed record ResourceType(string Group, string Version, string Kind, string Plural, bool Namespaced)
{
    /// <summary>Whether the server serves it; of a kind that it does not serve there are no objects.</summary>
    internal bool IsServed => Plural.Length > 0;

    /// <summary>Group and version of an apiVersion as manifests write it.</summary>
    internal static (string Group, string Version) Split(string apiVersion) =>
        apiVersion.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? (apiVersion[..slash], apiVersion[(slash + 1)..]) : ("", apiVersion);

    /// <summary>Group and version as manifests write them.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The path of the collection, without a leading slash.</summary>
    public string CollectionPath(string? @namespace)
    {
        var root = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        return Namespaced && @namespace is not null ? $"{root}/namespaces/{Uri.EscapeDataString(@namespace)}/{Plural}" : $"{root}/{Plural}";
    }

    /// <summary>A hash of what tells kinds apart as a rule: the name in paths.</summary>
    public override int GetHashCode() => Plural.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Kind;
}

/// <summary>One object: its kind, namespace and name. The version in which its kind is asked for does not count: a server gives the same object in each that it serves.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Namespace">The namespace; null for cluster-scoped kinds.</param>
/// <param name="Name">The name.</param>
public sealed record ObjectReference(ResourceType Type, string? Namespace, string Name)
{
    /// <summary>The object's path, without a leading slash.</summary>
    public string Path => $"{Type.CollectionPath(Namespace)}/{Uri.EscapeDataString(Name)}";

    /// <summary>Whether both are the same object.</summary>
    public bool Equals(ObjectReference? other) =>
        other is not null && (Type.Group, Type.Kind, Namespace, Name) == (other.Type.Group, other.Type.Kind, other.Namespace, other.Name);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type.Group, Type.Kind, Namespace, Name);

    /// <inheritdoc/>
    public override string ToString() => Namespace is null ? $"{Type.Kind} {Name}" : $"{Type.Kind} {Namespace}/{Name}";
}
