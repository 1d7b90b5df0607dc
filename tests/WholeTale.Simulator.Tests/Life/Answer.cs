using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>What a request was answered with.</summary>
public sealed record Answer(int Status, string Text, IReadOnlyList<string> Warnings)
{
    public JsonNode Body => JsonNode.Parse(Text)!;

    /// <summary>The message of a Status.</summary>
    public string Message => (string?)Body["message"] ?? "";

    /// <summary>The causes of a Status, a line each: <c>reason field: message</c>.</summary>
    public IReadOnlyList<string> Causes =>
        [.. (Body["details"]?["causes"]?.AsArray() ?? []).Select(cause => $"{cause!["reason"]} {cause["field"]}: {cause["message"]}")];
}
