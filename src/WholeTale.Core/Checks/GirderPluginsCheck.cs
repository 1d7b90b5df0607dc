using WholeTale.Core.Girder;

namespace WholeTale.Core.Checks;

/// <summary>Girder has the plugins that Whole Tale consists of.</summary>
internal sealed class GirderPluginsCheck : ICheck
{
    public string Name => "GirderPlugins";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var girder = await context.GirderAsync(cancellationToken);
        if (girder.LogIn is not null)
            return CheckOutcome.Skip("only Girder's administrator sees its plugins, and could not log in");
        var missing = await PluginsStep.FindMissingAsync(girder.Session, cancellationToken);
        return missing.Count == 0
            ? CheckOutcome.Pass("all plugins are there")
            : CheckOutcome.Fail($"Girder lacks {string.Join(", ", missing)}", "Run Initialize-WTGirder: it enables them, or says why they cannot be loaded.");
    }
}
