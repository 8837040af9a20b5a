using Calico.Tests.Demo;
using Calico.Tests.Rig;

var screen = Screen.ForThisTerminal();
if (await RigRun.MissingAsync() is { } reason)
{
    screen.Error($"The demo cannot run here: {reason}.");
    return 1;
}

await RigRun.SweepLeftoversAsync();
try
{
    return await new Walkthrough(screen).RunAsync() ? 0 : 1;
}
catch (Exception e) when (e is InvalidOperationException or TimeoutException or IOException)
{
    screen.Error(e.Message);
    return 1;
}
