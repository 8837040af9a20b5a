using Calico.Controller.Bootstrap;
using Calico.Model.Kubernetes;
using static Calico.Tests.Unit.Controller.Bootstrap.BootstrapPlanTests;

namespace Calico.Tests.Unit.Controller.Bootstrap;

internal sealed class MembershipTests
{
    [Test]
    public void Three_nodes_of_the_control_plane_are_three_members() =>
        Assert.That(Names(Node("a", "192.0.2.1"), ControlPlane("f", "192.0.2.2"), ControlPlane("c", "192.0.2.3"), ControlPlane("d", "192.0.2.4"), ControlPlane("e", "192.0.2.5")),
            Is.EqualTo(new[] { "c", "d", "e" }));

    [Test]
    public void Two_nodes_of_the_control_plane_are_one_member_as_two_bear_no_loss() =>
        Assert.That(Names(Node("a", "192.0.2.1"), ControlPlane("c", "192.0.2.3"), ControlPlane("b", "192.0.2.2")), Is.EqualTo(new[] { "b" }));

    [Test]
    public void Without_a_visible_control_plane_the_first_node_by_name_is_the_member() =>
        Assert.That(Names(Node("c", "192.0.2.3"), Node("b", "192.0.2.2")), Is.EqualTo(new[] { "b" }));

    [Test]
    public void A_node_without_address_is_not_chosen() => Assert.That(Names(Node("a"), Node("b", "192.0.2.2")), Is.EqualTo(new[] { "b" }));

    [Test]
    public void What_is_recorded_stays_whatever_nodes_there_are() =>
        Assert.That(Membership.Decide("x 192.0.2.9 new\n", [ControlPlane("a", "192.0.2.1")]).Select(member => member.Name), Is.EqualTo(new[] { "x" }));

    [Test]
    public void A_record_reads_as_it_was_written()
    {
        var members = Membership.Decide("", [Node("a", "2001:db8::1", "192.0.2.1")]);
        Assert.That(EtcdMember.Format(members), Is.EqualTo("a 2001:db8::1,192.0.2.1 new\n"));
        Assert.That(EtcdMember.Parse(EtcdMember.Format(members)), Is.EqualTo(members));
        Assert.That(members[0].PeerUrl, Is.EqualTo("https://[2001:db8::1]:6667"));
    }

    [TestCase("a 192.0.2.1")]
    [TestCase("a 192.0.2.1 old")]
    [TestCase("a localhost new")]
    [TestCase("a 192.0.2.1, new")]
    public void A_malformed_line_is_named(string line) =>
        Assert.That(() => EtcdMember.Parse(line), Throws.InstanceOf<BootstrapException>().With.Message.Contains(line));

    private static IEnumerable<string> Names(params KubernetesNode[] nodes) => Membership.Decide("", nodes).Select(member => member.Name);
}
