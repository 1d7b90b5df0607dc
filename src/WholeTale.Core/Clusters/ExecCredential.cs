using System.Text.Json;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using k8s.KubeConfigModels;

namespace WholeTale.Core.Clusters;

/// <summary>
/// A kubeconfig's exec plugin (client.authentication.k8s.io, <see href="https://kubernetes.io/docs/reference/config-api/client-authentication.v1/"/>):
/// run once for all who ask, and again when its token is about to expire.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing.")]
internal sealed class ExecCredential(ExternalExecution plugin, string context, TimeProvider time)
{
    /// <summary>A token is taken as expired this long before it is.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim gate = new(1);
    private string? token;
    private DateTimeOffset expires = DateTimeOffset.MinValue;

    internal async ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken)
    {
        if (token is not null && time.GetUtcNow() < expires)
            return token;
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (token is null || time.GetUtcNow() >= expires)
                await RefreshAsync(cancellationToken);
            return token;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var info = new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = new JsonObject { ["interactive"] = false } };
        BufferedCommandResult result;
        try
        {
            result = await Cli.Wrap(plugin.Command)
                .WithArguments(plugin.Arguments ?? [])
                .WithEnvironmentVariables(variables =>
                {
                    foreach (var variable in plugin.EnvironmentVariables ?? [])
                        variables.Set(variable["name"], variable["value"]);
                    variables.Set("KUBERNETES_EXEC_INFO", info.ToJsonString());
                })
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw Failed($"cannot be started ({exception.Message})", exception);
        }

        if (result.ExitCode != 0)
            throw Failed($"ended with {result.ExitCode}: {result.StandardError.Trim()}");
        try
        {
            var status = JsonNode.Parse(result.StandardOutput)?["status"];
            token = (string?)status?["token"] ?? throw Failed("gave no token");
            expires = (DateTimeOffset?)status?["expirationTimestamp"] is { } end ? end - Margin : DateTimeOffset.MaxValue;
        }
        catch (JsonException exception)
        {
            throw Failed("did not answer with JSON", exception);
        }
    }

    private ClusterException Failed(string why, Exception? cause = null) => new(
        "ExecPluginFailed", FailureKind.Unauthenticated, plugin.Command, $"The credential plugin {plugin.Command} of the context '{context}' {why}.",
        plugin.InstallHint is { Length: > 0 } hint ? hint : "Run it by hand to see what is wrong, and log in anew where it asks to.", cause);
}
