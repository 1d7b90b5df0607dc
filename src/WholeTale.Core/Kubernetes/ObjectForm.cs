namespace WholeTale.Core.Kubernetes;

/// <summary>How much of objects a reader needs.</summary>
internal enum ObjectForm
{
    /// <summary>All.</summary>
    Whole,

    /// <summary><c>metadata</c> alone: a fraction of the bytes where specs, data or states are large (PartialObjectMetadata, Kubernetes API concepts, "Alternate representations of resources").</summary>
    Metadata,
}

/// <summary>Forms of objects as media types.</summary>
internal static class ObjectForms
{
    /// <summary>What to accept for a list. A server that knows no other form of what it serves, as an aggregated one may, gives the whole.</summary>
    internal static string OfList(this ObjectForm form) => Accept(form, "PartialObjectMetadataList");

    /// <summary>What to accept for single objects, as a watch tells of them.</summary>
    internal static string OfObject(this ObjectForm form) => Accept(form, "PartialObjectMetadata");

    private static string Accept(ObjectForm form, string kind) => form == ObjectForm.Metadata ? $"{ApiTransport.Json};as={kind};g=meta.k8s.io;v=v1,{ApiTransport.Json}" : ApiTransport.Json;
}
