using System.Diagnostics;

namespace Calico.Tests.Rig.Processes;

/// <summary>Waits for a condition of another process by asking again, always with a deadline.</summary>
public static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task UntilAsync(Func<bool> condition, TimeSpan deadline, string what) =>
        UntilAsync(() => Task.FromResult(condition()), deadline, () => what);

    /// <summary>Waits until the condition holds; <paramref name="what"/> names it, asked only when the deadline passes.</summary>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan deadline, Func<string> what)
    {
        if (!await ForAsync(condition, deadline))
        {
            throw new TimeoutException($"waited {deadline.TotalSeconds} s in vain for {what()}");
        }
    }

    public static Task<bool> ForAsync(Func<bool> condition, TimeSpan deadline) =>
        ForAsync(() => Task.FromResult(condition()), deadline);

    /// <summary>Returns whether the condition came to hold within the deadline.</summary>
    public static async Task<bool> ForAsync(Func<Task<bool>> condition, TimeSpan deadline)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > deadline)
            {
                return false;
            }

            await Task.Delay(Pause);
        }

        return true;
    }
}
