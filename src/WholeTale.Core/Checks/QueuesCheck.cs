using System.Globalization;

namespace WholeTale.Core.Checks;

/// <summary>The worker takes tasks from its queue, as the broker sees it.</summary>
internal sealed class QueuesCheck : ICheck
{
    // The queue of girder_worker, and Celery's own name for it.
    private const string Queue = "celery";

    public string Name => "Queues";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (await PlatformExec.RunAsync(context, "redis", ["redis-cli", "client", "list"], cancellationToken) is not var (code, clients, error))
            return CheckOutcome.Skip("no container of redis runs");
        if (code != 0)
            return CheckOutcome.Fail($"redis does not tell its clients: {error.Trim()}", $"Look at its log ({context.LogOf("redis")}).");

        // Celery's consumers wait in BRPOP (kombu, transport/redis.py); redis tells the last command of each connection.
        var consumers = clients.Split('\n').Count(line => line.Contains("cmd=brpop", StringComparison.Ordinal));
        var waiting = await PlatformExec.RunAsync(context, "redis", ["redis-cli", "llen", Queue], cancellationToken) is var (_, text, _)
            && int.TryParse(text.Trim(), CultureInfo.InvariantCulture, out var length) ? length : 0;
        var seen = $"{consumers} {(consumers == 1 ? "worker waits" : "workers wait")} for tasks, {waiting} {(waiting == 1 ? "task waits" : "tasks wait")} for a worker";
        return consumers == 0
            ? CheckOutcome.Fail(seen, $"Look at the worker (Get-WholeTale, {context.LogOf("worker")}); restarting its pod makes it connect anew.")
            : CheckOutcome.Pass(seen);
    }
}
