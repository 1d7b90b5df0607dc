namespace WholeTale.Simulator.Schema;

/// <summary>How the items of a list are owned and merged.</summary>
internal enum ListKind
{
    /// <summary>The list is one value.</summary>
    Atomic,

    /// <summary>Each item is a value of its own.</summary>
    Set,

    /// <summary>Each item is found by its keys.</summary>
    Map,
}
