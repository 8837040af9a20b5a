namespace Calico.Controller.Queue;

/// <summary>How long a key that failed waits: doubles from 100 ms up to a minute, less up to a half by chance, so that a thousand keys do not return at once.</summary>
internal static class Backoff
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LongestDuringOutage = TimeSpan.FromSeconds(5);

    /// <param name="failures">In a row, 1 or more.</param>
    /// <param name="chance">0 to 1.</param>
    public static TimeSpan Pause(int failures, double chance)
    {
        var full = Math.Min(Shortest.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30)), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (1 - (chance / 2)));
    }

    public static TimeSpan Pause(int failures) => Pause(failures, Random.Shared.NextDouble());

    public static TimeSpan DuringOutage(TimeSpan pause) => pause < LongestDuringOutage ? pause : LongestDuringOutage;
}
