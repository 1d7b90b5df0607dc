using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Kubelet;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation;

namespace WholeTale.Simulator.Streams;

/// <summary>Pod logs: tail, since, limit, timestamps, previous, follow.</summary>
internal sealed class LogStream(World world, Kubelets pods)
{
    public async Task ServeAsync(HttpContext context, RequestInfo request, StoredObject? target)
    {
        var query = context.Request.Query;
        CheckOptions(context, target!.Name);
        var (pod, name) = PodStreams.Target(target, query["container"]);
        var log = Find(pod, name, Flag(context, "previous"));
        context.Response.ContentType = "text/plain";
        if (log is null)
            return;
        var (lines, next) = log.Read(0);
        var kept = lines.Where(line => line.Time >= Since(context)).ToList();
        if (Number(context, "tailLines") is { } tail)
            kept = kept[Math.Max(0, kept.Count - (int)Math.Min(tail, int.MaxValue))..];
        var timestamps = Flag(context, "timestamps");
        var left = Number(context, "limitBytes") ?? long.MaxValue;
        left = await WriteAsync(context, kept, timestamps, left);
        if (!Flag(context, "follow"))
            return;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        while (left > 0)
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (!await log.WaitAsync(next, context.RequestAborted))
                return;
            (lines, next) = log.Read(next);
            left = await WriteAsync(context, lines, timestamps, left);
        }
    }

    // ValidatePodLogOptions
    private static void CheckOptions(HttpContext context, string pod)
    {
        var query = context.Request.Query;
        var causes = new List<Cause>();
        var (tail, limit, since) = (ListOptions.Number(query, "tailLines"), ListOptions.Number(query, "limitBytes"), ListOptions.Number(query, "sinceSeconds"));
        if (tail < 0)
            causes.Add(Cause.Invalid("tailLines", tail.Value.ToString(CultureInfo.InvariantCulture), "must be greater than or equal to 0"));
        if (limit < 1)
            causes.Add(Cause.Invalid("limitBytes", limit.Value.ToString(CultureInfo.InvariantCulture), "must be greater than 0"));
        if (since is not null && query["sinceTime"].ToString().Length > 0)
            causes.Add(Cause.Forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        else if (since < 1)
            causes.Add(Cause.Invalid("sinceSeconds", since.Value.ToString(CultureInfo.InvariantCulture), "must be greater than 0"));
        if (causes.Count > 0)
            throw Cause.Invalid("", "PodLogOptions", pod, causes);
    }

    private ContainerLog? Find(PodFacts pod, string name, bool previous)
    {
        if (pod.Node is null)
            return null;
        var container = pods.Find(pod.Stored.Uid)?.Find(name);
        if (previous)
        {
            return container?.PreviousLog ?? (container is { Phase: ContainerPhase.BackOff } ? container.Log : null)
                ?? throw ApiStatusException.BadRequest($"previous terminated container \"{name}\" in pod \"{pod.Name}\" not found");
        }

        if (container is null || container is { Phase: not (ContainerPhase.Running or ContainerPhase.Ended or ContainerPhase.BackOff), LastState: null })
            throw ApiStatusException.BadRequest($"container \"{name}\" in pod \"{pod.Name}\" is waiting to start: {Reason(pod, container)}");
        return container.Log;
    }

    // kubelet_pods.go, validateContainerLogStatus.
    private static string Reason(PodFacts pod, ContainerRun? container) => container switch
    {
        { Phase: ContainerPhase.PullFailed, WaitReason: "ErrImagePull" or "ImagePullBackOff" } => "trying and failing to pull image",
        { Phase: ContainerPhase.ConfigError or ContainerPhase.PullFailed } => container.WaitReason,
        { IsInit: false } when pod.Content["spec"].Items("initContainers").Any() => "PodInitializing",
        _ => "ContainerCreating",
    };

    private DateTimeOffset Since(HttpContext context)
    {
        if (Number(context, "sinceSeconds") is { } seconds)
            return world.Time.GetUtcNow().AddSeconds(-seconds);
        return DateTimeOffset.TryParse(context.Request.Query["sinceTime"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            ? since
            : DateTimeOffset.MinValue;
    }

    private static async Task<long> WriteAsync(HttpContext context, IEnumerable<LogLine> lines, bool timestamps, long left)
    {
        foreach (var line in lines)
        {
            var time = timestamps ? line.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z '", CultureInfo.InvariantCulture) : "";
            var bytes = Encoding.UTF8.GetBytes(time + line.Text + "\n");
            var count = (int)Math.Min(left, bytes.Length);
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, count), context.RequestAborted);
            left -= count;
            if (left == 0)
                break;
        }

        return left;
    }

    private static bool Flag(HttpContext context, string name) => context.Request.Query[name].ToString() is "true" or "1" or "True" or "t" or "T" or "TRUE";

    private static long? Number(HttpContext context, string name) =>
        long.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
