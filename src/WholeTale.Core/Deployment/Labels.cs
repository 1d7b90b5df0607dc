namespace WholeTale.Core.Deployment;

/// <summary>The labels and annotations by which the product knows its own objects.</summary>
internal static class Labels
{
    internal const string Name = "app.kubernetes.io/name";
    internal const string Instance = "app.kubernetes.io/instance";
    internal const string Component = "app.kubernetes.io/component";
    internal const string PartOf = "app.kubernetes.io/part-of";
    internal const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>What part-of and managed-by say, and the field manager's name.</summary>
    internal const string Product = "wholetale";

    /// <summary>The component of what users started.</summary>
    internal const string Tale = "tale";

    /// <summary>The component of the Secrets that hold revisions.</summary>
    internal const string RevisionComponent = "revision";

    /// <summary>A revision's number.</summary>
    internal const string Revision = "wholetale.org/revision";

    /// <summary>A revision's outcome.</summary>
    internal const string Outcome = "wholetale.org/outcome";

    /// <summary>On a namespace that a deploy made, and that a removal may therefore delete.</summary>
    internal const string NamespaceMade = "wholetale.org/namespace-made";

    /// <summary>All of the namespace but users' tales; objects without the label are included.</summary>
    internal const string NotTales = $"{Component}!={Tale}";

    /// <summary>All that is ours, tales included.</summary>
    internal const string Ours = $"{PartOf}={Product}";

    internal static string OfComponent(System.Text.Json.Nodes.JsonObject item) => Kubernetes.ObjectFields.Label(item, Component);
}
