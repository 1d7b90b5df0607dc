using Microsoft.AspNetCore.Builder;

namespace WholeTale.Simulator.Api;

/// <summary>Where hosting and the API meet.</summary>
internal static class KubernetesApiExtensions
{
    /// <summary>
    /// Answers every request that came so far, as an API server: it is the last middleware. What stands before it
    /// (faults, the simulator's own admin paths) is hosting's.
    /// </summary>
    public static IApplicationBuilder UseKubernetesApi(this IApplicationBuilder app, KubernetesApi api)
    {
        var handler = new RequestHandler(api);
        app.Run(handler.HandleAsync);
        return app;
    }
}
