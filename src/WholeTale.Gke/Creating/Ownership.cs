using WholeTale.Core.Configuration;

namespace WholeTale.Gke.Creating;

/// <summary>The labels by which a cluster is known as ours, and as protected.</summary>
internal static class Ownership
{
    private const string ManagedBy = "managed-by";
    private const string Us = "wholetale";
    private const string Protection = "wholetale-deletion-protection";

    /// <summary>The labels of a new cluster.</summary>
    internal static Dictionary<string, string> Labels(GkeSettings settings)
    {
        var labels = new Dictionary<string, string>(settings.Labels, StringComparer.Ordinal) { [ManagedBy] = Us };
        if (settings.DeletionProtection)
            labels[Protection] = "on";
        return labels;
    }

    /// <summary>Whether this module made the cluster.</summary>
    internal static bool IsOurs(IDictionary<string, string> labels) => labels.TryGetValue(ManagedBy, out var manager) && manager == Us;

    /// <summary>Whether it must not be deleted.</summary>
    internal static bool IsProtected(IDictionary<string, string> labels) => labels.TryGetValue(Protection, out var state) && state == "on";

    /// <summary>The same labels with the protection put on or taken off.</summary>
    internal static Dictionary<string, string> Protect(IDictionary<string, string> labels, bool isProtected)
    {
        var changed = new Dictionary<string, string>(labels, StringComparer.Ordinal);
        if (isProtected)
            changed[Protection] = "on";
        else
            changed.Remove(Protection);
        return changed;
    }
}
