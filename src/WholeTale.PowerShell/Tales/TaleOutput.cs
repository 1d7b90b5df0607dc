using System.Management.Automation;
using WholeTale.Core.Clusters;
using WholeTale.Core.Tales;

namespace WholeTale.PowerShell.Tales;

/// <summary>Lets a tale know its cluster, so that it can be piped on without naming the cluster again.</summary>
internal static class TaleOutput
{
    /// <param name="tale">The tale.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="showToken">Whether its address is to hold the token, for all to see.</param>
    internal static PSObject Of(TalePod tale, Cluster cluster, bool showToken = false)
    {
        var shown = showToken && tale.TokenUrl is { } secret ? tale with { Url = new Uri(secret.Reveal()) } : tale;
        var result = PSObject.AsPSObject(shown);
        result.Properties.Add(new PSNoteProperty("Cluster", cluster));
        return result;
    }
}
