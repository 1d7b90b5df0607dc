using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;

namespace WholeTale.Core.Clusters;

/// <summary>
/// A kubeconfig's exec plugin (client.authentication.k8s.io, <see href="https://kubernetes.io/docs/reference/config-api/client-authentication.v1/"/>):
/// run once for all who ask, and again when its token is about to expire.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing.")]
internal sealed class ExecCredential(ExecPlugin plugin, JsonObject cluster, string context, TimeProvider time)
{
    /// <summary>A token is taken as expired this long before it is.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim gate = new(1);
    private string? token;
    private DateTimeOffset expires = DateTimeOffset.MinValue;

    internal async ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken)
    {
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
        var result = await RunAsync(cancellationToken);
        if (result.ExitCode != 0)
            throw Failed($"ended with {result.ExitCode}: {result.StandardError.Trim()}");
        try
        {
            // What it answers is a credential: no part of it goes into a message.
            var status = JsonNode.Parse(result.StandardOutput)?["status"];
            if ((string?)status?["token"] is not { Length: > 0 } fresh)
                throw Failed(status?["clientCertificateData"] is null ? "gave no token" : "gives a client certificate, which is not supported from a plugin");
            expires = (DateTimeOffset?)status["expirationTimestamp"] is { } end ? end - Margin : DateTimeOffset.MaxValue;
            token = fresh;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw Failed("did not answer with an ExecCredential");
        }
    }

    private async Task<BufferedCommandResult> RunAsync(CancellationToken cancellationToken)
    {
        var specification = new JsonObject { ["interactive"] = false };
        if (plugin.ProvideClusterInfo)
            specification["cluster"] = cluster.DeepClone();
        var info = new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = specification };
        try
        {
            return await Cli.Wrap(plugin.Command)
                .WithArguments(plugin.Arguments)
                .WithEnvironmentVariables(variables =>
                {
                    foreach (var (name, value) in plugin.Environment)
                        variables.Set(name, value);
                    variables.Set("KUBERNETES_EXEC_INFO", info.ToJsonString());
                })
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
        }
        catch (Win32Exception exception)
        {
            throw Failed($"cannot be started ({exception.Message})", exception);
        }
    }

    private ClusterException Failed(string why, Exception? cause = null) => new(
        "ExecPluginFailed", FailureKind.Unauthenticated, plugin.Command, $"The credential plugin {plugin.Command} of the context '{context}' {why.TrimEnd('.')}.",
        plugin.InstallHint.Trim() is { Length: > 0 } hint ? hint : "Run it by hand to see what is wrong, and log in anew where it asks to.", cause);
}
