namespace WholeTale.Simulator.Api;

/// <summary>Who makes a request, after authentication.</summary>
/// <param name="Name">E.g. <c>kubernetes-admin</c> or <c>system:serviceaccount:ns:name</c>.</param>
/// <param name="Groups">E.g. <c>system:masters</c>, which may do everything.</param>
/// <param name="Manager">The default field manager: the user agent up to its first slash.</param>
internal sealed record Caller(string Name, IReadOnlyList<string> Groups, string Manager)
{
    /// <summary>The caller that controllers are.</summary>
    public static Caller System(string manager) => new("system:" + manager, ["system:masters", "system:authenticated"], manager);
}
