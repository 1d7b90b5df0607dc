using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Patching;

/// <summary>What a patch makes of an object, before it is decoded.</summary>
/// <param name="Content">The patched tree; an object in all but odd cases.</param>
/// <param name="StrictProblems">What a strict reading of the patch itself found: duplicate and unknown members.</param>
/// <param name="Show">How the server's refusals show it: the patched JSON, or the strategic patch as a Go map.</param>
/// <param name="IsTyped">Whether apiVersion and kind of the patched tree choose its type (JSON and merge patches).</param>
internal sealed record PatchedObject(JsonNode? Content, IReadOnlyList<string> StrictProblems, Func<string> Show, bool IsTyped);
