using Calico.Model.Net;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Probing;

namespace Calico.Tests.Netns.Rig;

/// <summary>The judge of the tests of policy is judged: every kind of packet arrives where nothing stops it, and is missed where a rule does.</summary>
internal sealed class ProberTests
{
    private const int Rounds = 50;
    private Fabric _fabric = null!;
    private Prober _prober = null!;

    [SetUp]
    public async Task Build()
    {
        _fabric = await Fabric.CreateAsync(2);
        _prober = new Prober(_fabric.Namespace);
        foreach (var address in new[] { _fabric.Hosts[1].Address4.Address, _fabric.Hosts[1].Address6.Address })
        {
            (await _fabric.Hosts[0].Namespace.RunAsync("ping", "-n", "-c", "1", "-W", "5", address.ToString())).OrThrow();
        }
    }

    [TearDown]
    public async Task Remove()
    {
        _prober.Dispose();
        await _fabric.DisposeAsync();
    }

    [TestCase("iptables-nft", "ip6tables-nft")]
    [TestCase("iptables-legacy", "ip6tables-legacy")]
    public async Task Every_protocol_arrives_and_only_what_a_rule_drops_does_not(string tool4, string tool6)
    {
        var probes = Enumerable.Range(0, Rounds).SelectMany(Probes).ToList();
        Assert.That(_prober.Send(probes), Is.All.True);

        foreach (var tool in new[] { tool4, tool6 })
        {
            (await _fabric.Hosts[1].Namespace.RunAsync(tool, "-A", "INPUT", "-p", "udp", "--dport", "1001:1025", "-j", "DROP")).OrThrow();
            // Connection tracking refuses what it cannot make sense of, so a probe must make sense.
            (await _fabric.Hosts[1].Namespace.RunAsync(tool, "-A", "INPUT", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP")).OrThrow();
        }

        var expected = probes.Select(probe => probe.Packet is not { Protocol: 17, DestinationPort: > 1000 and <= 1025 });
        Assert.That(_prober.Send(probes), Is.EqualTo(expected));
    }

    private IEnumerable<Probe> Probes(int round) =>
        from protocol in Prober.Protocols
        from family in new[] { IpFamily.IPv4, IpFamily.IPv6 }
        where (protocol, family) is not (1, IpFamily.IPv6) and not (58, IpFamily.IPv4)
        let type = protocol == 1 ? (round % 2 == 0 ? 8 : 13) : (round % 2 == 0 ? 128 : 139)
        select new Probe(
            _fabric.Hosts[0].Namespace,
            _fabric.Hosts[1].Namespace,
            new Packet(Address(0, family), Address(1, family), protocol, 20_000 + round, 1000 + round) { IcmpType = type, IcmpCode = round % 3 });

    private IpAddress Address(int host, IpFamily family) =>
        family == IpFamily.IPv4 ? _fabric.Hosts[host].Address4.Address : _fabric.Hosts[host].Address6.Address;
}
