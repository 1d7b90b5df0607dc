using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using WholeTale.PowerShell.Tests.Shell;
using WholeTale.Tests;

namespace WholeTale.PowerShell.Tests.Killing;

/// <summary>
/// Work on the whole platform by a process that is killed (SIGKILL) while one of its requests is under way. Run again, it must leave what an undisturbed run leaves,
/// no object more or less. By default a few requests are tried; with <c>WT_KILL_POINTS=all</c> every one.
/// </summary>
public sealed class KilledDeploymentTests(ITestOutputHelper output)
{
    private const string Deploy = "$cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue";
    private const string Upgrade = $"{Deploy} -Setting @{{ 'Images.Dashboard' = 'wholetale/ngx-dashboard:next'; 'Images.Redis' = 'redis:8'; 'Girder.Heartbeat' = '00:07:00' }}";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    /// <summary>What is there before, and what is done.</summary>
    public static TheoryData<string, string, string> Works => new()
    {
        { "deploy", "", "$cluster | Deploy-WholeTale -WarningAction SilentlyContinue" },
        { "upgrade", Deploy, Upgrade },
        { "prune", Deploy, $"{Deploy} -Setting @{{ NetworkPolicies = $false }}" },
        { "undo", $"{Deploy}; {Upgrade}", "$cluster | Undo-WholeTale -Revision 1 -WarningAction SilentlyContinue" },
        { "removal", Deploy, "$cluster | Remove-WholeTale -Confirm:$false -WarningAction SilentlyContinue" },
    };

    [Theory]
    [MemberData(nameof(Works))]
    public async Task Work_that_is_killed_at_a_request_is_finished_by_running_it_again(string name, string before, string work)
    {
        await using var simulator = await SimulatorProcess.StartAsync();
        using var engine = Engine.WithModule();
        engine.Run(Find(simulator, $"{name}-whole"));
        var count = await CountAsync(simulator, engine, before, work);
        var expected = await NamespaceState.ReadAsync(simulator.Http, $"{name}-whole");

        // The oldest Ingress of a host keeps it: every other deploy would wait for its own certificate there.
        engine.Run("$cluster | Remove-WholeTale -Confirm:$false -WarningAction SilentlyContinue");

        var points = Choose(count);
        foreach (var point in points)
        {
            var space = $"{name}-{point}";
            engine.Run(Find(simulator, space));
            engine.Run($"$null = & {{ {before} }}");

            var struck = await KillAsync(simulator, space, work, point);
            engine.Run($"$null = {work}");

            var state = await NamespaceState.ReadAsync(simulator.Http, space);
            Assert.True(struck || point > count - 5, $"{name} made fewer requests than {point}.");
            Assert.True(expected == state, $"Killed at request {point} of {name}, and run again:\n{Difference(expected, state)}");
            engine.Run("$cluster | Remove-WholeTale -Confirm:$false -WarningAction SilentlyContinue");
        }

        output.WriteLine($"{name}: killed at {points.Count} of {count} requests");
    }

    [Fact]
    public async Task Work_that_goes_on_in_another_process_of_this_machine_is_not_overtaken_until_that_is_killed()
    {
        await using var simulator = await SimulatorProcess.StartAsync();
        using var engine = Engine.WithModule();
        engine.Run(Find(simulator, "living"));
        await SetAsync(simulator, """[{"on":"api","userAgent":"wholetale*","verb":"patch","resource":"deployments","count":1,"action":"latency","milliseconds":600000}]""");
        using var process = ShellRun.Start(ShellRun.Dotnet, [ShellRun.Assembly, "-Command", $"Import-Module '{Engine.Manifest}'; {Find(simulator, "living")}; $null = {Deploy}"]);
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using (var patience = new CancellationTokenSource(_patience))
        {
            while ((int?)JsonNode.Parse(await simulator.Http.GetStringAsync("/simulator/v1/faults", patience.Token))![0]!["struck"] != 1)
                await Task.Delay(20, patience.Token);
        }

        foreach (var work in new[] { Deploy, "$cluster | Remove-WholeTale -Confirm:$false" })
        {
            var told = Assert.Single(engine.Run($"try {{ $null = {work} -ErrorAction Stop; 'done' }} catch {{ \"$_\" }}"));
            Assert.StartsWith($"Another deploy works on the namespace living: {Environment.UserName}@{Environment.MachineName} holds the lease", told?.ToString(), StringComparison.Ordinal);
        }

        Assert.False(process.HasExited);
        process.Kill();
        await process.WaitForExitAsync();
        await said;
        await SetAsync(simulator, "[]");
        Assert.Equal("Ready", Assert.Single(engine.Run($"\"$(({Deploy}).Status)\""))?.ToString());
    }

    // Which requests a run sends depends a little on what controllers have done by then.
    private static async Task<int> CountAsync(SimulatorProcess simulator, Engine engine, string before, string work)
    {
        engine.Run($"$null = & {{ {before} }}");
        using (await simulator.Http.DeleteAsync("/simulator/v1/requests"))
            engine.Run($"$null = {work}");
        var requests = JsonNode.Parse(await simulator.Http.GetStringAsync("/simulator/v1/requests"))!.AsArray();
        return requests.Count(request => ((string?)request!["userAgent"])?.StartsWith("wholetale", StringComparison.Ordinal) == true && !((string)request["query"]!).Contains("watch=true", StringComparison.Ordinal));
    }

    private static List<int> Choose(int count) => Environment.GetEnvironmentVariable("WT_KILL_POINTS") switch
    {
        "all" => [.. Enumerable.Range(1, count)],
        { Length: > 0 } number => [.. Enumerable.Range(1, int.Parse(number, CultureInfo.InvariantCulture)).Select(_ => Random.Shared.Next(1, count + 1)).Distinct()],
        _ => [Random.Shared.Next(count / 4, (count * 3 / 4) + 1)],
    };

    // The request is held until the process is dead.
    private static async Task<bool> KillAsync(SimulatorProcess simulator, string space, string work, int point)
    {
        await SetAsync(simulator, $$"""[{"on":"api","userAgent":"wholetale*","after":{{point - 1}},"count":1,"action":"latency","milliseconds":600000}]""");
        using var process = ShellRun.Start(
            ShellRun.Dotnet, [ShellRun.Assembly, "-Command", $"$ProgressPreference = 'SilentlyContinue'; Import-Module '{Engine.Manifest}'; {Find(simulator, space)}; $null = {work}"]);
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var struck = false;
        using (var patience = new CancellationTokenSource(_patience))
        {
            while (!struck && !process.HasExited)
            {
                patience.Token.ThrowIfCancellationRequested();
                struck = (int?)JsonNode.Parse(await simulator.Http.GetStringAsync("/simulator/v1/faults"))![0]!["struck"] == 1;
            }
        }

        process.Kill();
        await process.WaitForExitAsync();
        var text = string.Concat(await said);
        await SetAsync(simulator, "[]");
        Assert.True(struck || process.ExitCode == 0, text);
        return struck;
    }

    private static string Find(SimulatorProcess simulator, string space) =>
        $"$cluster = Get-WTCluster -Provider Existing -Setting @{{ 'Existing.Kubeconfig' = '{simulator.Kubeconfig}'; 'Existing.Context' = '{simulator.Name}'; Namespace = '{space}'; StateFolder = '{simulator.Folder}' }}";

    private static async Task SetAsync(SimulatorProcess simulator, string rules)
    {
        using var answer = await simulator.Http.PutAsJsonAsync("/simulator/v1/faults", JsonNode.Parse(rules));
        answer.EnsureSuccessStatusCode();
    }

    private static string Difference(string expected, string actual)
    {
        var (left, right) = (expected.Split('\n'), actual.Split('\n'));
        return string.Join('\n', left.Except(right).Select(line => $"missing: {Short(line)}").Concat(right.Except(left).Select(line => $"too many: {Short(line)}")));

        static string Short(string line) => line.Length > 200 ? line[..200] : line;
    }
}
