using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace WholeTale.Core.Tests.Gke;

/// <summary>
/// The far end of the wire, without the product's messages: takes gRPC calls over HTTP/2 and TLS (<see href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md"/>),
/// keeps what was sent as bytes, and answers as the test says.
/// </summary>
internal sealed class GkeStub : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly Lock gate = new();
    private readonly List<SentCall> calls = [];

    private GkeStub(WebApplication application) => this.application = application;

    /// <summary>What was sent, in order.</summary>
    public IReadOnlyList<SentCall> Calls
    {
        get
        {
            lock (gate)
                return [.. calls];
        }
    }

    /// <summary>Answers a call: by the method's name and the count of its calls so far.</summary>
    public required Func<SentCall, StubAnswer> Answer { private get; set; }

    public string Endpoint => application.Urls.Single();

    /// <summary>PEM of the certificate to trust.</summary>
    public required string Authority { get; init; }

    public static async Task<GkeStub> StartAsync(Func<SentCall, StubAnswer> answer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=stub", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate });
        }));
        var application = builder.Build();
        var stub = new GkeStub(application) { Answer = answer, Authority = certificate.ExportCertificatePem() };
        application.Run(stub.ServeAsync);
        await application.StartAsync();
        return stub;
    }

    public async ValueTask DisposeAsync() => await application.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var frame = body.ToArray();
        var length = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1));
        StubAnswer answer;
        lock (gate)
        {
            var method = context.Request.Path.Value!;
            var call = new SentCall(
                method, calls.Count(earlier => earlier.Path == method), frame[5..(5 + length)],
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            calls.Add(call);
            answer = Answer(call);
        }

        if (answer.IsReset)
        {
            context.Abort();
            return;
        }

        if (answer.Hangs)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return;
        }

        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        if (answer.Message is { } message)
        {
            var bytes = message.ToByteArray();
            var prefix = new byte[5];
            BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), bytes.Length);
            await context.Response.Body.WriteAsync(prefix);
            await context.Response.Body.WriteAsync(bytes);
        }

        context.Response.AppendTrailer("grpc-status", ((int)answer.Code).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (answer.Text.Length > 0)
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(answer.Text));
        if (answer.Details is { } details)
            context.Response.AppendTrailer("grpc-status-details-bin", Convert.ToBase64String(details.ToByteArray()).TrimEnd('='));
    }
}

/// <summary>A call as it came over the wire.</summary>
/// <param name="Path">The HTTP/2 path: <c>/package.Service/Method</c>.</param>
/// <param name="Earlier">How many calls of the method came before.</param>
/// <param name="Message">The request's bytes.</param>
/// <param name="Headers">Its headers.</param>
internal sealed record SentCall(string Path, int Earlier, byte[] Message, IReadOnlyDictionary<string, string> Headers)
{
    public string Method => Path[(Path.LastIndexOf('/') + 1)..];
}

/// <summary>What the far end answers.</summary>
internal sealed record StubAnswer
{
    public IMessage? Message { get; init; }

    public Grpc.Core.StatusCode Code { get; init; } = Grpc.Core.StatusCode.OK;

    public string Text { get; init; } = "";

    public Google.Rpc.Status? Details { get; init; }

    public bool IsReset { get; init; }

    public bool Hangs { get; init; }

    public static StubAnswer Of(IMessage message) => new() { Message = message };

    public static StubAnswer Error(Grpc.Core.StatusCode code, string text, params IMessage[] details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = text };
        status.Details.AddRange(details.Select(Google.Protobuf.WellKnownTypes.Any.Pack));
        return new StubAnswer { Code = code, Text = text, Details = status };
    }
}
