namespace WholeTale.Simulator.Schema;

/// <summary>What a scalar may be, as Go declares it.</summary>
internal enum ScalarType
{
    Text,
    Integer32,
    Integer64,
    Float,
    Boolean,
    Quantity,
    IntOrString,
    Time,
    MicroTime,
    Bytes,
}
