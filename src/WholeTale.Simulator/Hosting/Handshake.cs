namespace WholeTale.Simulator.Hosting;

/// <summary>
/// Keeps a simulator from outliving a starter that broke off: until the line <c>keep</c> comes, the end of the input means that
/// the starter is gone.
/// </summary>
internal static class Handshake
{
    /// <returns>Whether the simulator is to stay.</returns>
    public static Task<bool> WaitAsync(TextReader input)
    {
        var answered = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread of its own: reading a console cannot be cancelled, and a background thread does not keep the process alive.
        new Thread(() => answered.SetResult(Read(input))) { IsBackground = true, Name = "handshake" }.Start();
        return answered.Task;
    }

    private static bool Read(TextReader input)
    {
        while (input.ReadLine() is { } line)
        {
            if (line.Trim() == "keep")
                return true;
        }

        return false;
    }
}
