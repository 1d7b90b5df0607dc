using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>What a write answers.</summary>
/// <param name="Utf8">The object as JSON.</param>
/// <param name="Created">Whether it is new (201).</param>
/// <param name="Stored">The stored object; null for a dry run.</param>
internal sealed record WriteResult(ReadOnlyMemory<byte> Utf8, bool Created, StoredObject? Stored);
