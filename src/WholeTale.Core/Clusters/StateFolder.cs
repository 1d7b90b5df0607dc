using WholeTale.Core.Configuration;

namespace WholeTale.Core.Clusters;

/// <summary>Where the product keeps what outlives a session: state of simulated clusters, logs.</summary>
public static class StateFolder
{
    /// <summary>The folder: the setting's, else XDG_STATE_HOME (XDG Base Directory Specification 0.8) or LocalApplicationData.</summary>
    public static string Of(ResolvedSettings settings)
    {
        var chosen = settings.Settings.StateFolder;
        if (chosen.Length > 0)
            return Path.GetFullPath(chosen, settings.BaseFolder);
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "WholeTale");
        // The specification: a relative XDG path is to be ignored.
        var xdg = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (!Path.IsPathFullyQualified(xdg ?? ""))
            xdg = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".local", "state");
        return Path.Combine(xdg!, "wholetale");
    }
}
