namespace WholeTale.Simulator.Storage;

/// <summary>An entry of <c>metadata.ownerReferences</c>.</summary>
internal sealed record OwnerReference(string Uid, string Kind, string Name, bool IsController, bool BlocksDeletion);
