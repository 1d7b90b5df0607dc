namespace WholeTale.Simulator.Storage;

/// <summary>Where an object lies: its namespace (empty for cluster-wide kinds) and name.</summary>
internal readonly record struct ObjectKey(string Namespace, string Name) : IComparable<ObjectKey>
{
    /// <summary>The order of etcd's keys: bytes of <c>namespace/name</c>.</summary>
    public int CompareTo(ObjectKey other)
    {
        var shared = Math.Min(Namespace.Length, other.Namespace.Length);
        var order = string.CompareOrdinal(Namespace, 0, other.Namespace, 0, shared);
        if (order != 0)
            return order;
        if (Namespace.Length == other.Namespace.Length)
            return string.CompareOrdinal(Name, other.Name);
        // Where the shorter one ends its slash stands.
        return Namespace.Length == shared ? '/'.CompareTo(other.Namespace[shared]) : Namespace[shared].CompareTo('/');
    }

    public override string ToString() => Namespace.Length == 0 ? Name : Namespace + "/" + Name;
}
