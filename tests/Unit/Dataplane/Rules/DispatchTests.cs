using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Rules;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;

namespace Calico.Tests.Unit.Dataplane.Rules;

internal sealed class DispatchTests
{
    private const int Count = 500;

    private static readonly RuleRenderer Renderer = new(new DataplaneOptions(), IpFamily.IPv4, ProtocolNames.BuiltIn);

    private static IEnumerable<string[]> Names() =>
    [
        [.. Enumerable.Range(0, Count).Select(number => $"cali{Convert.ToHexStringLower(BitConverter.GetBytes(new Random(number).NextInt64()))[..11]}")],
        [.. Enumerable.Range(0, Count).Select(number => $"cali{number:x4}")],
        [.. Enumerable.Range(1, 11).Select(length => "cali" + new string('a', length))],
    ];

    [TestCaseSource(nameof(Names))]
    public void A_packet_finds_its_workload_among_500_by_a_few_rules(string[] names)
    {
        var kernel = Kernel(names);
        var without = Asked(Kernel([]), "cali0");
        foreach (var name in names)
        {
            var packet = Packet(name);
            Assert.That(kernel.Forward(packet), Is.True, name);
            Assert.That(packet.Asked - without, Is.LessThanOrEqualTo(3 * 16), name);
        }
    }

    [TestCaseSource(nameof(Names))]
    public void An_unknown_interface_is_dropped(string[] names)
    {
        var kernel = Kernel(names);
        foreach (var name in names.Select(name => name[..^1]).Concat(names.Select(name => name[..^1] + 'x')).Except(names))
        {
            Assert.That(kernel.Forward(Packet(name)), Is.False, name);
            Assert.That(kernel.Forward(Packet("eth0") with { Out = name }), Is.False, name);
        }
    }

    [TestCaseSource(nameof(Names))]
    public void A_workload_more_changes_few_chains(string[] names)
    {
        var all = Dispatch(names);
        var changed = names.Select(name =>
        {
            var without = Dispatch([.. names.Except([name])]);
            return all.Except(without).Count() + without.Except(all).Count();
        }).ToList();
        Assert.That(changed.Average(), Is.LessThanOrEqualTo(8), "both directions, what went and what came");
        Assert.That(changed.Max(), Is.LessThanOrEqualTo(12));
    }

    [Test]
    public void A_name_that_is_no_interfaces_is_left_out()
    {
        string[] names = ["cali+", "cali 1", "cali\"x", "cali1234567890123", "", "cali\n-j ACCEPT", "-cali"];
        Assert.That(Dispatch(names), Is.EqualTo(Dispatch([])));
        Assert.That(names.Select(Workload).SelectMany(Renderer.Workload), Is.Empty);
    }

    [Test]
    public void A_workload_without_an_address_of_the_family_has_neither_chains_nor_a_way_to_them([Values] bool spoofs)
    {
        var workload = Workload("cali1") with { Networks = [Cidr.Parse("fd00::1/128")], AllowSpoofedSourcePrefixes = spoofs ? ["192.0.2.0/24"] : [] };
        Assert.That(Renderer.Workload(workload), spoofs ? Is.Not.Empty : Is.Empty);
        Assert.That(Renderer.WorkloadDispatch([workload]), spoofs ? Is.Not.EqualTo(Dispatch([])) : Is.EqualTo(Dispatch([])));
    }

    private static IReadOnlyList<TableChain> Dispatch(IEnumerable<string> names) => Renderer.WorkloadDispatch([.. names.Select(Workload)]);

    private static int Asked(SimulatedKernel kernel, string name)
    {
        var packet = Packet(name);
        kernel.Forward(packet);
        return packet.Asked;
    }

    private static SimulatedKernel Kernel(string[] names)
    {
        var allow = new ActiveProfileUpdate("all", [], [new ActiveRule(RuleAction.Allow)]);
        IReadOnlyList<TableChain> chains =
        [
            .. Renderer.Static(),
            .. Renderer.Profile(allow, []),
            .. names.Select(Workload).SelectMany(Renderer.Workload),
            .. Dispatch(names),
            .. Renderer.Hosts([], new Dictionary<string, IReadOnlyCollection<IpAddress>>()),
        ];
        var sets = new Dictionary<string, IReadOnlyCollection<IpSetMember>>();
        return new SimulatedKernel(IpFamily.IPv4, chains, Renderer.Hooks().Where(hook => hook.Table != IptablesTable.Nat), sets);
    }

    private static WorkloadEndpointUpdate Workload(string interfaceName) =>
        new(new ResourceId(ResourceKind.WorkloadEndpoint, "shop", interfaceName), interfaceName)
        {
            Networks = [Cidr.Parse("10.0.0.1/32")],
            Profiles = ["all"],
        };

    private static SimulatedPacket Packet(string interfaceName) =>
        new(new Packet(IpAddress.Parse("10.0.0.1"), IpAddress.Parse("192.0.2.7"), 6, 40_000, 80)) { In = interfaceName, Out = "eth0" };
}
