using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Hosting;

public sealed class ProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wt-simulator-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_started_simulator_publishes_files_that_only_its_owner_can_read()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await using var simulator = await SimulatorProcess.StartInAsync(Path.Combine(_folder.FullName, "one"), "one");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(simulator.Kubeconfig));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(simulator.Folder, "simulator.json")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(simulator.Folder));
        Assert.Equal("one", (string?)simulator.State["name"]);
        Assert.Equal(simulator.ProcessId, (int?)simulator.State["pid"]);
    }

    [Fact]
    public async Task A_starter_that_goes_away_before_it_says_keep_leaves_no_process_and_no_files()
    {
        using var process = SimulatorProcess.Launch(["serve", "--name", "one", "--folder", _folder.FullName, "--delays", "none"]);
        var line = await process.StandardOutput.ReadLineAsync();

        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.True((bool)JsonNode.Parse(line!)!["ready"]!);
        Assert.Equal(["simulator.log"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task A_kept_simulator_survives_the_end_of_its_input_and_stops_when_asked()
    {
        using var process = SimulatorProcess.Launch(["serve", "--name", "one", "--folder", _folder.FullName, "--delays", "none"]);
        _ = await process.StandardOutput.ReadLineAsync();
        var state = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "simulator.json")))!;
        await process.StandardInput.WriteLineAsync("keep");
        process.StandardInput.Close();
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(handler) { BaseAddress = new Uri((string)state["endpoint"]!) };

        using var refused = await http.PostAsync("/simulator/v1/stop", null);
        http.DefaultRequestHeaders.Authorization = new("Bearer", (string)state["token"]!);
        using var accepted = await http.PostAsync("/simulator/v1/stop", null);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(["simulator.log"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public async Task Faults_of_a_file_strike_from_the_start_and_a_bad_file_is_refused()
    {
        var file = Path.Combine(_folder.FullName, "faults.json");
        await File.WriteAllTextAsync(file, """[{"verb":"list","resource":"nodes","status":503,"count":1}]""");
        await using var simulator = await SimulatorProcess.StartAsync("--faults", file);
        using var struck = await simulator.Http.GetAsync("/api/v1/nodes");
        using var after = await simulator.Http.GetAsync("/api/v1/nodes");
        await File.WriteAllTextAsync(file, """[{"action":"explode"}]""");

        using var refused = SimulatorProcess.Launch(["serve", "--name", "two", "--folder", Path.Combine(_folder.FullName, "two"), "--faults", file]);
        var told = JsonNode.Parse((await refused.StandardOutput.ReadLineAsync())!)!;
        await refused.WaitForExitAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (struck.StatusCode, after.StatusCode));
        Assert.Equal((1, false), (refused.ExitCode, (bool)told["ready"]!));
        Assert.Contains("explode", (string)told["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_simulator_in_the_same_folder_is_refused_with_code_3()
    {
        await using var first = await SimulatorProcess.StartInAsync(_folder.FullName, "one");

        using var second = SimulatorProcess.Launch(["serve", "--name", "one", "--folder", _folder.FullName]);
        var line = await second.StandardOutput.ReadToEndAsync();
        await second.WaitForExitAsync();

        Assert.Equal(3, second.ExitCode);
        Assert.False((bool)JsonNode.Parse(line)!["ready"]!);
        Assert.Contains("running already", (string)JsonNode.Parse(line)!["error"]!, StringComparison.Ordinal);
        Assert.True(File.Exists(first.Kubeconfig));
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("serve", "--name", "x", "--folder", "f", "--delays", "some")]
    [InlineData("serve", "--name", "x", "--folder", "f", "--colour", "red")]
    [InlineData("dance")]
    public async Task A_wrong_command_line_is_refused_in_one_line(params string[] arguments)
    {
        using var process = SimulatorProcess.Launch(arguments);
        var lines = (await process.StandardOutput.ReadToEndAsync()).TrimEnd().Split('\n');
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.NotEmpty((string)JsonNode.Parse(Assert.Single(lines))!["error"]!);
    }

    [Fact]
    public async Task A_terminated_simulator_deletes_its_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var process = SimulatorProcess.Launch(["serve", "--name", "one", "--folder", _folder.FullName, "--detached"]);
        _ = await process.StandardOutput.ReadLineAsync();

        using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(0, process.ExitCode);
        Assert.Equal(["simulator.log"], _folder.GetFiles().Select(file => file.Name));
    }
}
