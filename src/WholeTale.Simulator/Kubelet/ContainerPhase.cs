namespace WholeTale.Simulator.Kubelet;

/// <summary>How far a container has come.</summary>
internal enum ContainerPhase
{
    /// <summary>Its image is to be looked for.</summary>
    New,

    /// <summary>Its image is being pulled.</summary>
    Pulling,

    /// <summary>Its image could not be pulled; it is tried again later.</summary>
    PullFailed,

    /// <summary>It is being made.</summary>
    Creating,

    /// <summary>It lacks something that its environment refers to.</summary>
    ConfigError,

    Running,

    /// <summary>It has ended, and is started again later.</summary>
    BackOff,

    /// <summary>It has ended for good.</summary>
    Ended,
}
