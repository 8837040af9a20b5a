namespace Calico.Controller.Reconciling;

/// <summary>Parts that run side by side and end together.</summary>
internal static class Ending
{
    /// <summary>Waits for the first part to end, tells the others to, waits for them, and ends as the first did.</summary>
    public static async Task FirstOfAsync(IReadOnlyCollection<Task> parts, CancellationTokenSource running)
    {
        var first = await Task.WhenAny(parts);
        await running.CancelAsync();

        // How the others end is of no interest: the first one's end is the reason.
        await Task.WhenAll(parts).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await first;
    }
}
