using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>A container that prints what it should keep to itself, in its log and in its last words: nothing that we tell holds it.</summary>
public sealed class RedactionTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>, IDisposable
{
    private const string Password = "correct-horse-battery";
    private const string KeyLine = "MC4CAQAwBQYDK2VwBCIEIHkMB3ydRcVmC7Tn1xqFf0aB";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wt-redaction-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("Deployment")]
    [InlineData("Pod")]
    public async Task What_a_failing_container_prints_is_told_nowhere_with_the_secrets_in_it(string kind)
    {
        var space = $"printed-{kind.ToLowerInvariant()}";
        var cluster = simulated.Cluster(space);
        var files = new DeployOptions { ReportPath = Path.Combine(_folder.FullName, "report.html"), LogPath = Path.Combine(_folder.FullName, "log.jsonl") };
        var listener = new SimulatedCluster.Listener();

        var exception = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, Manifests(space, kind), files, listener));
        var status = await DeploymentStatus.ReadAsync(cluster, simulated.Client, CancellationToken.None);

        var record = Assert.Single(
            (await simulated.Client.ListAsync(ResourceTypes.Secret, space, $"{Labels.Component}={Labels.RevisionComponent}", CancellationToken.None)).Items);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["error"] = exception.ToString(),
            ["diagnosis"] = JsonSerializer.Serialize(exception.Diagnosis),
            ["deployment"] = JsonSerializer.Serialize(exception.Deployment),
            ["reports"] = string.Join('\n', listener.Reports),
            ["report"] = await File.ReadAllTextAsync(files.ReportPath),
            ["log"] = await File.ReadAllTextAsync(files.LogPath),
            ["status"] = JsonSerializer.Serialize(status),
            ["record"] = record["metadata"]!["annotations"]!.ToJsonString(),
        };
        Assert.All(texts, text => Assert.False(text.Value.Contains(Password, StringComparison.Ordinal) || text.Value.Contains(KeyLine, StringComparison.Ordinal), $"The {text.Key} holds a secret: {text.Value}"));

        // It is told with the secrets taken out, or this would prove nothing.
        Assert.Contains("It left the message: cannot log in with ********", exception.Diagnosis.Message, StringComparison.Ordinal);
        Assert.Equal(["cannot log in with ********", "********"], exception.Diagnosis.LogTail);
        Assert.All(
            new[] { "error", "diagnosis", "deployment", "reports", "report", "status", "record" }, name => Assert.Contains("cannot log in with ********", texts[name], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_return_that_fails_tells_no_secret_either()
    {
        var cluster = simulated.Cluster("returned");
        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, Manifests("returned", "Deployment")));
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Login("returned"), Given.Workload("returned", "front")])));
        var listener = new SimulatedCluster.Listener();

        await using var rollback = await Rollback.PlanAsync(cluster, 1, new DeployOptions(), listener, CancellationToken.None);
        var exception = await Assert.ThrowsAsync<NotReadyException>(() => rollback.RunAsync(listener, CancellationToken.None));

        Assert.Contains("It left the message: cannot log in with ********", exception.Diagnosis.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, $"{exception}\n{string.Join('\n', listener.Reports)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_is_taken_out_of_the_way_is_told_of_without_its_secrets()
    {
        var cluster = simulated.Cluster("forced-out", new DeploySettings { ComponentTimeout = TimeSpan.FromSeconds(60), FailureGrace = TimeSpan.FromMilliseconds(200) });
        var listener = new SimulatedCluster.Listener();
        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, Manifests("forced-out", "StatefulSet"), listener: listener));
        var corrected = Manifests("forced-out", "StatefulSet", "sleep 1000");

        await SimulatedCluster.DeployAsync(cluster, corrected, listener: listener);

        // It may be told again before the pod is seen to go.
        var told = listener.Reports.OfType<VerboseReport>().First(report => report.Message.Contains("is deleted: StatefulSet", StringComparison.Ordinal));
        Assert.Contains("cannot log in with ********", told.Message, StringComparison.Ordinal);
    }

    private static JsonObject Login(string space) => Given.Json($$"""
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"login","namespace":"{{space}}"},"stringData":{"password":"{{Password}}","tls.key":"-----BEGIN PRIVATE KEY-----\n{{KeyLine}}\n-----END PRIVATE KEY-----\n"} }
        """);

    private static ManifestSet Manifests(string space, string kind, string script = $"echo cannot log in with $PASSWORD; echo {KeyLine}; exit 3")
    {
        var workload = Given.Workload(space, "front", "busybox:1");
        var pod = workload["spec"]!["template"]!["spec"]!;
        var main = pod["containers"]![0]!;
        main["command"] = new JsonArray("sh", "-c", script);
        main["env"] = new JsonArray(Given.Json("""{"name":"PASSWORD","valueFrom":{"secretKeyRef":{"name":"login","key":"password"}}}"""));
        main["terminationMessagePolicy"] = "FallbackToLogsOnError";
        workload["kind"] = kind;
        if (kind == "StatefulSet")
            workload["spec"]!["serviceName"] = "front";
        if (kind == "Pod")
        {
            (workload["apiVersion"], workload["spec"]) = ("v1", pod.DeepClone());
            workload["spec"]!["restartPolicy"] = "Never";
        }

        return Given.Manifests(("front", [], [Login(space), workload]));
    }
}
