using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tests.Configuration;

/// <summary>What settings of GKE need of each other.</summary>
public sealed class GkeConsistencyTests
{
    [Fact]
    public void The_defaults_fit_together() => Assert.Empty(SettingsConsistency.Check(new Settings()));

    [Theory]
    [InlineData("Gke.MinNodeCount", "Gke.MinNodeCount", 6, "Gke.MaxNodeCount", 5)]
    [InlineData("Gke.NodeCount", "Gke.NodeCount", 6, "Gke.MaxNodeCount", 5)]
    [InlineData("Gke.ControlPlaneCidr", "Gke.ControlPlaneCidr", "172.16.0.0/28", "Gke.PrivateNodes", false)]
    [InlineData("Gke.Location", "Gke.Location", "us-central1-a", "Gke.Mode", "Autopilot")]
    [InlineData("Gke.ReleaseChannel", "Gke.ReleaseChannel", "None", "Gke.Mode", "Autopilot")]
    [InlineData("Gke.CredentialsFile", "Gke.CredentialsFile", "key.json", "Secrets.GkeAccessToken", "ya29.a-token")]
    public void Settings_that_do_not_fit_are_said_before_Google_is_asked(string problem, string first, object value, string second, object other)
    {
        var problems = SettingsResolver.Check([], new Dictionary<string, string>(), new Dictionary<string, object?> { [first] = value, [second] = other }, ".");

        Assert.Contains(problems, found => found.Key == problem);
        Assert.DoesNotContain(problems, found => found.ToString().Contains("ya29", StringComparison.Ordinal));
    }
}
