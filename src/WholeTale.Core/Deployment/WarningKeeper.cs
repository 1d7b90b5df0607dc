namespace WholeTale.Core.Deployment;

/// <summary>Passes reports on and keeps the warnings among them; the same one is told once.</summary>
internal sealed class WarningKeeper(IProgress<Report> inner, IEnumerable<string> earlier) : IProgress<Report>
{
    private readonly List<string> warnings = [.. earlier];

    /// <summary>What has been warned of so far.</summary>
    internal IReadOnlyList<string> Warnings
    {
        get
        {
            lock (warnings)
                return [.. warnings];
        }
    }

    public void Report(Report value)
    {
        if (value is WarningReport warning)
        {
            lock (warnings)
            {
                if (warnings.Contains(warning.Message))
                    return;
                warnings.Add(warning.Message);
            }
        }

        inner.Report(value);
    }
}
