namespace WholeTale.Core.Checks;

/// <summary>The broker answers a component that needs it, over the network between them.</summary>
/// <param name="component">The component that asks.</param>
internal sealed class BrokerCheck(string component) : ICheck
{
    // Both images are Python's; neither is sure to have a client of redis.
    private const string Script =
        "import socket,sys\n"
        + "s=socket.create_connection((sys.argv[1],int(sys.argv[2])),5)\n"
        + "s.sendall(b'PING\\r\\n')\n"
        + "print(s.recv(64).decode().strip())\n";

    public string Name => $"Broker {component}";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (await PlatformExec.RunAsync(context, component, ["python3", "-c", Script, "redis", "6379"], cancellationToken) is not var (code, output, error))
            return CheckOutcome.Skip($"no container of {component} runs");
        if (output.Contains("PONG", StringComparison.Ordinal))
            return CheckOutcome.Pass($"redis answers {component}");

        // The last line of a traceback is the error.
        var said = (error + output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? $"exit code {code}";
        return CheckOutcome.Fail($"{component} does not reach redis: {said}", "See that redis is ready (Get-WholeTale) and that no network policy keeps the two apart.");
    }
}
