using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace WholeTale.Tests;

/// <summary>A client that others wrote (kubectl, helm), run against a simulator.</summary>
public sealed class ClientTool
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private readonly string _path;
    private readonly SimulatorProcess _simulator;

    private ClientTool(string path, SimulatorProcess simulator)
    {
        _path = path;
        _simulator = simulator;
    }

    /// <summary>What a run has said.</summary>
    public sealed record Outcome(int ExitCode, string Output, string Error)
    {
        /// <summary>The output of a run that must have gone well.</summary>
        public string Text => ExitCode == 0 ? Output : throw new InvalidOperationException(ToString());

        /// <summary>As a person would want to see it where it was not what was expected.</summary>
        public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Error}";
    }

    /// <summary>What a run that went well has said, and nothing else.</summary>
    public static Outcome Said(string output, string error = "") => new(0, output, error);

    /// <summary>What a run that failed has said, and nothing else.</summary>
    public static Outcome Failed(string error, int code = 1, string output = "") => new(code, output, error);

    /// <summary>The tool, from WT_KUBECTL or WT_HELM or artifacts/tools; the test is skipped where there is none.</summary>
    public static ClientTool Find(string name, SimulatorProcess simulator)
    {
        var repository = typeof(ClientTool).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Repository").Value!;
        var path = Environment.GetEnvironmentVariable("WT_" + name.ToUpperInvariant()) ?? Path.Combine(repository, "artifacts", "tools", name);
        if (!File.Exists(path))
            Assert.Skip($"{name} is not there: .ci/install puts it into artifacts/tools, or WT_{name.ToUpperInvariant()} names it.");
        return new ClientTool(path, simulator);
    }

    /// <summary>Runs it to its end.</summary>
    public Task<Outcome> RunAsync(params string[] arguments) => RunAsync("", arguments);

    /// <summary>Runs it to its end, giving it input.</summary>
    public async Task<Outcome> RunAsync(string input, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(arguments, environment);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync().WaitAsync(_patience);
            return new Outcome(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>Starts it; the caller ends it.</summary>
    public Process Start(params string[] arguments) => Start(arguments, null);

    private Process Start(string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(_path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        // Nothing of the user's own clusters and caches is read or written.
        start.Environment["KUBECONFIG"] = _simulator.Kubeconfig;
        start.Environment["HOME"] = _simulator.Folder;
        start.Environment["KUBECACHEDIR"] = Path.Combine(_simulator.Folder, "cache");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
