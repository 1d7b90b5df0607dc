using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections.Features;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Girder;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Streams;

namespace WholeTale.Simulator.Backends;

/// <summary>Connects the proxies of Services and pods to what answers in the place of containers.</summary>
internal sealed class ContainerBackends(World world)
{
    private readonly List<IContainerBackend> _backends = [new GirderBackend(), new DashboardBackend(), new RegistryBackend(), new PlainBackend()];

    /// <summary>Serves the <c>proxy</c> subresources.</summary>
    public void Connect(KubernetesApi api)
    {
        api.Connect("services", "proxy", ServiceAsync);
        api.Connect("pods", "proxy", PodAsync);
    }

    /// <summary>Answers requests that come over a forwarded port; all others go on.</summary>
    public async Task AnswerConnectionsAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(typeof(PodPort), out var item) != true || item is not PodPort target)
        {
            await next(context);
            return;
        }

        if (world.Store.Get(world.Pod, target.Namespace, target.Pod) is { } stored)
            await AnswerAsync(context, PodFacts.Of(stored), "", target.Port, context.Request.Path.Value ?? "/");
        else
            context.Abort();
    }

    /// <summary>Answers a request that has reached a pod.</summary>
    public async Task AnswerAsync(HttpContext context, PodFacts pod, string service, int port, string path)
    {
        var container = pod.Content["spec"].Items("containers").FirstOrDefault(item => item.Items("ports").Any(listed => listed["containerPort"].Number() == port))
            ?? pod.Content["spec"].Items("containers").First();
        var image = container["image"].Text() ?? "";
        var happening = new FaultEvent("backend")
        {
            Namespace = pod.Stored.Namespace,
            Name = pod.Name,
            Image = image,
            Path = path,
            Verb = context.Request.Method,
        };
        var backend = _backends.First(candidate => candidate.Serves(image));
        var rule = world.Faults.Strike(happening);
        if (rule is { Action: "refuse" } && context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(typeof(PodPort)) != true)
            await context.WriteAsync(ApiStatusException.Unreachable(EndpointFacts.Address(pod) ?? "", port));
        else if (rule is not null)
            await RequestFault.StrikeAsync(context, rule, HandleAsync, world.Time);
        else
            await HandleAsync(context);

        Task HandleAsync(HttpContext answered) => backend.HandleAsync(answered, new BackendTarget(world, pod.Stored.Namespace, pod.Name, service, image, path));
    }

    private async Task ServiceAsync(HttpContext context, RequestInfo request, StoredObject? target)
    {
        var (name, portName) = Split(request.Name);
        var service = target ?? world.Store.Get(world.Service, request.Namespace, name) ?? throw ApiStatusException.NotFound(world.Service, name);
        if (PortOf(service, portName) is null)
            throw new ApiStatusException(503, "ServiceUnavailable", $"no service port \"{portName}\" found for service \"{name}\"");
        if (!await TryAnswerServiceAsync(context, request.Namespace, name, portName, "/" + request.Rest))
            throw new ApiStatusException(503, "ServiceUnavailable", $"no endpoints available for service \"{name}\"");
    }

    /// <summary>Answers a request that has reached a Service; false where no pod is ready behind it.</summary>
    public async Task<bool> TryAnswerServiceAsync(HttpContext context, string ns, string name, string portName, string path)
    {
        if (world.Store.Get(world.Service, ns, name) is not { } service || PortOf(service, portName) is not { } port)
            return false;
        var ready = EndpointFacts.Pods(world, service, service.Read()).Where(pod => pod is { IsReady: true, IsDeleting: false }).ToList();
        if (ready.Count == 0 || EndpointFacts.TargetPort(port, ready[0].Content) is not { } number)
            return false;
        await AnswerAsync(context, ready[Random.Shared.Next(ready.Count)], name, number, path);
        return true;
    }

    // registry/core/service/storage, ResourceLocation: by number or name; without one, the only port.
    private static JsonObject? PortOf(StoredObject service, string name)
    {
        var ports = service.Read()["spec"].Items("ports");
        return name.Length == 0 ? ports.FirstOrDefault() : ports.FirstOrDefault(item => item["name"].Text() == name || item["port"]?.ToString() == name);
    }

    private async Task PodAsync(HttpContext context, RequestInfo request, StoredObject? target)
    {
        var (name, portName) = Split(request.Name);
        var stored = target ?? world.Store.Get(world.Pod, request.Namespace, name) ?? throw ApiStatusException.NotFound(world.Pod, name);
        var pod = PodFacts.Of(stored);
        if (EndpointFacts.Address(pod) is null)
            throw ApiStatusException.BadRequest("address not allowed");
        if (!pod.IsReady)
            throw ApiStatusException.Unreachable(EndpointFacts.Address(pod)!, PortNumber());
        await AnswerAsync(context, pod, "", PortNumber(), "/" + request.Rest);

        int PortNumber() => int.TryParse(portName, out var number) ? number
            : (int)(pod.Content["spec"].Items("containers").SelectMany(item => item.Items("ports")).FirstOrDefault()?["containerPort"].Number() ?? 80);
    }

    // [scheme:]name[:port]
    private static (string Name, string Port) Split(string text) => text.Split(':') switch
    {
        [var name] => (name, ""),
        [var name, var port] => (name, port),
        [_, var name, var port] => (name, port),
        _ => throw ApiStatusException.BadRequest($"invalid service request \"{text}\""),
    };
}
