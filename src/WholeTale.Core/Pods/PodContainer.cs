namespace WholeTale.Core.Pods;

/// <summary>A container of one of the platform's pods.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Container">The container.</param>
/// <param name="Component">The component that the pod belongs to; <c>tale</c> for tales.</param>
/// <param name="IsRunning">Whether it runs now.</param>
public sealed record PodContainer(string Namespace, string Pod, string Container, string Component, bool IsRunning)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Pod}/{Container}";
}
