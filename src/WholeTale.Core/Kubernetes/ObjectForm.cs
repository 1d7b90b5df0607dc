namespace WholeTale.Core.Kubernetes;

/// <summary>How much of objects a reader needs.</summary>
internal enum ObjectForm
{
    /// <summary>All.</summary>
    Whole,

    /// <summary><c>metadata</c> alone: a fraction of the bytes where specs, data or states are large (PartialObjectMetadata, Kubernetes API concepts, "Alternate representations of resources").</summary>
    Metadata,
}
