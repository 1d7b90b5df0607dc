using System.Text.Json.Nodes;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Finds where the platform is reached: the hosts of its Ingresses, or of its routes.</summary>
internal static class PlatformUrls
{
    internal static IReadOnlyList<Uri> From(LiveObjects live) =>
        [
            .. live.All(ResourceTypes.Ingress).Where(IsPlatforms).SelectMany(From)
                .Concat(live.All(Route).Where(IsPlatforms).SelectMany(route => route.At("spec", "hostnames") as JsonArray ?? []).Select(host => new Uri($"https://{(string?)host}/")))
                .Distinct(),
        ];

    private static readonly ResourceType Route = new RouteReadiness().Type;

    private static bool IsPlatforms(JsonObject item) => item.Label(Labels.PartOf) == Labels.Product && item.Label(Labels.Component) != Labels.Tale;

    private static IEnumerable<Uri> From(JsonObject ingress)
    {
        var secured = ingress.Items("spec", "tls").SelectMany(tls => tls["hosts"] as JsonArray ?? []).Select(host => (string?)host).ToHashSet();
        foreach (var host in ingress.Items("spec", "rules").Select(rule => rule.Text("host")).Where(host => host.Length > 0 && !host.StartsWith('*')))
        {
            var covered = secured.Contains(host) || (host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && secured.Contains($"*{host[dot..]}"));
            yield return new Uri($"{(covered ? "https" : "http")}://{host}/");
        }
    }
}
