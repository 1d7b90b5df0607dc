using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Clusters;

/// <summary>What a running simulator has written about itself.</summary>
internal sealed class SimulatorState
{
    internal const string FileName = "simulator.json";

    private readonly JsonObject content;

    private SimulatorState(string folder, JsonObject content)
    {
        Folder = folder;
        this.content = content;
    }

    internal string Folder { get; }

    internal string Name => (string?)content["name"] ?? "";

    internal int ProcessId => (int?)content["pid"] ?? 0;

    internal Uri Endpoint => new((string)content["endpoint"]!);

    internal string KubernetesVersion => (string?)content["kubernetesVersion"] ?? "";

    internal int Nodes => (int?)content["nodes"] ?? 0;

    /// <summary>The simulator's own facts about its GKE, for the provider of that name; null where it has none.</summary>
    internal JsonObject? Gke => content["gke"] as JsonObject;

    /// <summary>Reads the state of a folder; null where no simulator runs there. A lock that can be taken is a dead process's.</summary>
    internal static SimulatorState? Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file) || !IsAlive(folder))
            return null;
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(file)) is JsonObject content && content["endpoint"] is not null ? new SimulatorState(folder, content) : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            // It stopped while we looked.
            return null;
        }
    }

    /// <summary>Whether a process holds the folder's lock.</summary>
    internal static bool IsAlive(string folder)
    {
        var path = Path.Combine(folder, "lock");
        try
        {
            using var taken = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    internal ApiConnection Connect()
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem((string)content["certificateAuthority"]!);
        var file = Path.Combine(Folder, FileName);
        return new ApiConnection
        {
            Name = Name,
            Endpoint = Endpoint,
            CertificateAuthorities = authorities,
            // The token stays in the file that only its owner can read.
            Token = new SimulatorToken(file).GetAsync,
        };
    }

    private sealed class SimulatorToken(string file)
    {
        private string? token;

        internal async ValueTask<string?> GetAsync(CancellationToken cancellationToken) =>
            token ??= (string?)JsonNode.Parse(await File.ReadAllBytesAsync(file, cancellationToken))?["token"];
    }
}
