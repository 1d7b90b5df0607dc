using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Tests.Conformance;

/// <summary>The simulator answers as the real API server whose exchanges are recorded in tests/data/conformance.</summary>
public sealed class ConformanceTests
{
    // Other recordings can be replayed by naming their folder.
    private static string Folder => Environment.GetEnvironmentVariable("WT_CONFORMANCE") is { Length: > 0 } named
        ? named
        : Path.Combine(Repository, "tests", "data", "conformance");

    private static string Repository => typeof(ConformanceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Repository").Value!;

    public static TheoryData<string> Scenarios() =>
        [.. Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Answers_are_those_of_a_real_api_server(string scenario)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var recording = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, scenario + ".json"), cancellationToken))!.AsObject();
        await using var cluster = await SimulatedCluster.StartAsync(
            new SimulatedClusterOptions { Name = "replay", Nodes = 0, Delays = false }, null, null, cancellationToken);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509Certificate2.CreateFromPem(cluster.AuthorityPem) },
        };
        using var client = new HttpClient(handler);

        var differences = await new Replayer(cluster, client, recording).RunAsync(cancellationToken);

        Assert.True(differences.Count == 0, $"{scenario}: {differences.Count} differences\n    " + string.Join("\n    ", differences));
    }
}
