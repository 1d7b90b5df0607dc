using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Pods;

/// <summary>Probes and life cycle hooks of containers.</summary>
internal sealed class ProbeChecks(List<Cause> causes)
{
    public void Check(JsonObject? probe, string path, bool onlyOneSuccess)
    {
        if (probe is null)
            return;
        Handler(probe, path);
        foreach (var member in new[] { "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold" })
        {
            if (probe[member].Number() is < 0 and var value)
                causes.Add(Cause.Invalid($"{path}.{member}", GoSyntax.Number(value), "must be greater than or equal to 0"));
        }

        if (probe["terminationGracePeriodSeconds"].Number() is <= 0 and var grace)
            causes.Add(Cause.Invalid(path + ".terminationGracePeriodSeconds", GoSyntax.Number(grace), "must be greater than 0"));
        if (onlyOneSuccess && probe["successThreshold"].Number() is { } successes and not 1)
            causes.Add(Cause.Invalid(path + ".successThreshold", GoSyntax.Number(successes), "must be 1"));
    }

    public void Lifecycle(JsonObject? lifecycle, string path)
    {
        foreach (var hook in new[] { "postStart", "preStop" })
        {
            if (lifecycle?[hook] is JsonObject handler)
                Handler(handler, $"{path}.{hook}");
        }
    }

    private void Handler(JsonObject handler, string path)
    {
        var kinds = new[] { "exec", "httpGet", "tcpSocket", "grpc" }.Where(kind => handler[kind] is JsonObject).ToList();
        foreach (var extra in kinds.Skip(1))
            causes.Add(Cause.Forbidden($"{path}.{extra}", "may not specify more than 1 handler type"));
        switch (kinds.FirstOrDefault())
        {
            case null:
                causes.Add(Cause.Required(path, "must specify a handler type"));
                break;
            case "exec":
                if (handler["exec"]!["command"] is not JsonArray { Count: > 0 })
                    causes.Add(Cause.Required(path + ".exec.command"));
                break;
            case "httpGet":
                if (handler["httpGet"]!["path"].Text() is null or "")
                    causes.Add(Cause.Required(path + ".httpGet.path"));
                PortOrName(handler["httpGet"]!["port"], path + ".httpGet.port");
                causes.OneOf(handler["httpGet"]!["scheme"], path + ".httpGet.scheme", "HTTP", "HTTPS");
                break;
            case "tcpSocket":
                PortOrName(handler["tcpSocket"]!["port"], path + ".tcpSocket.port");
                break;
            default:
                PortChecks.PortNumber(handler["grpc"]!["port"].Number() ?? 0, path + ".grpc.port", causes);
                break;
        }
    }

    private void PortOrName(JsonNode? port, string path)
    {
        if (port.Text() is { } name)
            causes.AddRange(PortChecks.PortName(name).Select(problem => Cause.Invalid(path, GoSyntax.Quote(name), problem)));
        else
            PortChecks.PortNumber(port.Number() ?? 0, path, causes);
    }
}
