using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Extensions;

namespace WholeTale.Simulator.Backends;

/// <summary>
/// Stands in for containers of the registry (distribution 2.8): as much of the Registry API v2 as a login, a push, a pull and a deletion take, with the htpasswd file that the container mounts.
/// One store a claim. https://distribution.github.io/distribution/spec/api/
/// </summary>
internal sealed class RegistryBackend : IContainerBackend
{
    private readonly ConcurrentDictionary<string, Shelf> _shelves = new(StringComparer.Ordinal);

    public bool Serves(string image) => image.Split('@')[0].Split('/')[^1].Split(':')[0] == "registry";

    public async Task HandleAsync(HttpContext context, BackendTarget target)
    {
        context.Response.Headers["X-Simulated"] = "true";
        var path = target.Path;
        if (!path.StartsWith("/v2", StringComparison.Ordinal))
            return;
        context.Response.Headers["Docker-Distribution-API-Version"] = "registry/2.0";
        if (!MayEnter(context.Request, target))
        {
            var realm = target.Environment().GetValueOrDefault("REGISTRY_AUTH_HTPASSWD_REALM", "");
            context.Response.Headers.WWWAuthenticate = $"Basic realm=\"{realm}\"";
            await RefuseAsync(context, 401, "UNAUTHORIZED", "authentication required");
            return;
        }

        if (path.TrimEnd('/') == "/v2")
        {
            await context.Response.WriteAsync("{}", context.RequestAborted);
            return;
        }

        var shelf = _shelves.GetOrAdd(target.ClaimUid("registry-storage") ?? target.Pod, _ => new Shelf());
        var parts = path["/v2/".Length..].Split('/');
        await (parts switch
        {
            [.. var name, "blobs", "uploads", ""] => BeginAsync(context, shelf, string.Join('/', name)),
            [.. var name, "blobs", "uploads", var id] => UploadAsync(context, shelf, string.Join('/', name), id),
            [.. _, "blobs", var digest] => BlobAsync(context, shelf, digest),
            [.. var name, "manifests", var reference] => ManifestAsync(context, shelf, string.Join('/', name), reference),
            _ => RefuseAsync(context, 404, "UNSUPPORTED", "the simulated registry does not know this path"),
        });
    }

    private static bool MayEnter(HttpRequest request, BackendTarget target)
    {
        var environment = target.Environment();
        if (environment.GetValueOrDefault("REGISTRY_AUTH") != "htpasswd")
            return true;
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || header.Scheme != "Basic" || header.Parameter is null
            || target.ReadFile(environment.GetValueOrDefault("REGISTRY_AUTH_HTPASSWD_PATH", "")) is not { } file)
        {
            return false;
        }

        var login = Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter)).Split(':', 2);
        var line = Encoding.UTF8.GetString(file).Split('\n').FirstOrDefault(line => line.StartsWith(login[0] + ":", StringComparison.Ordinal));
        return line is not null && login.Length == 2 && BCrypt.Net.BCrypt.Verify(login[1], line[(login[0].Length + 1)..].Trim());
    }

    private static Task BeginAsync(HttpContext context, Shelf shelf, string name)
    {
        var id = Guid.NewGuid().ToString();
        shelf.Uploads[id] = [];
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = UriHelper.BuildAbsolute(context.Request.Scheme, context.Request.Host, "", $"/v2/{name}/blobs/uploads/{id}", new QueryString("?_state=simulated"));
        return Task.CompletedTask;
    }

    private static async Task UploadAsync(HttpContext context, Shelf shelf, string name, string id)
    {
        if (!shelf.Uploads.TryGetValue(id, out var begun))
        {
            await RefuseAsync(context, 404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
            return;
        }

        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content, context.RequestAborted);
        var all = shelf.Uploads[id] = [.. begun, .. content.ToArray()];
        if (context.Request.Method == "PATCH")
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            context.Response.Headers.Location = context.Request.GetDisplayUrl();
            context.Response.Headers.Range = $"0-{Math.Max(0, all.Length - 1)}";
            return;
        }

        var digest = context.Request.Query["digest"].ToString();
        if (digest != DigestOf(all))
        {
            await RefuseAsync(context, 400, "DIGEST_INVALID", "provided digest did not match uploaded content");
            return;
        }

        shelf.Uploads.TryRemove(id, out _);
        shelf.Blobs[digest] = all;
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers["Docker-Content-Digest"] = digest;
        context.Response.Headers.Location = $"/v2/{name}/blobs/{digest}";
    }

    private static Task BlobAsync(HttpContext context, Shelf shelf, string digest) => shelf.Blobs.TryGetValue(digest, out var content)
        ? AnswerAsync(context, content, MediaTypeNames.Application.Octet, digest)
        : RefuseAsync(context, 404, "BLOB_UNKNOWN", "blob unknown to registry");

    private static async Task ManifestAsync(HttpContext context, Shelf shelf, string name, string reference)
    {
        if (context.Request.Method == "PUT")
        {
            using var content = new MemoryStream();
            await context.Request.Body.CopyToAsync(content, context.RequestAborted);
            var digest = DigestOf(content.ToArray());
            foreach (var key in new[] { reference, digest })
                shelf.Manifests[$"{name}:{key}"] = (context.Request.ContentType ?? "", content.ToArray());
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers["Docker-Content-Digest"] = digest;
            return;
        }

        if (!shelf.Manifests.TryGetValue($"{name}:{reference}", out var found))
        {
            await RefuseAsync(context, 404, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }

        if (context.Request.Method != "DELETE")
        {
            await AnswerAsync(context, found.Content, found.Type, DigestOf(found.Content));
            return;
        }

        foreach (var (key, _) in shelf.Manifests.Where(entry => entry.Key.StartsWith($"{name}:", StringComparison.Ordinal) && DigestOf(entry.Value.Content) == reference).ToList())
            shelf.Manifests.TryRemove(key, out _);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static async Task AnswerAsync(HttpContext context, byte[] content, string type, string digest)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        context.Response.Headers["Docker-Content-Digest"] = digest;
        if (context.Request.Method != "HEAD")
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    private static async Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.WriteAsync(
            new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }) }.ToJsonString(), context.RequestAborted);
    }

    private static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private sealed class Shelf
    {
        public ConcurrentDictionary<string, byte[]> Uploads { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, byte[]> Blobs { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, (string Type, byte[] Content)> Manifests { get; } = new(StringComparer.Ordinal);
    }
}
