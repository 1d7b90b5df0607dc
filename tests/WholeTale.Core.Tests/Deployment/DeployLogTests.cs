using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Deployment;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>The logs that deploys leave in the state folder.</summary>
public sealed class DeployLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wt-logs-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    private IReadOnlyList<string> Names => [.. Directory.GetFiles(_folder.FullName).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_newest_ten_of_a_cluster_are_kept_and_those_of_others_are_left_alone()
    {
        for (var i = 0; i < 12; i++)
        {
            foreach (var name in new[] { "wholetale", "wholetale-dev" })
                Write(name);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        var before = Names.Where(name => name.StartsWith("wholetale-dev-", StringComparison.Ordinal)).ToList();
        for (var i = 0; i < 3; i++)
        {
            Write("wholetale");
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(10, before.Count);
        Assert.Equal(before, Names.Where(name => name.StartsWith("wholetale-dev-", StringComparison.Ordinal)));
        Assert.Equal(
            Enumerable.Range(5, 10).Select(minute => $"wholetale-20261123T08{minute:00}00Z.jsonl"), Names.Where(name => !name.StartsWith("wholetale-dev-", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("kind-wholetale_1", "kind-wholetale_1")]
    [InlineData("arn:aws:eks:us-east-1:123456789012:cluster/prod", "arn%3Aaws%3Aeks%3Aus-east-1%3A123456789012%3Acluster%2Fprod")]
    [InlineData("wholetale/api-example-org:6443/kube:admin", "wholetale%2Fapi-example-org%3A6443%2Fkube%3Aadmin")]
    [InlineData("con.x", "con%2Ex")]
    [InlineData("../up", "%2E%2E%2Fup")]
    [InlineData("a*", "a%2A")]
    [InlineData("Ä", "%C3%84")]
    public void Every_name_has_a_log(string name, string safe)
    {
        Write(name);

        Assert.Equal([$"{safe}-20261123T080000Z.jsonl"], Names);
        Assert.Contains("\"started\"", File.ReadAllText(Path.Combine(_folder.FullName, Names[0])), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_alike_have_logs_of_their_own_where_capitals_count_for_nothing_too()
    {
        string[] names = ["a/b", "a%2fb", "a%2Fb", "A/b", "a:b", "a_b", "a-b"];

        foreach (var name in names)
            Write(name);

        Assert.Equal(names.Length, Names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Lines_of_several_clusters_in_one_file_are_told_apart()
    {
        var path = Path.Combine(_folder.FullName, "all.jsonl");
        foreach (var name in new[] { "one", "two" })
        {
            using var log = DeployLog.Open(path, null, name, _time, text => text);
            log.Write("applied", "redis", "Service redis", "Created");
        }

        Assert.Equal(["one", "two"], File.ReadLines(path).Select(line => (string?)System.Text.Json.Nodes.JsonNode.Parse(line)!["cluster"]));
    }

    private void Write(string name)
    {
        using var log = DeployLog.Open(null, _folder.FullName, name, _time, text => text);
        log.Write("deploy", "", name, "started");
    }
}
