using WholeTale.Simulator.Faults;

namespace WholeTale.Simulator.Gke.Identity;

/// <summary>Rules of faults on <c>token</c>: no access token is given.</summary>
internal sealed class TokenFaults(FaultBook faults)
{
    /// <summary>Answers in the place of whoever was asked; false where no rule strikes.</summary>
    /// <param name="context">The request.</param>
    /// <param name="verb">How a token is asked for: <c>create</c>, <c>exchange</c>, <c>generateAccessToken</c>.</param>
    public async Task<bool> StrikeAsync(HttpContext context, string verb)
    {
        if (faults.Strike(new FaultEvent("token") { Verb = verb }) is not { } rule)
            return false;
        if (rule.Action == "reset")
            context.Abort();
        else
            await OAuthAnswer.RefuseAsync(context, rule.Reason ?? "internal_failure", rule.Message ?? "simulated fault", rule.Status ?? 500);
        return true;
    }
}
