namespace WholeTale.Simulator.Schema;

/// <summary>A value does not fit its type; the message is that of Go's decoder.</summary>
internal sealed class DecodeException(string message) : Exception(message);
