using System.Diagnostics;

namespace WholeTale.Core.Deployment;

/// <summary>Spans of what takes time, for whoever listens (OpenTelemetry: <c>AddSource("WholeTale")</c>). They carry names and states, never values.</summary>
internal static class Telemetry
{
    internal static readonly ActivitySource Source = new("WholeTale");
}
