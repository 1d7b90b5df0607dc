using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;

namespace WholeTale.Core.Girder;

/// <summary>How long Girder is waited for.</summary>
/// <param name="Answer">How long it may take to answer, at first and after a restart.</param>
/// <param name="Whole">When the deploy must have ended that the set-up is part of; null where it is of none.</param>
internal sealed record GirderPatience(TimeLimit Answer, Deadline? Whole)
{
    /// <summary>How long it may take to answer from now on.</summary>
    internal TimeLimit Left => Whole?.Shorten(Answer) ?? Answer;

    /// <summary>What the settings say, outside of a deploy.</summary>
    internal static GirderPatience From(DeploySettings settings) => new(TimeLimit.Of(null, "ComponentTimeout", settings.ComponentTimeout, "Deploy.ComponentTimeout"), null);
}
