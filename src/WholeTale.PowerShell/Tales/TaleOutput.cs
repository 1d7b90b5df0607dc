using System.Management.Automation;
using WholeTale.Core.Clusters;
using WholeTale.Core.Tales;

namespace WholeTale.PowerShell.Tales;

/// <summary>Lets a tale know its cluster, so that it can be piped on without naming the cluster again.</summary>
internal static class TaleOutput
{
    internal static PSObject Of(TalePod tale, Cluster cluster)
    {
        var result = PSObject.AsPSObject(tale);
        result.Properties.Add(new PSNoteProperty("Cluster", cluster));
        return result;
    }
}
