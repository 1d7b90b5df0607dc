using Google.Protobuf;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke.Identity;
using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Gke.Methods;
using Google.Rpc;

namespace WholeTale.Simulator.Gke;

/// <summary>A request of ClusterManager, by whichever wire it came: who asks is checked, what is to go wrong goes wrong, and the method answers.</summary>
internal sealed class GkeCalls
{
    private readonly Dictionary<Type, Func<ResourceName, IMessage, IMessage>> _methods = [];
    private readonly GoogleTokens _tokens;
    private readonly FaultBook _faults;
    private readonly TimeProvider _time;

    public GkeCalls(GkeProject project, ClusterLife life, GoogleTokens tokens, FaultBook faults)
    {
        (_tokens, _faults, _time) = (tokens, faults, project.Options.Time);
        var (clusters, settings, pools, operations) = (new ClusterMethods(project, life), new ClusterSettingMethods(project), new NodePoolMethods(project), new OperationMethods(project));
        On<ListClustersRequest>((parent, _) => clusters.List(parent));
        On<GetClusterRequest>((name, _) => clusters.Get(name));
        On<CreateClusterRequest>((parent, request) => clusters.Create(parent, request.Cluster));
        On<DeleteClusterRequest>((name, _) => clusters.Delete(name));
        On<GetJSONWebKeysRequest>((parent, _) => clusters.GetKeys(parent));
        On<UpdateClusterRequest>((name, request) => settings.Update(name, request.Update));
        On<UpdateMasterRequest>((name, request) => settings.UpdateMaster(name, request.MasterVersion));
        On<SetLabelsRequest>((name, request) => settings.SetLabels(name, request.ResourceLabels, request.LabelFingerprint));
        On<SetLoggingServiceRequest>((name, request) => settings.SetLoggingService(name, request.LoggingService));
        On<SetMonitoringServiceRequest>((name, request) => settings.SetMonitoringService(name, request.MonitoringService));
        On<SetAddonsConfigRequest>((name, request) => settings.SetAddons(name, request.AddonsConfig));
        On<SetLocationsRequest>((name, request) => settings.SetLocations(name, request.Locations));
        On<SetMasterAuthRequest>(settings.SetMasterAuth);
        On<SetLegacyAbacRequest>((name, request) => settings.SetLegacyAbac(name, request.Enabled));
        On<SetNetworkPolicyRequest>((name, request) => settings.SetNetworkPolicy(name, request.NetworkPolicy));
        On<SetMaintenancePolicyRequest>((name, request) => settings.SetMaintenancePolicy(name, request.MaintenancePolicy));
        On<ListNodePoolsRequest>((parent, _) => pools.List(parent));
        On<GetNodePoolRequest>((name, _) => pools.Get(name));
        On<CreateNodePoolRequest>((parent, request) => pools.Create(parent, request.NodePool));
        On<UpdateNodePoolRequest>(pools.Update);
        On<DeleteNodePoolRequest>((name, _) => pools.Delete(name));
        On<SetNodePoolSizeRequest>((name, request) => pools.SetSize(name, request.NodeCount));
        On<SetNodePoolAutoscalingRequest>((name, request) => pools.SetAutoscaling(name, request.Autoscaling));
        On<SetNodePoolManagementRequest>((name, request) => pools.SetManagement(name, request.Management));
        On<RollbackNodePoolUpgradeRequest>((name, _) => pools.Rollback(name));
        On<CompleteNodePoolUpgradeRequest>((name, _) => pools.CompleteUpgrade(name));
        On<ListOperationsRequest>((parent, _) => operations.List(parent));
        On<GetOperationRequest>((name, _) => operations.Get(name));
        On<CancelOperationRequest>((name, _) => operations.Cancel(name));
        On<GetServerConfigRequest>((parent, _) => LocationMethods.GetServerConfig(parent));
        On<ListUsableSubnetworksRequest>(LocationMethods.ListUsableSubnetworks);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request's message.</param>
    /// <param name="authorization">The header of that name.</param>
    /// <param name="abort">Cuts the connection.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    /// <exception cref="GoogleError">It is refused.</exception>
    public async Task<IMessage> AnswerAsync(IMessage request, string authorization, Action abort, CancellationToken cancellationToken)
    {
        var method = request.Descriptor.Name[..^"Request".Length];
        if (!_faults.IsEmpty)
            await StrikeAsync(method, abort, cancellationToken);
        _tokens.Require(authorization);
        return _methods[request.GetType()](ResourceName.Of(request), request);
    }

    private void On<T>(Func<ResourceName, T, IMessage> answer)
        where T : IMessage => _methods.Add(typeof(T), (name, request) => answer(name, (T)request));

    private async Task StrikeAsync(string method, Action abort, CancellationToken cancellationToken)
    {
        if (_faults.Strike(new FaultEvent("gke") { Verb = method }) is not { } rule)
            return;
        if (rule.Milliseconds is { } latency)
            await Task.Delay(TimeSpan.FromMilliseconds(latency), _time, cancellationToken);
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
