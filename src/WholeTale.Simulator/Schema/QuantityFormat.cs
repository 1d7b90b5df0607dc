namespace WholeTale.Simulator.Schema;

/// <summary>The suffixes a quantity was written in, which its canonical form keeps.</summary>
internal enum QuantityFormat
{
    Decimal,
    Binary,
    Exponent,
}
