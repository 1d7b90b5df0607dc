using System.Text;
using System.Text.RegularExpressions;
using WholeTale.Core.Deployment;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Writes docs/troubleshooting.md from the errors that injected failures gave.</summary>
internal static partial class Troubleshooting
{
    public static string Write(IEnumerable<(string Title, WholeTaleException Error)> cases)
    {
        var text = new StringBuilder("""
            # When a deploy fails
            What `Deploy-WholeTale` says when a cluster cannot do what is asked of it. Made by the tests, which inject each failure into a simulated cluster: change those
            (or the messages), then run them with `WT_UPDATE_DOCS=1`.

            Each is one error for each component concerned. It comes as soon as the cluster shows the failure and has been given the setting `Deploy.FailureGrace` (2 s) to
            heal; components that do not need the failed one are finished meanwhile. More time have, with a warning: a probe that fails (five times what makes a container unready),
            a volume whose failure mostly passes (time-outs, a driver that is not registered yet: 2 minutes), and the attempts of a Job, which fails when it has used up its `backoffLimit`.
            A pod that lacks room on a cluster that adds nodes of its own accord is given 30 s, in which the autoscaler says whether a node comes; that node is then waited for. Of GKE's clusters
            this is known; others are asked for the ConfigMap `cluster-autoscaler-status` in `kube-system` and for Karpenter's API. Whose account may read neither raises `Deploy.FailureGrace`.
            The same is there as data:

                $deployment = Deploy-WholeTale wholetale -PassThru -ErrorAction SilentlyContinue
                $deployment.Diagnoses | Select-Object Component, Reason, Object, Message, Advice, Events, LogTail

            After what is wrong has been corrected, run the same command again: it goes on where it ended, and tries at once what waits in back-off.

            """);
        foreach (var (title, error) in cases)
        {
            var reason = error is NotReadyException notReady ? $"Reason `{notReady.Diagnosis.Reason}`" : $"Error `{error.ErrorId}`";
            text.Append('\n').Append("## ").AppendLine(title).Append(reason).AppendLine(":").AppendLine();
            foreach (var line in Stable(error.Message).Split('\n'))
                text.Append("    ").AppendLine(line.TrimEnd());
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    // What chance and the clock put into names and messages.
    private static string Stable(string message)
    {
        message = Pod().Replace(message, match => match.Groups[1].Success ? "front-7c9d6b54f8-x2k4q" : "front-x2k4q");
        message = Uid().Replace(message, "6f1d0c8e-2b1a-4c53-9a77-0e5d4b3c2a19");
        return Times().Replace(message.ReplaceLineEndings("\n"), "");
    }

    [GeneratedRegex(@"\bfront(-[a-z0-9]{8,10})?-[a-z0-9]{5}(?![a-z0-9-])")]
    private static partial Regex Pod();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex(@" \(\d+ times\)")]
    private static partial Regex Times();
}
