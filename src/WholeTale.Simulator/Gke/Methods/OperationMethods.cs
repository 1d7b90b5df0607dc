using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using WholeTale.Simulator.Gke.Messages;

namespace WholeTale.Simulator.Gke.Methods;

/// <summary>ClusterManager's methods for operations.</summary>
internal sealed class OperationMethods(GkeProject project)
{
    public ListOperationsResponse List(ResourceName parent)
    {
        lock (project.Gate)
            return new ListOperationsResponse { Operations = { project.OperationsIn(parent).Select(run => run.Description.Clone()) } };
    }

    public Operation Get(ResourceName name)
    {
        lock (project.Gate)
            return project.RequireOperation(name).Description.Clone();
    }

    public Empty Cancel(ResourceName name)
    {
        lock (project.Gate)
        {
            var run = project.RequireOperation(name);
            if (run.IsDone)
                throw new GoogleError(Code.FailedPrecondition, $"Operation {name.Operation} is already done and cannot be cancelled.");
            run.Cancel();
        }

        return new Empty();
    }
}
