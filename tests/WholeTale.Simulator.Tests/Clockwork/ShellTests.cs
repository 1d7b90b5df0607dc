using System.Text;
using WholeTale.Simulator.Kubelet;

namespace WholeTale.Simulator.Tests.Clockwork;

public sealed class ShellTests
{
    [Theory]
    [InlineData("echo hello", "hello\n", "", 0)]
    [InlineData("echo one; false; echo two", "one\ntwo\n", "", 0)]
    [InlineData("false && echo never", "", "", 1)]
    [InlineData("false || echo saved", "saved\n", "", 0)]
    [InlineData("echo 'a; b' \"$NAME\" '$NAME'", "a; b tale $NAME\n", "", 0)]
    [InlineData("echo bad >&2; exit 7; echo never", "", "bad\n", 7)]
    [InlineData("sh -c 'exit 3'; echo after", "after\n", "", 0)]
    [InlineData("echo text > /tmp/f && cat /tmp/f && echo more >> /tmp/f; cat /tmp/f", "text\ntext\nmore\n", "", 0)]
    [InlineData("[ -d /tmp ] && test -f /tmp/none || echo none", "none\n", "", 0)]
    [InlineData("unknown-program", "", "sh: unknown-program: not found\n", 127)]
    public void A_script_does_what_a_shell_does(string script, string output, string error, int exitCode)
    {
        var context = new ShellContext { Environment = new Dictionary<string, string> { ["NAME"] = "tale" }, Disk = new ContainerFiles() };

        var result = Shell.Run(["sh", "-c", script], context);

        Assert.Equal(output, Encoding.UTF8.GetString(result.Output));
        Assert.Equal(error, result.Error);
        Assert.Equal(exitCode, result.ExitCode);
    }

    [Theory]
    [InlineData("sleep", "infinity")]
    [InlineData("tail", "-f", "/dev/null")]
    [InlineData("sh", "-c", "while true; do sleep 5; done")]
    [InlineData("tini", "--", "sleep", "infinity")]
    public void Programs_that_wait_for_ever_do(params string[] command) =>
        Assert.Equal(Timeout.InfiniteTimeSpan, Shell.Run(command, new ShellContext()).Took);
}
