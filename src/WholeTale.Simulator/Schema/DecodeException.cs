namespace WholeTale.Simulator.Schema;

/// <summary>A value does not fit its type; the message is that of Go's decoder.</summary>
/// <param name="message">As encoding/json words it.</param>
/// <param name="conversion">As the conversion of an unstructured map words it (strategic merge patches); the same when null.</param>
internal sealed class DecodeException(string message, string? conversion = null) : Exception(message)
{
    public string Conversion => conversion ?? Message;
}
