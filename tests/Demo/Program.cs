using Calico.Tests.Demo;
using Calico.Tests.Rig;

var screen = Screen.ForThisTerminal();
if (await RigRun.MissingAsync() is { } reason)
{
    screen.Error($"The demo cannot run here: {reason}.");
    return 1;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The terminal sends the signal to etcd and the agents too; what is left for us is to clean up.
    pressed.Cancel = true;
    interrupted.Cancel();
};
await RigRun.SweepLeftoversAsync();
try
{
    return await new Walkthrough(screen, interrupted.Token).RunAsync() ? 0 : 1;
}
catch (Exception e) when (e is InvalidOperationException or TimeoutException or IOException or OperationCanceledException)
{
    screen.Error(interrupted.IsCancellationRequested ? "Interrupted; everything was removed." : e.Message);
    return 1;
}
