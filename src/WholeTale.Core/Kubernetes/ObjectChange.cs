namespace WholeTale.Core.Kubernetes;

/// <summary>What a watch can tell of an object.</summary>
public enum ObjectChange
{
    /// <summary>It is there (from a list, or added since).</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>The first list is complete: what has not been named does not exist.</summary>
    Listed,
}
