using System.Management.Automation;
using WholeTale.Core.Clusters;

namespace WholeTale.PowerShell.Arguments;

/// <summary>
/// Lets a cluster be given by its name. The name becomes a cluster of which nothing else is known yet; the command asks the providers
/// for the rest when it runs, where waiting can be stopped.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ClusterNameAttribute : ArgumentTransformationAttribute
{
    /// <summary>What was given as a cluster; null where it is none.</summary>
    internal static Cluster? Read(object? given) => (given is PSObject wrapped ? wrapped.BaseObject : given) switch
    {
        Cluster cluster => cluster,
        string { Length: > 0 } name => Named(name),
        _ => null,
    };

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => Read(inputData) ?? inputData;

    private static Cluster Named(string name) => new() { Name = name, Provider = "", Status = ClusterStatus.Unknown };
}
