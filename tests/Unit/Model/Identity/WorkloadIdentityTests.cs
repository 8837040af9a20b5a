using Calico.Model.Identity;

namespace Calico.Tests.Unit.Model.Identity;

internal sealed class WorkloadIdentityTests
{
    private const string ContainerId = "0123456789abcdef0123456789abcdef";
    private static readonly WorkloadIdentity Pod = new(WorkloadIdentity.Kubernetes, "default", "nginx", ContainerId, "eth0", "k8s-pod-network");
    private static readonly WorkloadIdentity Plain = new(WorkloadIdentity.PlainCni, "default", ContainerId, ContainerId, "eth0", "group_a");

    // printf default.nginx | sha1sum
    [TestCase("default", "nginx", "calic440f455693")]
    [TestCase("shop", "web-0", "calia4fc3c48bd8")]
    public void A_pods_veth_is_named_by_namespace_and_name(string @namespace, string pod, string expected) =>
        Assert.That((Pod with { Namespace = @namespace, Workload = pod }).HostInterface(), Is.EqualTo(expected));

    [Test]
    public void Elsewhere_the_veth_is_named_by_the_container() => Assert.That(Plain.HostInterface(), Is.EqualTo("cali0123456789a"));

    [Test]
    public void The_veth_of_another_interface_or_of_a_short_container_ID_has_its_own_name()
    {
        string[] names =
        [
            Plain.HostInterface(), (Plain with { Interface = "net1" }).HostInterface(), (Plain with { ContainerId = "c1" }).HostInterface(),
            Pod.HostInterface(), (Pod with { Interface = "net1" }).HostInterface(),
        ];
        Assert.That(names, Is.Unique.And.All.Length.EqualTo(15));
    }

    [Test]
    public void The_name_of_a_pods_veth_outlives_its_container() =>
        Assert.That((Pod with { ContainerId = "other" }).HostInterface(), Is.EqualTo(Pod.HostInterface()));

    [Test]
    public void The_prefix_of_the_veth_may_be_another() => Assert.That(Plain.HostInterface("tap"), Is.EqualTo("tap0123456789a"));

    [Test]
    public void Dashes_are_doubled_in_the_endpoints_name() =>
        Assert.That((Pod with { Workload = "web-0" }).EndpointName("node-a"), Is.EqualTo("node--a-k8s-web--0-eth0"));

    [Test]
    public void The_handle_is_network_and_container() => Assert.That(Pod.HandleId, Is.EqualTo($"k8s-pod-network.{ContainerId}"));

    [Test]
    public void The_MAC_is_local_unicast_and_stable()
    {
        var mac = Pod.PodMac();
        Assert.That(mac.ToBytes()[0] & 0x03, Is.EqualTo(0x02));
        Assert.That(Pod.PodMac(), Is.EqualTo(mac));
        Assert.That((Pod with { ContainerId = "other" }).PodMac(), Is.Not.EqualTo(mac));
    }
}
