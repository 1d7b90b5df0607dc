namespace WholeTale.Simulator.Storage;

/// <summary>What a deletion did.</summary>
/// <param name="Object">The object as it was last, or as it is now with its <c>deletionTimestamp</c>.</param>
/// <param name="Gone">Whether it is gone; otherwise finalizers or its grace period hold it.</param>
internal sealed record DeletionResult(StoredObject Object, bool Gone);
