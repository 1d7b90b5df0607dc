using WholeTale.Simulator.Api;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Backends;

/// <summary>Connects the proxies of services and pods to the backends.</summary>
internal static class ContainerBackends
{
    public static void Connect(KubernetesApi api, ControllerManager controllers, SimulatedClusterOptions options)
    {
        _ = (api, controllers, options);
    }
}
