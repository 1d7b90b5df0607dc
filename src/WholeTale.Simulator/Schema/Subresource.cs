namespace WholeTale.Simulator.Schema;

/// <summary>What lies below an object: its name in the path, the kind it speaks, and its verbs.</summary>
/// <param name="Name">E.g. <c>scale</c>.</param>
/// <param name="Verbs">The verbs that discovery names.</param>
/// <param name="Kind">The kind of the body; null for the parent's own.</param>
/// <param name="Group">The group of that kind; null for the parent's own.</param>
/// <param name="Version">The version of that kind; null for the parent's own.</param>
internal sealed record Subresource(
    string Name,
    IReadOnlyList<string> Verbs,
    string? Kind = null,
    string? Group = null,
    string? Version = null)
{
    public static Subresource Status { get; } = new("status", ["get", "patch", "update"]);

    public static Subresource Scale { get; } = new("scale", ["get", "patch", "update"], "Scale", "autoscaling", "v1");
}
