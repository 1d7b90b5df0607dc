namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>What became of a test.</summary>
/// <param name="Path">The titles from the outermost block to the test.</param>
/// <param name="Outcome">Passed, failed or skipped.</param>
/// <param name="Message">Why it failed or was skipped.</param>
internal sealed record SpecResult(string Path, SpecOutcome Outcome, string Message = "");

/// <summary>How a test can end.</summary>
internal enum SpecOutcome
{
    Passed,
    Failed,
    Skipped,
}
