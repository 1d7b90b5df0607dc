using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Revisions;

/// <summary>
/// Keeps revisions as Secrets (manifests of Secrets are among them), compressed, since a Secret holds no more than 1 MiB. What is being deployed is
/// recorded before it is applied, so that whoever comes after a killed deploy knows of every object it may have made.
/// </summary>
internal static class RevisionStore
{
    internal const int Kept = 10;
    private const string Prefix = "wholetale-revision-";
    private const string DataKey = "revision";
    private const string Digest = "wholetale.org/digest";
    private const string Finished = "wholetale.org/finished";
    private const string Message = "wholetale.org/message";

    // An object's annotations hold 256 KiB of UTF-8 (Kubernetes' concepts, Annotations), and a message quotes lines of logs, which may be of any length.
    private const int LongestMessage = 32 * 1024;

    internal static string NameOf(int number) => $"{Prefix}{number.ToString(CultureInfo.InvariantCulture)}";

    internal static ObjectReference ReferenceOf(string @namespace, int number) => new(ResourceTypes.Secret, @namespace, NameOf(number));

    /// <summary>Reads revisions from a namespace's Secrets, oldest first. What cannot be read is passed over.</summary>
    internal static IReadOnlyList<Revision> Read(IEnumerable<JsonObject> secrets) =>
        [.. secrets.Where(secret => secret.Name().StartsWith(Prefix, StringComparison.Ordinal) && !secret.IsDeleting()).Select(Read).OfType<Revision>().OrderBy(revision => revision.Number)];

    /// <summary>Whether an object is a revision's.</summary>
    internal static bool IsRevision(JsonObject secret) => secret.Label(Labels.Revision).Length > 0;

    /// <summary>Makes the record of a plan.</summary>
    internal static Revision Describe(int number, IReadOnlyList<PlannedComponent> components, IEnumerable<PlannedObject> leftovers, DateTimeOffset started)
    {
        var text = Describe(components);
        return new Revision
        {
            Number = number,
            Outcome = RevisionOutcome.Pending,
            Started = started,
            Version = typeof(RevisionStore).Assembly.GetName().Version?.ToString(3) ?? "",
            Digest = Convert.ToHexStringLower(SHA256.HashData(text.Span)),
            Text = text,
            Leftovers = new JsonArray([.. leftovers.Select(planned => (JsonNode)Identify(planned))]),
        };
    }

    private static ReadOnlyMemory<byte> Describe(IReadOnlyList<PlannedComponent> components)
    {
        var text = new ArrayBufferWriter<byte>(64 * 1024);
        using var writer = new Utf8JsonWriter(text);
        writer.WriteStartArray();
        foreach (var component in components)
        {
            writer.WriteStartObject();
            writer.WriteString("name", component.Name);
            writer.WriteStartArray("dependsOn");
            foreach (var name in component.DependsOn)
                writer.WriteStringValue(name);
            writer.WriteEndArray();
            writer.WriteStartArray("objects");
            foreach (var planned in component.Objects)
                planned.Manifest.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Flush();
        return text.WrittenMemory;
    }

    /// <summary>Writes down how a revision ended. What it holds was written when it began.</summary>
    internal static async Task EndAsync(ApiClient client, string @namespace, string instance, Revision revision, CancellationToken cancellationToken)
    {
        var (labels, annotations) = Ending(revision);
        try
        {
            await client.MergeAsync(
                ReferenceOf(@namespace, revision.Number), new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels, ["annotations"] = annotations } }, cancellationToken);
        }
        catch (ApiException exception) when (exception.Kind == FailureKind.NotFound)
        {
            // Somebody has deleted it meanwhile, and nothing else would know of what was made.
            await client.ApplyAsync(ToSecret(@namespace, instance, revision), new ApplyOptions { Force = true }, cancellationToken);
        }
    }

    private static (JsonObject Labels, JsonObject Annotations) Ending(Revision revision)
    {
        var annotations = new JsonObject();
        if (revision.Finished is { } finished)
            annotations[Finished] = finished.ToString("O", CultureInfo.InvariantCulture);
        if (revision.Message.Length > 0)
            annotations[Message] = Excerpt.Of(revision.Message, LongestMessage);
        return (new JsonObject { [Labels.Outcome] = revision.Outcome.ToString() }, annotations);
    }

    /// <summary>Writes a new revision, or over the interrupted one of the given resourceVersion, and over no other.</summary>
    /// <exception cref="ApiException">Conflict: another deploy has written it since.</exception>
    internal static async Task BeginAsync(ApiClient client, string @namespace, string instance, Revision revision, string? over, CancellationToken cancellationToken)
    {
        var secret = ToSecret(@namespace, instance, revision);
        if (over is not null)
        {
            // Apply with a resourceVersion fails where the object has another one.
            secret["metadata"]!["resourceVersion"] = over;
            await client.ApplyAsync(secret, new ApplyOptions { Force = true }, cancellationToken);
            return;
        }

        try
        {
            await client.CreateAsync(secret, cancellationToken);
        }
        catch (ApiException exception) when (exception.Kind == FailureKind.Unreachable)
        {
            // Nobody knows whether it arrived. Nobody but the holder of the lease writes here: look, and write it if it did not.
            var there = await client.FindAsync(ReferenceOf(@namespace, revision.Number), cancellationToken);
            if (there is null || Read(there)?.Started == revision.Started)
                await client.ApplyAsync(secret, new ApplyOptions { Force = true }, cancellationToken);
            else
                await RequireAsync(client, @namespace, revision.Number, null, cancellationToken);
        }
    }

    /// <summary>Makes sure that the revision of this number is the one of the given resourceVersion; with null, that there is none.</summary>
    /// <exception cref="ApiException">Conflict: it is another.</exception>
    internal static async Task RequireAsync(ApiClient client, string @namespace, int number, string? version, CancellationToken cancellationToken)
    {
        var reference = ReferenceOf(@namespace, number);
        if ((await client.FindAsync(reference, cancellationToken))?.ResourceVersion() != version)
            throw new ApiException(HttpStatusCode.Conflict, "Conflict", null, FailureKind.Conflict, reference.ToString(), $"{reference} has been written since.");
    }

    private static JsonObject ToSecret(string @namespace, string instance, Revision revision)
    {
        var (labels, annotations) = Ending(revision);
        labels[Labels.Name] = Labels.Product;
        labels[Labels.Instance] = instance;
        labels[Labels.Component] = Labels.RevisionComponent;
        labels[Labels.PartOf] = Labels.Product;
        labels[Labels.ManagedBy] = Labels.Product;
        labels[Labels.Revision] = revision.Number.ToString(CultureInfo.InvariantCulture);
        annotations[Digest] = revision.Digest;
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new Utf8JsonWriter(gzip))
            Write(writer, revision);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject
            {
                ["name"] = NameOf(revision.Number),
                ["namespace"] = @namespace,
                ["labels"] = labels,
                ["annotations"] = annotations,
            },
            ["type"] = "wholetale.org/revision.v1",
            ["data"] = new JsonObject { [DataKey] = Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length) },
        };
    }

    private static void Write(Utf8JsonWriter writer, Revision revision)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", revision.Number);
        writer.WriteString("started", revision.Started.ToString("O", CultureInfo.InvariantCulture));
        writer.WriteString("version", revision.Version);
        writer.WritePropertyName("components");
        writer.WriteRawValue(revision.Text.Span, skipInputValidation: true);
        writer.WritePropertyName("leftovers");
        revision.Leftovers.WriteTo(writer);
        writer.WriteEndObject();
    }

    private static Revision? Read(JsonObject secret)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(secret.Text("data", DataKey))), CompressionMode.Decompress);
            var root = JsonDocument.Parse(gzip).RootElement;
            if (root.ValueKind != JsonValueKind.Object || JsonObject.Create(root) is not { } body
                || body.Number("number") is not { } number || !Enum.TryParse<RevisionOutcome>(secret.Label(Labels.Outcome), out var outcome))
            {
                return null;
            }

            return new Revision
            {
                Number = (int)number,
                Outcome = outcome,
                Started = body.Time("started") ?? DateTimeOffset.MinValue,
                Finished = DateTimeOffset.TryParse(secret.Annotation(Finished), CultureInfo.InvariantCulture, out var finished) ? finished : null,
                Version = body.Text("version"),
                Message = secret.Annotation(Message),
                Digest = secret.Annotation(Digest),
                Text = root.TryGetProperty("components", out var components) ? JsonMarshal.GetRawUtf8Value(components).ToArray() : "[]"u8.ToArray(),
                Leftovers = outcome == RevisionOutcome.Deployed ? [] : body["leftovers"] as JsonArray ?? [],
                ResourceVersion = secret.ResourceVersion(),
            };
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException or JsonException)
        {
            return null;
        }
    }

    private static JsonObject Identify(PlannedObject planned) => new()
    {
        ["apiVersion"] = planned.Reference.Type.ApiVersion,
        ["kind"] = planned.Reference.Type.Kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = planned.Reference.Name,
            ["namespace"] = planned.Reference.Namespace,
            ["labels"] = new JsonObject { [Labels.Component] = planned.Component },
        },
    };
}
