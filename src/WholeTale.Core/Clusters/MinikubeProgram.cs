using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CliWrap;

namespace WholeTale.Core.Clusters;

/// <summary>The minikube program: run with machine-readable output, interrupted gently when the caller gives up.</summary>
internal sealed class MinikubeProgram(string file = "minikube")
{
    private static readonly TimeSpan InterruptPatience = TimeSpan.FromSeconds(20);

    /// <summary>What a run ended with.</summary>
    /// <param name="ExitCode">Its exit code (minikube's reasons: 80 host, 85 guest not found, ...).</param>
    /// <param name="Output">Its standard output.</param>
    /// <param name="Error">Its standard error.</param>
    internal sealed record Result(int ExitCode, string Output, string Error)
    {
        /// <summary>The output as JSON; null where it is none.</summary>
        internal JsonNode? Json()
        {
            try
            {
                return JsonNode.Parse(Output);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <exception cref="ClusterException">minikube is not installed.</exception>
    internal async Task<Result> RunAsync(IReadOnlyList<string> arguments, Action<string>? onLine, CancellationToken cancellationToken)
    {
        var output = new StringBuilder();
        var error = new StringBuilder();
        using var force = new CancellationTokenSource();
        await using var interrupted = cancellationToken.Register(() => force.CancelAfter(InterruptPatience));
        try
        {
            var result = await Cli.Wrap(file)
                .WithArguments(arguments)
                .WithEnvironmentVariables(variables => variables.Set("MINIKUBE_IN_STYLE", "false").Set("MINIKUBE_WANTUPDATENOTIFICATION", "false"))
                .WithStandardOutputPipe(PipeTarget.ToDelegate(line =>
                {
                    output.AppendLine(line);
                    onLine?.Invoke(line);
                }))
                .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(force.Token, cancellationToken);
            return new Result(result.ExitCode, output.ToString(), error.ToString().Trim());
        }
        catch (Win32Exception exception)
        {
            throw new ClusterException(
                "MinikubeMissing", FailureKind.NotInstalled, file, $"The provider Minikube needs the program minikube, and it cannot be started: {exception.Message.TrimEnd('.')}.",
                "Install it from https://minikube.sigs.k8s.io/docs/start (or with your package manager) so that it is on PATH, or use another provider.", exception);
        }
    }
}
