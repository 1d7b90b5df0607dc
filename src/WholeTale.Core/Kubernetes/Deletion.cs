namespace WholeTale.Core.Kubernetes;

/// <summary>What came of asking for an object to be deleted.</summary>
public enum Deletion
{
    /// <summary>There was no such object.</summary>
    Absent,

    /// <summary>It is gone.</summary>
    Done,

    /// <summary>It goes when its finalizers have been taken away: after what it owns, or after what somebody does about it.</summary>
    Begun,
}
