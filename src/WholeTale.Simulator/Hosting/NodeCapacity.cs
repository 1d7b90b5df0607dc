namespace WholeTale.Simulator.Hosting;

/// <summary>What a simulated node offers.</summary>
/// <param name="Cpu">Cores.</param>
/// <param name="MemoryGi">Memory in Gi.</param>
/// <param name="StorageGi">Ephemeral storage in Gi.</param>
/// <param name="Pods">The largest number of pods.</param>
internal sealed record NodeCapacity(int Cpu = 8, int MemoryGi = 32, int StorageGi = 100, int Pods = 110);
