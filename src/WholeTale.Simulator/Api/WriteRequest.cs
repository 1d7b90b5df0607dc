using WholeTale.Simulator.Patching;
using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Api;

/// <summary>A write under way: what it is for, who asks, and the warnings it gathers.</summary>
internal sealed record WriteRequest(Kind Kind, string Namespace, string Name, string Subresource, Caller Caller, WriteOptions Options)
{
    public List<string> Warnings { get; } = [];

    public ManagerKey Manager(string operation) => new(
        Options.FieldManager.Length > 0 ? Options.FieldManager : Caller.Manager,
        operation,
        operation == ManagerKey.Apply ? "" : Kind.ApiVersion,
        Subresource);
}
