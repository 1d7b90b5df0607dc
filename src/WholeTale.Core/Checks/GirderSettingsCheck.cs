using WholeTale.Core.Girder;

namespace WholeTale.Core.Checks;

/// <summary>Girder's settings (addresses, CORS, cookies, folders) are those that follow from ours.</summary>
internal sealed class GirderSettingsCheck : ICheck
{
    public string Name => "GirderSettings";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var girder = await context.GirderAsync(cancellationToken);
        if (girder.LogIn is not null)
            return CheckOutcome.Skip("only Girder's administrator sees its settings, and could not log in");

        // Names alone are told: values may be secret.
        var different = await SettingsStep.FindDifferentAsync(girder.Session, cancellationToken);
        if (different.Count > 0)
            return CheckOutcome.Fail($"other than the settings say: {string.Join(", ", different)}", "Run Initialize-WTGirder: it puts them right.");
        var secrets = context.Settings.Secrets;
        return secrets.GlobusClientId.IsEmpty || secrets.GlobusClientSecret.IsEmpty
            ? CheckOutcome.Warn(
                "all are right; there is no Globus, so that users cannot sign in by it and data cannot be transferred by it",
                "Put Secrets.GlobusClientId and Secrets.GlobusClientSecret into secrets.psd1 and run Initialize-WTGirder.")
            : CheckOutcome.Pass("all are right");
    }
}
