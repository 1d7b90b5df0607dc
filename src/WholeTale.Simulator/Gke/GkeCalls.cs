using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Gke.Messages.Rpc;

namespace WholeTale.Simulator.Gke;

/// <summary>A request of ClusterManager, by whichever wire it came: who asks is checked, what is to go wrong goes wrong, and the engine answers.</summary>
internal sealed class GkeCalls(GkeEngine engine, GoogleTokens tokens, FaultBook faults, TimeProvider time)
{
    /// <summary>Answers a request.</summary>
    /// <param name="request">The request's message.</param>
    /// <param name="authorization">The header of that name.</param>
    /// <param name="abort">Cuts the connection.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    /// <exception cref="GoogleError">It is refused.</exception>
    public async Task<IMessage> AnswerAsync(IMessage request, string authorization, Action abort, CancellationToken cancellationToken)
    {
        var method = request.Descriptor.Name[..^"Request".Length];
        if (!faults.IsEmpty)
            await StrikeAsync(method, abort, cancellationToken);
        tokens.Require(authorization);
        return Answer(request);
    }

    private IMessage Answer(IMessage request) => request switch
    {
        ListClustersRequest list => engine.ListClusters(ResourceName.Parse(list.Parent, list.ProjectId, list.Zone)),
        GetClusterRequest get => engine.GetCluster(ResourceName.Parse(get.Name, get.ProjectId, get.Zone, get.ClusterId)),
        CreateClusterRequest create => engine.CreateCluster(ResourceName.Parse(create.Parent, create.ProjectId, create.Zone), create.Cluster),
        UpdateClusterRequest update => engine.UpdateCluster(ResourceName.Parse(update.Name, update.ProjectId, update.Zone, update.ClusterId), update.Update),
        DeleteClusterRequest delete => engine.DeleteCluster(ResourceName.Parse(delete.Name, delete.ProjectId, delete.Zone, delete.ClusterId)),
        SetLabelsRequest label => engine.SetLabels(ResourceName.Parse(label.Name, label.ProjectId, label.Zone, label.ClusterId), label.ResourceLabels, label.LabelFingerprint),
        ListOperationsRequest list => engine.ListOperations(ResourceName.Parse(list.Parent, list.ProjectId, list.Zone)),
        GetOperationRequest get => engine.GetOperation(ResourceName.Parse(get.Name, get.ProjectId, get.Zone, operation: get.OperationId)),
        CancelOperationRequest cancel => Cancel(ResourceName.Parse(cancel.Name, cancel.ProjectId, cancel.Zone, operation: cancel.OperationId)),
        GetServerConfigRequest get => GkeEngine.GetServerConfig(ResourceName.Parse(get.Name, get.ProjectId, get.Zone)),
        ListNodePoolsRequest list => engine.ListNodePools(ResourceName.Parse(list.Parent, list.ProjectId, list.Zone, list.ClusterId)),
        GetNodePoolRequest get => engine.GetNodePool(ResourceName.Parse(get.Name, get.ProjectId, get.Zone, get.ClusterId, get.NodePoolId)),
        CreateNodePoolRequest create => engine.CreateNodePool(ResourceName.Parse(create.Parent, create.ProjectId, create.Zone, create.ClusterId), create.NodePool),
        DeleteNodePoolRequest delete => engine.DeleteNodePool(ResourceName.Parse(delete.Name, delete.ProjectId, delete.Zone, delete.ClusterId, delete.NodePoolId)),
        SetNodePoolSizeRequest size => engine.SetNodePoolSize(ResourceName.Parse(size.Name, size.ProjectId, size.Zone, size.ClusterId, size.NodePoolId), size.NodeCount),
        SetNodePoolAutoscalingRequest scale => engine.SetNodePoolAutoscaling(ResourceName.Parse(scale.Name, scale.ProjectId, scale.Zone, scale.ClusterId, scale.NodePoolId), scale.Autoscaling),
        SetNodePoolManagementRequest manage => engine.SetNodePoolManagement(ResourceName.Parse(manage.Name, manage.ProjectId, manage.Zone, manage.ClusterId, manage.NodePoolId), manage.Management),
        _ => throw new GoogleError(Code.Unimplemented, $"{request.Descriptor.Name} is not simulated."),
    };

    private Empty Cancel(ResourceName name)
    {
        engine.CancelOperation(name);
        return new Empty();
    }

    private async Task StrikeAsync(string method, Action abort, CancellationToken cancellationToken)
    {
        if (faults.Strike(new FaultEvent("gke") { Verb = method }) is not { } rule)
            return;
        if (rule.Milliseconds is { } latency)
            await Task.Delay(TimeSpan.FromMilliseconds(latency), time, cancellationToken);
        switch (rule.Action ?? (rule.Status is null ? "latency" : "status"))
        {
            case "latency":
                return;
            case "reset":
                abort();
                throw new GoogleError(Code.Unavailable, "The connection was cut.");
            case "hang":
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                return;
            default:
                throw Refusal(rule);
        }
    }

    private static GoogleError Refusal(FaultRule rule)
    {
        var info = new ErrorInfo { Reason = rule.Reason ?? "", Domain = "googleapis.com", Metadata = { ["service"] = SimulatedProject.Service, ["consumer"] = $"projects/{SimulatedProject.Id}" } };
        return new GoogleError(GoogleError.OfHttp(rule.Status ?? 503), rule.Message ?? "simulated fault", rule.Reason is null ? [] : [info]);
    }
}
