namespace WholeTale.Simulator.Schema;

/// <summary>A kind of object that the simulated API server serves, as discovery describes it.</summary>
internal sealed record Kind
{
    /// <summary>The API group; empty for the core group.</summary>
    public required string Group { get; init; }

    /// <summary>The version, e.g. <c>v1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The kind's name, e.g. <c>Pod</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The resource's name in paths, e.g. <c>pods</c>.</summary>
    public required string Plural { get; init; }

    /// <summary>The resource's name for one object, e.g. <c>pod</c>.</summary>
    public required string Singular { get; init; }

    /// <summary>The name of the kind of a list.</summary>
    public string ListName { get => field ?? Name + "List"; init; }

    /// <summary>Whether objects live in namespaces.</summary>
    public bool Namespaced { get; init; } = true;

    /// <summary>Abbreviations that clients accept, e.g. <c>po</c>.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Groups of resources that the kind belongs to, e.g. <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>What lies below an object, e.g. <c>status</c>, <c>log</c>.</summary>
    public IReadOnlyList<Subresource> Subresources { get; init; } = [];

    /// <summary>The verbs served; those of a stored kind unless told otherwise.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = StoredVerbs;

    /// <summary>Whether a CustomResourceDefinition brought it.</summary>
    public bool Custom { get; init; }

    /// <summary>What every use of it is warned of, where its definition calls it deprecated.</summary>
    public string? Deprecation { get; init; }

    /// <summary>The kind that its objects are stored as, where that is another: the same objects, served in one more version or group.</summary>
    public Kind? StoredAs { get; init; }

    /// <summary>Turns a stored object into this kind's form; null where there is but one form.</summary>
    public Action<System.Text.Json.Nodes.JsonObject>? FromStored { get; init; }

    /// <summary>Turns an object of this kind into the form that is stored.</summary>
    public Action<System.Text.Json.Nodes.JsonObject>? ToStored { get; init; }

    /// <summary>The resource whose objects it serves: its own, unless they are stored as another's.</summary>
    public string Shelf => (StoredAs ?? this).GroupResource;

    /// <summary>Whether objects are looked for by their labels all the time.</summary>
    public bool FoundByLabels { get; init; }

    /// <summary>What else objects are looked for by.</summary>
    public Func<System.Text.Json.Nodes.JsonObject, IEnumerable<Storage.IndexKey>>? Lookup { get; init; }

    /// <summary>How its objects become rows, where its CustomResourceDefinition says so.</summary>
    public Api.Printing.Printer? Printer { get; init; }

    /// <summary>Where the scale subresource finds its numbers.</summary>
    public ScalePaths Scale { get; init; } = ScalePaths.Workload;

    /// <summary>The schema that a CustomResourceDefinition publishes for it.</summary>
    public System.Text.Json.Nodes.JsonObject? Published { get; init; }

    /// <summary><c>v1</c> or <c>apps/v1</c>.</summary>
    public string ApiVersion => field ??= Group.Length == 0 ? Version : Group + "/" + Version;

    /// <summary><c>pods</c> or <c>deployments.apps</c>: what the store is divided by, and what messages name.</summary>
    public string GroupResource => field ??= Group.Length == 0 ? Plural : Plural + "." + Group;

    /// <summary>Where etcd holds its objects, below <c>/registry/</c>.</summary>
    public string StoragePath => (Group, Plural) switch
    {
        ("", "services") => "services/specs",
        ("", "endpoints") => "services/endpoints",
        ("", "nodes") => "minions",
        ("", "replicationcontrollers") => "controllers",
        ("networking.k8s.io", "ingresses") => "ingress",
        ("apiextensions.k8s.io", _) => Group + "/" + Plural,
        _ => Custom ? Group + "/" + Plural : Plural,
    };

    /// <summary>Whether an update may leave out the resourceVersion (AllowUnconditionalUpdate of its strategy).</summary>
    public bool UpdatesUnconditionally => !Custom && Name is not ("CustomResourceDefinition" or "Lease" or "PodDisruptionBudget");

    public bool HasStatus => HasSubresource("status");

    public static IReadOnlyList<string> StoredVerbs { get; } =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public bool HasSubresource(string name)
    {
        foreach (var subresource in Subresources)
        {
            if (subresource.Name == name)
                return true;
        }

        return false;
    }

    public bool Equals(Kind? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => ApiVersion + " " + Name;
}
