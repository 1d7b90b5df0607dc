using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Checks;

/// <summary>Logs in to a registry, and pushes, pulls and deletes an image of one tiny layer (Docker Registry API v2, image manifest version 2, schema 2).</summary>
/// <param name="http">A client whose base address is the registry's root.</param>
/// <param name="user">The user.</param>
/// <param name="password">The user's password.</param>
internal sealed class RegistryClient(HttpClient http, string user, Secret password)
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Logs in.</summary>
    /// <returns>200 where the registry takes the password, 401 where it does not.</returns>
    public async Task<HttpStatusCode> LogInAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "v2/", null, cancellationToken);
        return response.StatusCode;
    }

    /// <summary>Pushes an image of one layer.</summary>
    /// <returns>The manifest's digest, by which it is deleted.</returns>
    /// <exception cref="IOException">The registry refuses.</exception>
    public async Task<string> PushAsync(string repository, string tag, byte[] layer, CancellationToken cancellationToken)
    {
        // The smallest configuration that image tools accept.
        var configuration = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject(),
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(DigestOf(layer)) },
        });
        await UploadAsync(repository, configuration, cancellationToken);
        await UploadAsync(repository, layer, cancellationToken);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = Descriptor("application/vnd.docker.container.image.v1+json", configuration),
            ["layers"] = new JsonArray(Descriptor("application/vnd.docker.image.rootfs.diff.tar", layer)),
        });
        using var content = new ByteArrayContent(manifest) { Headers = { ContentType = new MediaTypeHeaderValue(ManifestType) } };
        using var response = await SendAsync(HttpMethod.Put, $"v2/{repository}/manifests/{tag}", content, cancellationToken);
        await RequireAsync(response, HttpStatusCode.Created, cancellationToken);
        return DigestOf(manifest);
    }

    /// <summary>Pulls an image's layer.</summary>
    /// <exception cref="IOException">The registry refuses, or what it gives is not what its digest says.</exception>
    public async Task<byte[]> PullAsync(string repository, string tag, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"v2/{repository}/manifests/{tag}", null, cancellationToken);
        await RequireAsync(response, HttpStatusCode.OK, cancellationToken);
        var digest = (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))?["layers"]?[0]?["digest"];
        using var blob = await SendAsync(HttpMethod.Get, $"v2/{repository}/blobs/{digest}", null, cancellationToken);
        await RequireAsync(blob, HttpStatusCode.OK, cancellationToken);
        var layer = await blob.Content.ReadAsByteArrayAsync(cancellationToken);
        return DigestOf(layer) == digest ? layer : throw new IOException($"the layer that came back has the digest {DigestOf(layer)}, not {digest}");
    }

    /// <summary>Deletes an image; its layer goes with the registry's next garbage collection.</summary>
    /// <exception cref="IOException">The registry refuses.</exception>
    public async Task DeleteAsync(string repository, string digest, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Delete, $"v2/{repository}/manifests/{digest}", null, cancellationToken);
        await RequireAsync(response, HttpStatusCode.Accepted, cancellationToken);
    }

    private static JsonObject Descriptor(string type, byte[] content) => new() { ["mediaType"] = type, ["size"] = content.Length, ["digest"] = DigestOf(content) };

    private static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private async Task UploadAsync(string repository, byte[] blob, CancellationToken cancellationToken)
    {
        using var begun = await SendAsync(HttpMethod.Post, $"v2/{repository}/blobs/uploads/", null, cancellationToken);
        await RequireAsync(begun, HttpStatusCode.Accepted, cancellationToken);

        // It may be told relatively, or with a host by which this machine does not reach the registry: the path alone counts.
        var location = new Uri(http.BaseAddress!, begun.Headers.Location ?? throw new IOException("the registry does not tell where to upload to")).PathAndQuery;
        var query = $"{(location.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={Uri.EscapeDataString(DigestOf(blob))}";
        using var content = new ByteArrayContent(blob) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var ended = await SendAsync(HttpMethod.Put, location + query, content, cancellationToken);
        await RequireAsync(ended, HttpStatusCode.Created, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password.Reveal()}")));
        request.Headers.Accept.ParseAdd($"{ManifestType}, */*");
        return await http.SendAsync(request, cancellationToken);
    }

    private static async Task RequireAsync(HttpResponseMessage response, HttpStatusCode wanted, CancellationToken cancellationToken)
    {
        if (response.StatusCode == wanted)
            return;
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        throw new IOException(
            $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath} was answered with {(int)response.StatusCode}{(text.Length is > 0 and < 300 ? $": {text.Trim()}" : "")}");
    }
}
