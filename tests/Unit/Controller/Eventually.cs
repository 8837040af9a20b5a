namespace Calico.Tests.Unit.Controller;

/// <summary>Waits for what other threads bring about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition, Func<string>? state = null)
    {
        var end = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(end) > Patience)
            {
                Assert.Fail($"not within {Patience.TotalSeconds} s; {state?.Invoke()}");
            }

            await Task.Delay(5);
        }
    }
}
