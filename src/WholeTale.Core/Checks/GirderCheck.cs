namespace WholeTale.Core.Checks;

/// <summary>Girder answers, and knows its administrator.</summary>
internal sealed class GirderCheck : ICheck
{
    public string Name => "Girder";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var girder = await context.GirderAsync(cancellationToken);
        return girder.LogIn is { } refused
            ? CheckOutcome.Fail(refused.TrimEnd('.'), "Run Initialize-WTGirder: it makes the administrator, or says what stands in the way.")
            : CheckOutcome.Pass($"Girder {girder.Session.Version.Text} answers and knows its administrator");
    }
}
