using Calico.Tests.Rig;

namespace Calico.Tests.Netns;

/// <summary>Before any test: sweep what a killed run left, and skip with the reason where the rig cannot be built.</summary>
[SetUpFixture]
internal sealed class RigSetUp
{
    [OneTimeSetUp]
    public async Task RequireTheRig()
    {
        if (await RigRun.MissingAsync() is { } reason)
        {
            Assert.Ignore(reason);
        }

        await RigRun.SweepLeftoversAsync();
    }
}
