using System.Text;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Checks;

/// <summary>Runs a program in a component's container, and gives what it wrote.</summary>
internal static class PlatformExec
{
    /// <summary>Runs it in the first container that runs; null where none does.</summary>
    /// <exception cref="ApiException">The server refuses, or the image has no such program.</exception>
    public static async Task<(int Code, string Output, string Error)?> RunAsync(
        CheckContext context, string component, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var pods = (await context.Api.ListAsync(ResourceTypes.Pod, context.Namespace, $"{Labels.Ours},{Labels.Component}={component}", cancellationToken)).Items;
        var found = pods.Where(pod => !pod.IsDeleting())
            .SelectMany(pod => pod.Items("status", "containerStatuses").Where(status => status.At("state", "running") is not null).Select(status => (Pod: pod.Name(), Container: status.Text("name"))))
            .Select(running => ((string Pod, string Container)?)running)
            .FirstOrDefault(running => running!.Value.Container != "builder");
        if (found is not { } place)
            return null;
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var code = await context.Api.ExecuteAsync(context.Namespace, place.Pod, place.Container, command, null, output, error, terminal: false, cancellationToken);
        return (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
