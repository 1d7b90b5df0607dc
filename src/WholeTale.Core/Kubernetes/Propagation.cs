namespace WholeTale.Core.Kubernetes;

/// <summary>What becomes of dependants when an object is deleted.</summary>
public enum Propagation
{
    /// <summary>They go later.</summary>
    Background,

    /// <summary>They go first.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}
