using Google.Rpc;
using WholeTale.Simulator.Gke.Messages;
using Type = WholeTale.Simulator.Gke.Messages.Operation.Types.Type;

namespace WholeTale.Simulator.Gke.Methods;

/// <summary>ClusterManager's methods that set something of a cluster that runs. The types of operations that had a setter's name are no longer in use: all are UPDATE_CLUSTER.</summary>
internal sealed class ClusterSettingMethods(GkeProject project)
{
    public Operation Update(ResourceName name, ClusterUpdate? update) => project.Change(name, Type.UpdateCluster, "UpdateCluster", cluster =>
    {
        if (update is null || update.CalculateSize() == 0)
            throw new GoogleError(Code.InvalidArgument, "Must specify a field to update.");
        // The reference: an etag that is not the cluster's blocks the update.
        if (update.Etag.Length > 0 && update.Etag != cluster.Etag)
            throw new GoogleError(Code.Aborted, "The cluster has been changed since its etag was read.");
        cluster.ReleaseChannel = update.DesiredReleaseChannel?.Clone() ?? cluster.ReleaseChannel;
        cluster.WorkloadIdentityConfig = update.DesiredWorkloadIdentityConfig?.Clone() ?? cluster.WorkloadIdentityConfig;
        cluster.MasterAuthorizedNetworksConfig = update.DesiredMasterAuthorizedNetworksConfig?.Clone() ?? cluster.MasterAuthorizedNetworksConfig;
        cluster.ShieldedNodes = update.DesiredShieldedNodes?.Clone() ?? cluster.ShieldedNodes;
        cluster.LoggingConfig = update.DesiredLoggingConfig?.Clone() ?? cluster.LoggingConfig;
        cluster.MonitoringConfig = update.DesiredMonitoringConfig?.Clone() ?? cluster.MonitoringConfig;
        if (update.DesiredAddonsConfig is { } addons)
            ClusterChanges.SetAddons(cluster, addons);
        if (update.DesiredLoggingService.Length > 0)
            cluster.LoggingService = ClusterChanges.Service("logging", update.DesiredLoggingService);
        if (update.DesiredMonitoringService.Length > 0)
            cluster.MonitoringService = ClusterChanges.Service("monitoring", update.DesiredMonitoringService);
        if (update.DesiredLocations.Count > 0)
            ClusterChanges.SetLocations(cluster, name, update.DesiredLocations);
        if (update.DesiredNodePoolAutoscaling is { } scaling)
            Pool().Autoscaling = scaling.Clone();
        if (update.DesiredImageType.Length > 0)
            Pool().Config.ImageType = update.DesiredImageType;
        if (update.DesiredMasterVersion.Length > 0)
            ClusterChanges.SetMasterVersion(cluster, update.DesiredMasterVersion);
        if (update.DesiredNodeVersion.Length > 0)
            ClusterChanges.SetNodeVersion(cluster, Pool(), update.DesiredNodeVersion);

        NodePool Pool() => ClusterRules.Pool(cluster, update.DesiredNodePoolId.Length > 0 ? update.DesiredNodePoolId : cluster.NodePools[0].Name);
    });

    public Operation UpdateMaster(ResourceName name, string version) =>
        project.Change(name, Type.UpgradeMaster, "UpdateMaster", cluster => ClusterChanges.SetMasterVersion(cluster, version));

    public Operation SetLabels(ResourceName name, IDictionary<string, string> labels, string fingerprint) => project.Change(name, Type.UpdateCluster, "SetLabels", cluster =>
    {
        // The reference: the fingerprint must be the cluster's, so that no change in between is lost. gcloud may leave it out.
        if (fingerprint.Length > 0 && fingerprint != cluster.LabelFingerprint)
            throw new GoogleError(Code.FailedPrecondition, "Labels could not be set due to fingerprint mismatch.");
        cluster.ResourceLabels.Clear();
        cluster.ResourceLabels.Add(labels);
    });

    public Operation SetLoggingService(ResourceName name, string service) =>
        project.Change(name, Type.UpdateCluster, "SetLoggingService", cluster => cluster.LoggingService = ClusterChanges.Service("logging", service));

    public Operation SetMonitoringService(ResourceName name, string service) =>
        project.Change(name, Type.UpdateCluster, "SetMonitoringService", cluster => cluster.MonitoringService = ClusterChanges.Service("monitoring", service));

    public Operation SetAddons(ResourceName name, AddonsConfig? addons) => project.Change(
        name, Type.UpdateCluster, "SetAddonsConfig", cluster => ClusterChanges.SetAddons(cluster, addons ?? throw ClusterRules.Invalid("addons_config", "must be given")));

    public Operation SetLocations(ResourceName name, ICollection<string> locations) =>
        project.Change(name, Type.UpdateCluster, "SetLocations", cluster => ClusterChanges.SetLocations(cluster, name, locations));

    /// <summary>Basic authentication went with Kubernetes 1.19: of its passwords, only the taking away is left.</summary>
    public Operation SetMasterAuth(ResourceName name, SetMasterAuthRequest request) => project.Change(name, Type.UpdateCluster, "SetMasterAuth", _ =>
    {
        if (request is not { Action: SetMasterAuthRequest.Types.Action.SetUsername, Update.Username: "" })
            throw new GoogleError(Code.InvalidArgument, "Basic authentication was removed for GKE cluster versions >= 1.19.");
    });

    public Operation SetLegacyAbac(ResourceName name, bool enabled) =>
        project.Change(name, Type.UpdateCluster, "SetLegacyAbac", cluster => cluster.LegacyAbac = new LegacyAbac { Enabled = enabled });

    public Operation SetNetworkPolicy(ResourceName name, NetworkPolicy? policy) => project.Change(
        name, Type.UpdateCluster, "SetNetworkPolicy", cluster => cluster.NetworkPolicy = policy?.Clone() ?? throw ClusterRules.Invalid("network_policy", "must be given"));

    public Operation SetMaintenancePolicy(ResourceName name, MaintenancePolicy? policy) => project.Change(name, Type.UpdateCluster, "SetMaintenancePolicy", cluster =>
    {
        var wanted = policy?.Clone() ?? throw ClusterRules.Invalid("maintenance_policy", "must be given");
        // The reference: with the version that was read, no change in between is lost.
        if (wanted.ResourceVersion.Length > 0 && wanted.ResourceVersion != cluster.MaintenancePolicy?.ResourceVersion)
            throw new GoogleError(Code.FailedPrecondition, "The maintenance policy has been changed since its resource_version was read.");
        if (wanted.Window?.DailyMaintenanceWindow is { } daily)
        {
            if (!TimeOnly.TryParseExact(daily.StartTime, "HH:mm", out _))
                throw ClusterRules.Invalid("maintenance_policy.window.daily_maintenance_window.start_time", $"\"{daily.StartTime}\" is not in the format HH:MM");
            daily.Duration = "PT4H0M0S";
        }

        wanted.ResourceVersion = LiveCluster.Hash(wanted.Window?.ToString() ?? "");
        cluster.MaintenancePolicy = wanted;
    });
}
