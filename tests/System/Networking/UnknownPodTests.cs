using Calico.Tests.System.Pods;

namespace Calico.Tests.System.Networking;

/// <summary>Who is no pod of the cluster gets nothing.</summary>
internal sealed class UnknownPodTests
{
    [Test]
    public async Task A_pod_that_the_API_does_not_know_gets_no_network()
    {
        var rig = ClusterSetUp.Cluster.RequireRig();
        var node = ClusterSetUp.Cluster.Nodes[0];
        var answer = await RuntimeCall.AddAsync(rig, node, "calico", await RuntimeCall.ConfAsync(rig, node), "nowhere", "nobody", "none");
        Assert.That((int?)answer["code"], Is.EqualTo(11), answer.ToJsonString());
        Assert.That((string)answer["msg"]!, Does.Contain("nowhere"));
    }
}
