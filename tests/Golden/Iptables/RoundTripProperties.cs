using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Rules;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Compiled;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Golden.Iptables;

/// <summary>Whatever a rule says, both kinds of iptables print what is rendered for it as it is rendered.</summary>
internal sealed class RoundTripProperties
{
    private const string ProtocolsFile = "/etc/protocols";

    // One restore takes them all.
    private const int RulesAtOnce = 400;

    private static readonly Gen<PolicyPort> Port = Gen.OneOf(
        Gen.Choose(1, 65_535).Select(PolicyPort.Single),
        Gen.Choose(1, 60_000).SelectMany(first => Gen.Choose(first, 65_535).Select(last => PolicyPort.Range(first, last))));

    private static readonly Gen<IcmpCondition?> Icmp =
        from type in Gen.Choose(0, 254)
        from code in Gen.Choose(-60, 255)
        select (IcmpCondition?)new IcmpCondition(type, code < 0 ? null : code);

    private static readonly Gen<Cidr> Net =
        from bits in Gen.Choose(int.MinValue, int.MaxValue).ListOf(4)
        from leadingZeros in Gen.Elements(0, 0, 64, 80, 96, 112)
        from length in Gen.Choose(0, 128)
        from is4 in Gen.Elements(true, false)
        let value = bits.Aggregate(UInt128.Zero, (sum, word) => (sum << 32) | (uint)word) >> leadingZeros
        select is4 ? new Cidr(new IpAddress(IpFamily.IPv4, (uint)value), length / 4) : new Cidr(new IpAddress(IpFamily.IPv6, value), length);

    private static readonly Gen<string?> Set = Gen.Elements(null, null, "s:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "s:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");

    private static readonly Gen<ActiveRule> Rule =
        from action in Gen.Elements(Enum.GetValues<RuleAction>())
        from protocol in Gen.OneOf(Gen.Constant<int?>(null), Gen.Elements<int?>(1, 58), Gen.Elements<int?>(6, 17, 132), Gen.Choose(1, 255).Select(number => (int?)number))
        from notProtocol in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(1, 255).Select(number => (int?)number))
        from icmp in Gen.OneOf(Gen.Constant<IcmpCondition?>(null), Icmp)
        from notIcmp in Gen.OneOf(Gen.Constant<IcmpCondition?>(null), Icmp)
        let hasPorts = protocol is 6 or 17 or 132
        from source in Entity(hasPorts)
        from destination in Entity(hasPorts)
        select new ActiveRule(action)
        {
            Protocol = protocol,
            NotProtocol = notProtocol,
            Icmp = protocol is 1 or 58 ? icmp : null,
            NotIcmp = protocol is 1 or 58 ? notIcmp : null,
            Source = source,
            Destination = destination,
        };

    [Test]
    public void The_tool_prints_any_rule_as_it_is_rendered(
        [ValueSource(typeof(RuleTool), nameof(RuleTool.Backends))] string backend, [Values] IpFamily family)
    {
        var protocols = ProtocolNames.FromFile(File.Exists(ProtocolsFile) ? File.ReadLines(ProtocolsFile) : []);
        var writer = new RuleWriter(new RuleContext(new DataplaneOptions(), family, protocols));
        Prop.ForAll(Rule.ListOf(RulesAtOnce).ToArbitrary(), rules =>
        {
            TableChain[] targets = [Chain(ChainNames.Allow, []), Chain(ChainNames.Pass, [])];
            var chains = rules.Select((rule, number) => Chain($"cali-{number}", writer.Write([rule]))).ToList();
            Assert.That(chains.Sum(chain => chain.Chain.Rules.Count), Is.GreaterThan(RulesAtOnce / 2), "hardly a rule is rendered");
            RuleTool.ExpectUnchanged(backend, family, RuleText.Of([.. targets, .. chains], []));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3));
    }

    private static TableChain Chain(string name, ValueArray<string> rules) => new(IptablesTable.Filter, new IptablesChain(name, rules));

    private static Gen<ActiveEntity> Entity(bool hasPorts) =>
        from nets in UpTo(3, Net)
        from notNets in UpTo(3, Net)
        from ports in UpTo(hasPorts ? 20 : 0, Port)
        from notPorts in UpTo(hasPorts ? 20 : 0, Port)
        from set in Set
        from notSet in Set
        from listed in Gen.Elements<string?>(null, null, "l:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee")
        from pairs in Gen.Elements<string?>(null, null, hasPorts ? "l:ffffffffffffffffffffffffffffffffffffff" : null)
        from portSets in UpTo(hasPorts ? 2 : 0, Gen.Elements("n:cccccccccccccccccccccccccccccccccccccc", "n:dddddddddddddddddddddddddddddddddddddd"))
        select new ActiveEntity
        {
            Nets = nets,
            NotNets = notNets,
            Ports = ports,
            NotPorts = notPorts,
            Set = set,
            NotSet = notSet,
            ListSet = listed,
            NotListSet = listed is null ? null : "l:gggggggggggggggggggggggggggggggggggggg",
            NetPortSet = pairs,
            PortSets = portSets,
            NotPortSets = portSets,
        };

    private static Gen<ValueArray<T>> UpTo<T>(int most, Gen<T> item)
        where T : IEquatable<T> =>
        Gen.Choose(-most, most).SelectMany(count => item.ListOf(Math.Max(count, 0))).Select(list => (ValueArray<T>)[.. list]);
}
