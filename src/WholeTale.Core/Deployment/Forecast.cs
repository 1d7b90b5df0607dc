using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>What the server foresees of a plan.</summary>
/// <param name="After">What it would make of each object that would change, or be made where that was asked; objects that stay as they are, and those that would be made anew, are left out.</param>
/// <param name="Failures">Why it would refuse, in the order of the plan, each an error of its own.</param>
/// <param name="Obstacles">The same as what stands in the way of a change, where nothing is to be applied and so nothing is an error.</param>
internal sealed record Forecast(
    IReadOnlyDictionary<ObjectReference, JsonObject> After, IReadOnlyList<WholeTaleException> Failures, IReadOnlyDictionary<ObjectReference, IReadOnlyList<Obstacle>> Obstacles)
{
    /// <summary>Throws the first of its errors, with the others.</summary>
    internal Forecast ThrowIfRefused()
    {
        WholeTaleException.ThrowAny(Failures);
        return this;
    }
}
