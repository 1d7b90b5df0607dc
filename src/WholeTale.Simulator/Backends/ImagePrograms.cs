using System.Globalization;
using System.Text;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Kubelet;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Backends;

/// <summary>
/// The programs of certain images, as far as a platform's health is asked by them: <c>redis-cli</c> of redis, and the Python of Girder and its worker for one connection to a Service
/// (<c>python3 -c SCRIPT HOST PORT</c>). No script is read: the answer is what such a connection would bring.
/// </summary>
internal static class ImagePrograms
{
    private const string Broker = "CELERY_BROKER";

    /// <summary>What the program says; null where the image has none such.</summary>
    public static ShellResult? Run(World world, PodFacts pod, ContainerRun container, IReadOnlyList<string> command) => command switch
    {
        ["redis-cli", ..] when Is(container.Image, "redis") => Redis(world, pod, [.. command.Skip(1).Select(word => word.ToUpperInvariant())]),
        ["python3", "-c", var script, var host, var port] when Is(container.Image, "girder") || Is(container.Image, "gwvolman") =>
            script.Contains("create_connection", StringComparison.Ordinal) && int.TryParse(port, CultureInfo.InvariantCulture, out var number)
                ? Connect(world, pod.Stored.Namespace, host, number) : null,
        _ => null,
    };

    private static ShellResult Redis(World world, PodFacts pod, List<string> words) => words switch
    {
        ["PING"] => ShellResult.Success("PONG\n"),
        ["CLIENT", "LIST"] => ShellResult.Success(Clients(world, pod)),
        // Tasks are taken at once, where anybody takes them.
        ["LLEN", _] => ShellResult.Success("0\n"),
        _ => ShellResult.Success($"ERR unknown command '{words.FirstOrDefault()}' (simulated redis)\n"),
    };

    // Celery's consumers wait in BRPOP; the connection that asks is there too.
    private static string Clients(World world, PodFacts redis)
    {
        var text = new StringBuilder();
        var id = 3;
        foreach (var pod in world.Store.List(world.Pod, redis.Stored.Namespace).Items.Select(PodFacts.Of).Where(pod => pod is { IsReady: true, IsDeleting: false }))
        {
            foreach (var container in pod.Content["spec"].Items("containers"))
            {
                var broker = container.Items("env").FirstOrDefault(variable => variable["name"].Text() == Broker)?["value"].Text();
                if (Uri.TryCreate(broker, UriKind.Absolute, out var address) && Leads(world, redis, address.Host))
                    text.Append(CultureInfo.InvariantCulture, $"id={id++} addr={EndpointFacts.Address(pod)}:4{id:0000} name= db=0 cmd=brpop user=default\n");
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"id={id} addr=127.0.0.1:50000 name= db=0 cmd=client|list user=default\n").ToString();
    }

    private static bool Leads(World world, PodFacts pod, string service) =>
        world.Store.Get(world.Service, pod.Stored.Namespace, service) is { } found && EndpointFacts.Pods(world, found, found.Read()).Any(candidate => candidate.Name == pod.Name);

    private static ShellResult Connect(World world, string ns, string host, int port)
    {
        if (world.Store.Get(world.Service, ns, host.Split('.')[0]) is not { } service)
            return Failure("socket.gaierror: [Errno -2] Name or service not known");
        var content = service.Read();
        var ready = EndpointFacts.Pods(world, service, content).FirstOrDefault(pod => pod is { IsReady: true, IsDeleting: false });

        // A headless Service is known to DNS by its ready pods only.
        if (ready is null)
            return Failure(content["spec"]?["clusterIP"].Text() == "None" ? "socket.gaierror: [Errno -2] Name or service not known" : "ConnectionRefusedError: [Errno 111] Connection refused");
        var container = ready.Content["spec"].Items("containers").FirstOrDefault(item => item.Items("ports").Any(listed => listed["containerPort"].Number() == port));
        return container is null ? Failure("ConnectionRefusedError: [Errno 111] Connection refused")
            : Is(container["image"].Text() ?? "", "redis") ? ShellResult.Success("+PONG\n")
            : ShellResult.Success("\n");
    }

    private static ShellResult Failure(string error) => new("", $"Traceback (most recent call last):\n  File \"<string>\", line 2, in <module>\n{error}\n", 1);

    private static bool Is(string image, string name) => image.Split('@')[0].Split('/')[^1].Split(':')[0].Contains(name, StringComparison.OrdinalIgnoreCase);
}
