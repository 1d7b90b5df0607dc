namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>What the scheduler says of a pod that fits nowhere.</summary>
internal static class Scheduling
{
    // After the nodes' reasons it tells of what it tried in vain: device claims (from 1.34 on) and preemption.
    private static readonly string[] Attempts = [" no new claims to deallocate", " preemption: "];

    /// <summary>The nodes' reasons alone; another message as it is.</summary>
    internal static string Reasons(string message)
    {
        if (!message.Contains("nodes are available", StringComparison.Ordinal))
            return message;
        foreach (var attempt in Attempts)
        {
            if (message.IndexOf(attempt, StringComparison.Ordinal) is > 0 and var begin)
                message = message[..begin];
        }

        return message;
    }
}
