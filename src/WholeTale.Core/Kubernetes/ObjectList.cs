using System.Text.Json.Nodes;

namespace WholeTale.Core.Kubernetes;

/// <summary>A list as the server gave it.</summary>
/// <param name="Items">The objects, each with apiVersion and kind.</param>
/// <param name="ResourceVersion">Where a watch may begin.</param>
public sealed record ObjectList(IReadOnlyList<JsonObject> Items, string ResourceVersion);
