namespace WholeTale.Simulator.Kubelet;

/// <summary>A line of a container's output.</summary>
internal sealed record LogLine(DateTimeOffset Time, string Text);
