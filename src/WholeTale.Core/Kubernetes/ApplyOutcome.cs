using System.Text.Json.Nodes;

namespace WholeTale.Core.Kubernetes;

/// <summary>What an apply did.</summary>
/// <param name="Object">The object as stored.</param>
/// <param name="Created">Whether the server created it (201).</param>
/// <param name="Warnings">The server's Warning headers.</param>
public sealed record ApplyOutcome(JsonObject Object, bool Created, IReadOnlyList<string> Warnings);
