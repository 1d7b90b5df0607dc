namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>A Should does not hold.</summary>
internal sealed class AssertionFailedException(string message) : Exception(message);
