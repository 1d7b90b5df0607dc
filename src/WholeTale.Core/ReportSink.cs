namespace WholeTale.Core;

/// <summary>Passes reports to a function at once, on the reporting thread (unlike <see cref="Progress{T}"/>, which may come late).</summary>
public sealed class ReportSink(Action<Report> tell) : IProgress<Report>
{
    /// <summary>Takes no notice.</summary>
    public static IProgress<Report> None { get; } = new ReportSink(_ => { });

    /// <inheritdoc/>
    public void Report(Report value) => tell(value);
}
