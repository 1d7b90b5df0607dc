using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke;
using WholeTale.Simulator.Gke.Identity;
using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Tests.Gke;

/// <summary>A simulated Google, and what a client without any library of Google's does with it.</summary>
internal sealed class GoogleWorld : IAsyncDisposable
{
    public const string Location = "/v1/projects/simulated-project/locations/us-central1-a";

    private GoogleWorld(GoogleServer google, FaultBook faults)
    {
        Google = google;
        Faults = faults;
        Http = Client(google.AuthorityPem, google.Endpoint, google.Tokens.Issue(GoogleAccounts.ServiceAccount));
    }

    public GoogleServer Google { get; }

    public FaultBook Faults { get; }

    /// <summary>A client of the API that is logged in.</summary>
    public HttpClient Http { get; }

    public static async Task<GoogleWorld> StartAsync()
    {
        var faults = new FaultBook();
        return new GoogleWorld(await GoogleServer.StartAsync(new SimulatedClusterOptions { Name = "main", Delays = false }, faults, _ => { }, TestContext.Current.CancellationToken), faults);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Google.DisposeAsync();
    }

    /// <summary>A client that trusts an authority and has a token; the caller disposes it.</summary>
    public static HttpClient Client(string authority, Uri address, string token)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(authority));
        var client = new HttpClient(handler) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Creates a cluster and waits until it runs.</summary>
    public async Task CreateAsync(string body)
    {
        var operation = await DoneAsync((string)(await SentAsync(await PostAsync($"{Location}/clusters", body)))["name"]!);
        Assert.Null(operation["error"]);
    }

    /// <summary>Waits until an operation is done.</summary>
    public async Task<JsonNode> DoneAsync(string operation)
    {
        while (true)
        {
            var now = await GetAsync($"{Location}/operations/{operation}");
            if ((string?)now["status"] == "DONE")
                return now;
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body) =>
        Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    public async Task<JsonNode> GetAsync(string path) => await SentAsync(await Http.GetAsync(path, TestContext.Current.CancellationToken));

    /// <summary>What an answer says that must have been a good one.</summary>
    public static async Task<JsonNode> SentAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!;
    }

    /// <summary>What an answer says that must have been a refusal, in the form of AIP-193.</summary>
    public static async Task<string> RefusedAsync(HttpResponseMessage response, HttpStatusCode code, string status, string? reason)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(code, response.StatusCode);
        var error = JsonNode.Parse(body)!["error"]!;
        Assert.Equal((status, (int)code), ((string?)error["status"], (int?)error["code"]));
        if (reason is not null)
            Assert.Equal(reason, (string?)error["details"]![0]!["reason"]);
        return (string)error["message"]!;
    }

    /// <summary>A client of a cluster's own API.</summary>
    public async Task<HttpClient> KubernetesAsync(string cluster)
    {
        var described = await GetAsync($"{Location}/clusters/{cluster}");
        var authority = Encoding.UTF8.GetString(Convert.FromBase64String((string)described["masterAuth"]!["clusterCaCertificate"]!));
        return Client(authority, new Uri($"https://{described["endpoint"]}"), Google.Tokens.Issue(GoogleAccounts.User));
    }

    /// <summary>Calls a method over gRPC, its request and answer in the JSON of proto3.</summary>
    public async Task<JsonNode> CallAsync(string method, string request)
    {
        var descriptor = ClusterManager.Descriptor.FindMethodByName(method);
        using var channel = GrpcChannel.ForAddress(Google.Endpoint, new GrpcChannelOptions { HttpClient = Http, DisposeHttpClient = false });
        var marshaller = (MessageDescriptor type) => Marshallers.Create<IMessage>(message => message.ToByteArray(), type.Parser.ParseFrom);
        var call = new Method<IMessage, IMessage>(MethodType.Unary, ClusterManager.Descriptor.FullName, method, marshaller(descriptor.InputType), marshaller(descriptor.OutputType));
        var answer = await channel.CreateCallInvoker().AsyncUnaryCall(call, null, new CallOptions(cancellationToken: TestContext.Current.CancellationToken), JsonParser.Default.Parse(request, descriptor.InputType));
        return JsonNode.Parse(JsonFormatter.Default.Format(answer))!;
    }
}
