using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WholeTale.Core.Configuration;

/// <summary>A value that must not be seen: every way of showing it gives <c>********</c>; only <see cref="Reveal"/> gives it.</summary>
[DebuggerDisplay("********")]
[JsonConverter(typeof(SecretConverter))]
public sealed class Secret : IEquatable<Secret>
{
    /// <summary>What is shown in place of the value.</summary>
    public const string Mask = "********";

    private readonly string value;

    /// <summary>Keeps a value.</summary>
    /// <param name="value">The value itself.</param>
    public Secret(string value) => this.value = value;

    /// <summary>Whether the value is empty.</summary>
    public bool IsEmpty => value.Length == 0;

    /// <summary>Gives the value itself. Callers must not pass it to a stream, a log or an exception.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public override string ToString() => Mask;

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && string.Equals(value, other.value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);

    private sealed class SecretConverter : JsonConverter<Secret>
    {
        public override Secret? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString() is { } text ? new Secret(text) : null;

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(Mask);
    }
}
