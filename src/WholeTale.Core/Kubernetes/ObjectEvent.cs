using System.Text.Json.Nodes;

namespace WholeTale.Core.Kubernetes;

/// <summary>A change that a watch has seen.</summary>
/// <param name="Change">What happened.</param>
/// <param name="Object">The object as it is now, or as it was when it was deleted (where that was not seen, its kind and what names it: names, uid, labels, annotations); null for <see cref="ObjectChange.Listed"/>.</param>
public sealed record ObjectEvent(ObjectChange Change, JsonObject? Object);
