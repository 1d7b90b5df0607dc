namespace WholeTale.Simulator.Streams;

/// <summary>A port of a pod, as a connection carries it.</summary>
internal sealed record PodPort(string Namespace, string Pod, int Port);
