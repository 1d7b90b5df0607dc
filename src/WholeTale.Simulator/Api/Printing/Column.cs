namespace WholeTale.Simulator.Api.Printing;

/// <summary>A column of a table: its header, its type, whether only wide output shows it, and its description.</summary>
internal sealed record Column(string Name, string Type = "string", int Priority = 0, string Description = "", string Format = "");
