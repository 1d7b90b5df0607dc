using Microsoft.Extensions.Time.Testing;

namespace WholeTale.Core.Tests.Kubernetes;

/// <summary>Moves fake time on until a task ends, as far as allowed.</summary>
internal static class Clock
{
    public static async Task<T> RunAsync<T>(this FakeTimeProvider time, Task<T> task, TimeSpan atMost)
    {
        var end = time.GetUtcNow() + atMost;
        while (!task.IsCompleted && time.GetUtcNow() < end)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));

            // Lets whoever was woken do its work before time goes on.
            await Task.WhenAny(task, Task.Delay(1));
        }

        Assert.True(task.IsCompleted, $"It has not ended after {atMost}.");
        return await task;
    }
}
