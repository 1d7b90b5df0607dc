using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Girder;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tales;

/// <summary>What Girder knows of tales: read as its administrator, through the API server's proxy, logging in once.</summary>
internal sealed class GirderTales(ApiClient api, string cluster, string @namespace, TaleSettings settings, TimeProvider time) : IDisposable
{
    private const string Step = "Tale";

    private readonly SemaphoreSlim turn = new(1);
    private HttpClient? http;
    private GirderClient? client;

    /// <summary>Reads what an instance is to run: its tale, the tale's image with both configurations, its user, and what the mounter needs where there is one.</summary>
    /// <exception cref="TaleException">Girder does not know the instance, its image is not built, or Girder cannot be asked.</exception>
    public async Task<TaleRequest> FindAsync(string instanceId, CancellationToken cancellationToken)
    {
        var instance = await ReadAsync("instance", instanceId, instanceId, cancellationToken);
        var tale = await ReadAsync("tale", (string?)instance["taleId"] ?? "", instanceId, cancellationToken);
        var user = await ReadAsync("user", (string?)instance["creatorId"] ?? "", instanceId, cancellationToken);
        var image = await ReadAsync("image", (string?)tale["imageId"] ?? "", instanceId, cancellationToken);
        // The build worker notes the digest when it has pushed the image (gwvolman, imageInfo).
        var reference = (string?)tale["imageInfo"]?["digest"] ?? (string?)tale["imageInfo"]?["fullImage"] ?? "";
        if (reference.Length == 0)
        {
            throw new TaleException(
                "TaleImageMissing", FailureKind.NotReady, instanceId, $"The instance {instanceId} cannot be started: the image of its tale '{(string?)tale["title"]}' has not been built.",
                "Build the tale's image in Whole Tale, or name one with -Image.");
        }

        // The tale's own configuration wins over its image's, member by member.
        var config = image["config"]?.DeepClone() as JsonObject ?? [];
        foreach (var (name, value) in tale["config"] as JsonObject ?? [])
            config[name] = value?.DeepClone();
        var document = new JsonObject
        {
            ["instanceId"] = instanceId,
            ["taleId"] = (string?)tale["_id"],
            ["name"] = (string?)tale["title"],
            ["login"] = (string?)user["login"],
            ["userId"] = (string?)user["_id"],
            ["image"] = reference,
            ["idleTimeout"] = image["idleTimeout"]?.DeepClone(),
            ["config"] = config,
        };
        var request = TaleDocument.Read(document, $"Girder's instance {instanceId}");
        return settings.Mounter == "None" ? request : request with
        {
            SessionId = (string?)instance["sessionId"] ?? await OpenSessionAsync(request.TaleId, instanceId, cancellationToken),
            ApiKey = await KeyOfAsync(request.UserId, instanceId, cancellationToken),
        };
    }

    /// <summary>When each instance was last used: the dashboard touches it in Girder while it is open.</summary>
    /// <returns>Null where the cluster has no Girder of ours.</returns>
    /// <exception cref="TaleException">Girder cannot be asked.</exception>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>?> ActivityAsync(CancellationToken cancellationToken)
    {
        if (await api.FindAsync(AdministratorStep.Reference(@namespace), cancellationToken) is null)
            return null;
        // A Girder without a single user has not been set up, and knows no instance.
        http ??= api.CreateServiceProxy(@namespace, "girder", "8080");
        if ((await new GirderClient(http, time) { Errors = GirderErrors.LookUp.On(cluster) }.TryReadAsync(Step, "user?limit=1", cancellationToken)) is { Succeeded: true, Body: JsonArray { Count: 0 } })
            return new Dictionary<string, DateTimeOffset>();
        const string Path = "instance?limit=0";
        var reply = await (await ClientAsync("", cancellationToken)).TryReadAsync(Step, Path, cancellationToken);
        if (!reply.Succeeded || reply.Body is not JsonArray instances)
            throw Unanswered("When tales were last used cannot be told", "", reply);
        var activity = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var instance in instances.OfType<JsonObject>())
        {
            if ((string?)instance["_id"] is { } id
                && DateTimeOffset.TryParse((string?)instance["lastActivity"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var last))
            {
                activity[id] = last;
            }
        }
        return activity;
    }

    public void Dispose()
    {
        http?.Dispose();
        turn.Dispose();
    }

    private async Task<JsonObject> ReadAsync(string kind, string id, string instanceId, CancellationToken cancellationToken)
    {
        var girder = await ClientAsync(instanceId, cancellationToken);
        var reply = await girder.TryReadAsync(Step, $"{kind}/{Uri.EscapeDataString(id)}", cancellationToken);
        if (reply.Succeeded && reply.Body is JsonObject document)
            return document;
        // Girder says 400 'Invalid <kind> id (...)' for what it does not have.
        if (reply is { IsApiServers: false, Status: HttpStatusCode.BadRequest or HttpStatusCode.NotFound } || (reply.Succeeded && reply.Body is null))
        {
            throw new TaleException(
                "TaleNotInGirder", FailureKind.NotFound, instanceId, $"The instance {instanceId} cannot be started: Girder has no {kind} '{id}'.",
                kind == "instance" ? "Give the id of an instance that Girder knows, or describe the tale by parameters (-Image, ...)." : "Repair the tale in Girder, or describe it by parameters (-Image, ...).");
        }
        throw Unanswered($"The instance {instanceId} cannot be started", instanceId, reply);
    }

    private async Task<string> OpenSessionAsync(string taleId, string instanceId, CancellationToken cancellationToken)
    {
        var girder = await ClientAsync(instanceId, cancellationToken);
        var reply = await girder.TryWriteAsync(Step, HttpMethod.Post, "dm/session", new Dictionary<string, string> { ["taleId"] = taleId }, cancellationToken);
        return reply.Succeeded && (string?)reply.Body?["_id"] is { } id ? id : throw Unanswered($"No data session can be opened for the instance {instanceId}", instanceId, reply);
    }

    // The key that the worker of Whole Tale makes for each user is named so (gwvolman, _get_api_key).
    private async Task<Secret?> KeyOfAsync(string userId, string instanceId, CancellationToken cancellationToken)
    {
        var girder = await ClientAsync(instanceId, cancellationToken);
        var reply = await girder.TryReadAsync(Step, $"api_key?userId={Uri.EscapeDataString(userId)}&limit=0", cancellationToken);
        if (!reply.Succeeded || reply.Body is not JsonArray keys)
            throw Unanswered($"The key of the user of the instance {instanceId} cannot be read", instanceId, reply);
        var key = keys.OfType<JsonObject>().Where(key => (bool?)key["active"] == true).OrderByDescending(key => (string?)key["name"] == "tmpnb").FirstOrDefault();
        return (string?)key?["key"] is { } text ? new Secret(text) : null;
    }

    private async Task<GirderClient> ClientAsync(string instanceId, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (client is not null)
                return client;
            var (login, password) = await AdministratorStep.CredentialAsync(api, @namespace, GirderErrors.LookUp, cancellationToken);
            http ??= api.CreateServiceProxy(@namespace, "girder", "8080");
            var fresh = new GirderClient(http, time) { Errors = GirderErrors.LookUp.On(cluster) };
            var reply = await fresh.TryLogInAsync(Step, login, password, cancellationToken);
            if ((string?)reply.Body?["authToken"]?["token"] is not { } token)
                throw Unanswered("Tales cannot be looked up", instanceId, reply);
            fresh.Token = new Secret(token);
            return client = fresh;
        }
        finally
        {
            turn.Release();
        }
    }

    private TaleException Unanswered(string what, string target, GirderReply reply) => new(
        "GirderUnanswered", FailureKind.Unreachable, target, $"{what}: Girder answered with {(int)reply.Status}, {reply.Message.TrimEnd('.')}.",
        $"See that Girder is ready (Get-WholeTale, {LogCommand.Of(cluster, "girder")}), then try again.");
}
