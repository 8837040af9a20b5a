using Calico.Tests.System.Cluster;

namespace Calico.Tests.System.Scale;

/// <summary>A rollout of many pods at once, as large as three kubelets take.</summary>
[DependsOnFixture(typeof(LatencyTests), AllowFailure = true)]
internal sealed class CrowdTests
{
    /// <summary>How many pods at once, over all nodes.</summary>
    public const int Size = 300;

    /// <summary>What ours did, for the comparison; null until it was measured.</summary>
    public static Crowd? Ours { get; private set; }

    [Test]
    public async Task Three_hundred_pods_at_once_all_run_and_leave_no_address_behind()
    {
        Ours = await Crowd.RunAsync(Size);
        TestContext.Out.WriteLine($"{Size} pods: all Ready after {Ours.ToRunning.TotalSeconds:F1} s, all gone {Ours.ToGone.TotalSeconds:F1} s after deletion");
        Assert.That(Ours.FailedSandboxes, Is.Empty);
        Assert.That(Ours.Addresses, Has.Count.EqualTo(Size * (ClusterSource.IsDualStack ? 2 : 1)).And.Unique);
        Assert.That(await StoreOfCluster.ProblemsAsync(), Is.Empty);
    }
}
