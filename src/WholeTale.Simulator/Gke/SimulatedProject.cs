namespace WholeTale.Simulator.Gke;

/// <summary>The one project of the simulated Google.</summary>
internal static class SimulatedProject
{
    public const string Id = "simulated-project";

    public const string Number = "100000000000";

    public const string Service = "container.googleapis.com";

    /// <summary>What a Kubernetes of a GKE version calls itself: it says that it is simulated.</summary>
    public static string Version(string version) => $"v{version}+wholetale.simulator";
}
