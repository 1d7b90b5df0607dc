using System.Diagnostics;
using WholeTale.PowerShell.Tests.Pester;

namespace WholeTale.PowerShell.Tests.Shell;

/// <summary>A run of the Shell in a process of its own, and what came of it.</summary>
internal sealed record ShellRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The built Shell: of the same configuration and framework as these tests.</summary>
    internal static string Assembly { get; } = Path.Combine(
        [SpecFolder.Repository, "src", "WholeTale.Shell", "bin", .. AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar)[^2..], "WholeTale.Shell.dll"]);

    internal static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    internal static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("NO_COLOR");
        start.Environment["TERM"] = "xterm";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Runs the Shell to its end, without a terminal.</summary>
    internal static Task<ShellRun> RunAsync(params string[] arguments) => EndAsync(Start(Dotnet, [Assembly, .. arguments]), "");

    internal static Task<ShellRun> RunWithEnvironmentAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        EndAsync(Start(Dotnet, [Assembly, .. arguments], environment), "");

    internal static Task<ShellRun> RunWithInputAsync(string input, params string[] arguments) => EndAsync(Start(Dotnet, [Assembly, .. arguments]), input);

    /// <summary>Runs the Shell to its end on a terminal (script of util-linux); both streams come as the output.</summary>
    internal static Task<ShellRun> RunOnTerminalAsync(string input, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no 'script' to make a terminal with.");
        var line = string.Join(' ', new[] { Dotnet, Assembly }.Concat(arguments).Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        return EndAsync(Start("/usr/bin/script", ["--quiet", "--return", "--echo", "never", "--command", line, "/dev/null"]), input);
    }

    private static async Task<ShellRun> EndAsync(Process process, string input)
    {
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.StandardInput.WriteAsync(input);
            await process.StandardInput.FlushAsync();
            // A terminal ends with its input: it stays open until the program has ended.
            if (input.Length == 0)
                process.StandardInput.Close();
            try
            {
                await process.WaitForExitAsync().WaitAsync(Patience);
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"The Shell did not end. It wrote: {await output}{await error}");
            }

            return new ShellRun(process.ExitCode, await output, await error);
        }
    }
}
