using Calico.Tests.System.Cluster;

namespace Calico.Tests.System.Scale;

/// <summary>A rollout of many pods at once, as large as three kubelets take.</summary>
internal sealed class CrowdTests
{
    /// <summary>How many pods at once, over all nodes.</summary>
    public const int Size = 300;

    private static Crowd? _ours;

    /// <summary>What ours did, measured once, for whoever asks first.</summary>
    public static async Task<Crowd> OursAsync() => _ours ??= await Crowd.RunAsync(Size);

    [Test]
    public async Task Three_hundred_pods_at_once_all_run_and_leave_no_address_behind()
    {
        var ours = await OursAsync();
        TestContext.Out.WriteLine($"{Size} pods: all Ready after {ours.ToRunning.TotalSeconds:F1} s, all gone {ours.ToGone.TotalSeconds:F1} s after deletion");
        Assert.That(ours.FailedSandboxes, Is.Empty);
        Assert.That(ours.Addresses, Has.Count.EqualTo(Size * (ClusterSource.IsDualStack ? 2 : 1)).And.Unique);
        Assert.That(await StoreOfCluster.ProblemsAsync(), Is.Empty);
    }
}
