using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Api.Printing;

/// <summary>How objects of a kind become rows.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Cells">The cells of an object, one a column.</param>
internal sealed record Printer(IReadOnlyList<Column> Columns, Func<JsonObject, DateTimeOffset, IReadOnlyList<JsonNode?>> Cells);
