namespace WholeTale.Simulator.Storage;

/// <summary>The objects of a kind as they were at one resourceVersion, in the order of their keys.</summary>
internal sealed record ListSnapshot(IReadOnlyList<StoredObject> Items, long ResourceVersion);
