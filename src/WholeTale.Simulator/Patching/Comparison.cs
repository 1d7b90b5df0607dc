namespace WholeTale.Simulator.Patching;

/// <summary>The fields in which two trees differ.</summary>
internal sealed record Comparison(FieldSet Added, FieldSet Modified, FieldSet Removed)
{
    /// <summary>The same without fields that nobody may own.</summary>
    public Comparison Without(FieldSet ignored) =>
        new(Added.RecursiveDifference(ignored), Modified.RecursiveDifference(ignored), Removed.RecursiveDifference(ignored));

    public bool IsSame => Added.IsEmpty && Modified.IsEmpty && Removed.IsEmpty;
}
