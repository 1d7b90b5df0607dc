namespace WholeTale.Simulator.Storage;

/// <summary>What an object can be found by beside its name: an owner's uid, a label, a claim that it mounts.</summary>
/// <param name="Index">What kind of thing it is, e.g. <c>owner</c>.</param>
/// <param name="Value">The thing itself.</param>
internal readonly record struct IndexKey(string Index, string Value)
{
    public static IndexKey Owner(string uid) => new("owner uid", uid);

    public static IndexKey Label(string name, string value) => new(name, value);
}
