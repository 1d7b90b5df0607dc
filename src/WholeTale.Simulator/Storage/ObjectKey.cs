namespace WholeTale.Simulator.Storage;

/// <summary>Where an object lies: its namespace (empty for cluster-wide kinds) and name.</summary>
internal readonly record struct ObjectKey(string Namespace, string Name) : IComparable<ObjectKey>
{
    /// <summary>The order of etcd's keys: bytes of <c>namespace/name</c>.</summary>
    public int CompareTo(ObjectKey other) =>
        Namespace == other.Namespace
            ? string.CompareOrdinal(Name, other.Name)
            : string.CompareOrdinal(Namespace + "/", other.Namespace + "/");

    public override string ToString() => Namespace.Length == 0 ? Name : Namespace + "/" + Name;
}
