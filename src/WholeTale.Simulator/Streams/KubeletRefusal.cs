namespace WholeTale.Simulator.Streams;

/// <summary>What a kubelet refuses, in its words: no <c>Status</c> object, as the API server's refusals are.</summary>
internal sealed class KubeletRefusal(string message) : Exception(message);
