using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>A page of a list.</summary>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long ResourceVersion, string Continue, long? Remaining);
