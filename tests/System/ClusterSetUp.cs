using Calico.Tests.System.Cluster;

namespace Calico.Tests.System;

/// <summary>Before any test: a cluster without a CNI plugin, our images in it, and our manifests applied. After the last: the cluster goes, if it is ours.</summary>
[SetUpFixture]
internal sealed class ClusterSetUp
{
    private static TestCluster? _cluster;

    /// <summary>The cluster of this run.</summary>
    public static TestCluster Cluster => _cluster ?? throw new InvalidOperationException("the tests of a cluster run below ClusterSetUp");

    [OneTimeSetUp]
    public async Task RequireACluster()
    {
        if (ClusterSource.WhyNone() is { } reason)
        {
            Assert.Ignore(reason);
        }

        _cluster = await TestCluster.StartAsync();
        await _cluster.Installation.ApplyAsync();
    }

    [OneTimeTearDown]
    public async Task LetTheClusterGo()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
