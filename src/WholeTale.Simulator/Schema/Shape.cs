namespace WholeTale.Simulator.Schema;

/// <summary>The form of a value.</summary>
internal enum Shape
{
    Scalar,
    Struct,
    Map,
    List,

    /// <summary>Anything, without a schema: JSON schemas, extensions, custom resources that preserve unknown fields.</summary>
    Any,
}
