using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Conntrack;
using Calico.Model.Net;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.Dataplane.Conntrack;

internal sealed class MemberSetTests
{
    private static readonly Gen<IpAddress> Address =
        from family in Gen.Elements(IpFamily.IPv4, IpFamily.IPv6)
        from low in Gen.Choose(0, 7)
        select new IpAddress(family, (UInt128)low << (family == IpFamily.IPv4 ? 29 : 125));

    private static readonly Gen<Cidr> Net =
        from address in Address
        from length in Gen.Elements(0, 1, 2, 3, 32)
        select new Cidr(address, length);

    [Test]
    public void It_holds_an_address_exactly_when_one_of_its_nets_does() => Prop.ForAll(
        Net.ListOf().ToArbitrary(),
        Net.ListOf().ToArbitrary(),
        Address.ToArbitrary(),
        (added, removed, address) =>
        {
            var set = new MemberSet();
            set.Add(added.Select(net => new IpSetMember(net)));
            set.Remove(removed.Select(net => new IpSetMember(net)));
            return set.Contains(address) == added.Except(removed).Any(net => net.Contains(address));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void A_port_counts_only_with_its_protocol_and_address()
    {
        var address = IpAddress.Parse("fd00::1");
        var set = new MemberSet();
        set.Add([new IpSetMember(address, 6, 80)]);

        Assert.That(set.Contains(address, 6, 80), Is.True);
        Assert.That(set.Contains(address, 17, 80), Is.False);
        Assert.That(set.Contains(address, 6, 81), Is.False);
        Assert.That(set.Contains(IpAddress.Parse("fd00::2"), 6, 80), Is.False);
    }
}
