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
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => inputData switch
    {
        PSObject { BaseObject: string name } => Named(name),
        string name => Named(name),
        _ => inputData,
    };

    private static object Named(string name) => name.Length == 0 ? name : new Cluster { Name = name, Provider = "", Status = ClusterStatus.Unknown };
}
