namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>A test has declared itself skipped.</summary>
internal sealed class SpecSkippedException(string because) : Exception(because);
