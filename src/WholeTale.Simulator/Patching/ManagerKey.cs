namespace WholeTale.Simulator.Patching;

/// <summary>What tells one entry of <c>managedFields</c> from another. An applier is the same in every version.</summary>
internal sealed record ManagerKey(string Manager, string Operation, string ApiVersion, string Subresource)
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    public bool IsApply => Operation == Apply;

    /// <summary>The manager as conflicts name it.</summary>
    public override string ToString()
    {
        var text = "\"" + Manager + "\"";
        if (Subresource.Length > 0)
            text += " with subresource \"" + Subresource + "\"";
        return IsApply ? text : text + " using " + ApiVersion;
    }
}
