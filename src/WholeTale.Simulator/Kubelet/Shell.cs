using System.Globalization;
using System.Text;

namespace WholeTale.Simulator.Kubelet;

/// <summary>
/// The few programs that simulated containers have: enough to see that exec reaches a container and that output, input and exit codes
/// come through. No program runs: the answers are made here.
/// </summary>
internal static class Shell
{
    /// <summary>Whether the command is one of the few (unwrapped of <c>sh -c</c>, <c>tini</c>, <c>exec</c>).</summary>
    public static bool Knows(IReadOnlyList<string> command) => Run(command, new ShellContext()).ExitCode != ShellResult.NotFound;

    public static ShellResult Run(IReadOnlyList<string> command, ShellContext context)
    {
        if (command.Count == 0)
            return ShellResult.Success("");
        var program = command[0][(command[0].LastIndexOf('/') + 1)..];
        var arguments = command.Skip(1).ToList();
        return program switch
        {
            "sh" or "bash" or "ash" or "dash" => RunShell(arguments, context),
            "tini" or "dumb-init" or "exec" or "nohup" or "env" when arguments.SkipWhile(argument => argument.StartsWith('-')).Any() && !arguments[^1].Contains('=', StringComparison.Ordinal) =>
                Run([.. arguments.SkipWhile(argument => argument.StartsWith('-'))], context),
            "echo" => ShellResult.Success(Echo(arguments)),
            "printf" => ShellResult.Success(Unescape(string.Join(' ', arguments))),
            "true" or ":" or "sync" or "set" or "trap" or "mkdir" or "chmod" or "chown" or "touch" => ShellResult.Success(""),
            "false" => new ShellResult("", "", 1),
            "exit" => new ShellResult("", "", arguments.Count > 0 && int.TryParse(arguments[0], out var code) ? code & 255 : 0) { Exits = true },
            "env" or "printenv" => PrintEnvironment(arguments, context),
            "pwd" => ShellResult.Success(context.WorkingDirectory + "\n"),
            "whoami" => ShellResult.Success("root\n"),
            "id" => ShellResult.Success("uid=0(root) gid=0(root) groups=0(root)\n"),
            "hostname" => ShellResult.Success(context.HostName + "\n"),
            "uname" => ShellResult.Success("Linux\n"),
            "date" => ShellResult.Success(context.Now.ToString("ddd MMM d HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture) + "\n"),
            "sleep" => Sleep(arguments),
            "tail" when arguments.Contains("-f") => ShellResult.Endless,
            "cat" => Cat(arguments, context),
            "ls" => List(arguments, context),
            "test" or "[" => Test(arguments, context),
            "rm" => Remove(arguments, context),
            "tar" => Tar.Run(arguments, context),
            _ => new ShellResult("", $"sh: {program}: not found\n", ShellResult.NotFound),
        };
    }

    private static ShellResult RunShell(List<string> arguments, ShellContext context)
    {
        var at = arguments.FindIndex(argument => argument.StartsWith('-') && argument.Contains('c', StringComparison.Ordinal));
        if (at < 0 || at + 1 >= arguments.Count)
            return ShellResult.Success("") with { ReadsCommands = true };
        return ShellScript.Run(arguments[at + 1], context) with { Exits = false };
    }

    private static string Echo(List<string> arguments)
    {
        var newline = arguments.FirstOrDefault() != "-n";
        var words = arguments.SkipWhile(argument => argument is "-n" or "-e");
        return string.Join(' ', words) + (newline ? "\n" : "");
    }

    private static string Unescape(string text) =>
        text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal);

    private static ShellResult PrintEnvironment(List<string> arguments, ShellContext context)
    {
        if (arguments.Count > 0)
            return context.Environment.TryGetValue(arguments[0], out var value) ? ShellResult.Success(value + "\n") : new ShellResult("", "", 1);
        var text = new StringBuilder();
        foreach (var (name, value) in context.Environment)
            text.Append(name).Append('=').Append(value).Append('\n');
        return ShellResult.Success(text.ToString());
    }

    private static ShellResult Sleep(List<string> arguments)
    {
        if (arguments.FirstOrDefault() is "infinity" or "inf")
            return ShellResult.Endless;
        var text = arguments.FirstOrDefault() ?? "";
        var factor = text.Length > 0 ? text[^1] switch { 'm' => 60.0, 'h' => 3600, 'd' => 86400, _ => 1 } : 1;
        return double.TryParse(text.TrimEnd('s', 'm', 'h', 'd'), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? ShellResult.Success("") with { Took = TimeSpan.FromSeconds(Math.Clamp(seconds * factor, 0, 1e9)) }
            : new ShellResult("", $"sleep: invalid number '{text}'\n", 1);
    }

    private static ShellResult Cat(List<string> arguments, ShellContext context)
    {
        var names = arguments.Where(argument => argument != "-").ToList();
        if (names.Count == 0)
            return new ShellResult("", "", 0) { Output = context.Input, ReadsInput = true };
        using var output = new MemoryStream();
        foreach (var name in names)
        {
            if (context.Read(name) is not { } content)
                return new ShellResult("", $"cat: can't open '{name}': No such file or directory\n", 1) { Output = output.ToArray() };
            output.Write(content);
        }

        return new ShellResult("", "", 0) { Output = output.ToArray() };
    }

    private static ShellResult List(List<string> arguments, ShellContext context)
    {
        var path = context.Absolute(arguments.FirstOrDefault(argument => !argument.StartsWith('-')) ?? ".");
        var names = context.Children(path).ToList();
        if (names.Count == 0 && !ShellContext.Folders.Contains(path) && path != "/")
            return new ShellResult("", $"ls: {path}: No such file or directory\n", 1);
        return ShellResult.Success(string.Concat(names.Select(name => name + "\n")));
    }

    private static ShellResult Test(List<string> arguments, ShellContext context)
    {
        var words = arguments.Where(argument => argument != "]").ToList();
        var holds = words switch
        {
            ["-d", var path] => context.IsFolder(context.Absolute(path)),
            ["-e" or "-f" or "-r" or "-s", var path] => context.Read(path) is not null || (words[0] == "-e" && context.IsFolder(context.Absolute(path))),
            ["-n", var text] => text.Length > 0,
            ["-z", var text] => text.Length == 0,
            [var left, "=" or "==" or "-eq", var right] => left == right,
            [var left, "!=" or "-ne", var right] => left != right,
            _ => false,
        };
        return new ShellResult("", "", holds ? 0 : 1);
    }

    private static ShellResult Remove(List<string> arguments, ShellContext context)
    {
        foreach (var name in arguments.Where(argument => !argument.StartsWith('-')))
            context.Delete(name);
        return ShellResult.Success("");
    }
}
