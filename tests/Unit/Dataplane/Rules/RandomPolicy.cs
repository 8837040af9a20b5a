using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;
using FsCheck;
using FsCheck.Fluent;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Dataplane.Rules;

/// <summary>Policies with all that a rule can say, and packets that come close to it.</summary>
internal static class RandomPolicy
{
    public const string Eth0 = "172.16.0.1";

    public static readonly PolicySnapshot World = Shop with
    {
        Workloads = [.. Shop.Workloads.Select(pod => pod with { Spec = pod.Spec with { InterfaceName = $"cali{pod.Metadata.Namespace}{pod.Metadata.Name}" } })],
        Tiers = [Tier("first", 10, "Pass"), Tier("second", 20)],
        NetworkSets = [NetworkSet("partners", "shop", "app=web", Outside + "/32", "2001:db8::7/128")],
        HostInterfaces =
        [
            new HostInterface("n1", "eth0", [IpAddress.Parse(Eth0), IpAddress.Parse("2001:db8::1")]),
            new HostInterface("n2", "eth0", [IpAddress.Parse(Node2)]),
        ],
    };

    private static readonly PolicyPort[] PortChoices =
        [.. Enumerable.Range(1, 20).Select(port => PolicyPort.Single(port * 100)), PolicyPort.Range(5000, 6000), PolicyPort.Range(7, 9), PolicyPort.Named("sql")];

    private static readonly Gen<IReadOnlyList<PolicyPort>?> Ports = Gen.Frequency(
        (4, Gen.Constant<IReadOnlyList<PolicyPort>?>(null)),
        (2, Several(PortChoices, 2)),
        (1, Several(PortChoices, 40)));

    private static readonly string[] Nets4 = ["10.0.0.0/31", "10.0.0.2/32", "192.0.2.0/24", "0.0.0.0/0", "10.0.0.0/8"];
    private static readonly string[] Nets6 = ["fd00::/127", "fd00::2/128", "2001:db8::/32", "::/0", "fd00::/8"];

    private static readonly Gen<string?> AnySelector = Gen.Elements(null, null, "app == 'web'", "has(app)", "app == 'nothing'");

    public static readonly Gen<PolicyRule> Rule =
        from action in Gen.Elements("Allow", "Allow", "Deny", "Pass", "Log")
        from version in Gen.Elements<int?>(null, null, 4, 6)
        from protocol in Gen.Elements<int?>(null, 6, 6, 17, 132, 1, 58, 47)
        from notProtocol in Gen.Elements<int?>(null, null, null, 6, 17)
        from icmp in Gen.Elements<IcmpMatch?>(null, new() { Type = 8 }, new() { Type = 8, Code = 0 }, new() { Type = 3, Code = 1 })
        from notIcmp in Gen.Elements<IcmpMatch?>(null, null, new() { Type = 8, Code = 0 }, new() { Type = 3 })
        from is4 in Gen.Elements(true, true, false)
        from source in Entity(is4 && version != 6 && protocol != 58 ? Nets4 : Nets6, protocol)
        from destination in Entity(is4 && version != 6 && protocol != 58 ? Nets4 : Nets6, protocol)
        select new PolicyRule
        {
            Action = action,
            IPVersion = (protocol, version) is (1, 6) or (58, 4) ? null : version,
            Protocol = protocol is { } number ? PolicyProtocol.Numbered(number) : null,
            NotProtocol = notProtocol is { } not ? PolicyProtocol.Numbered(not) : null,
            Icmp = protocol is 1 or 58 ? icmp : null,
            NotIcmp = protocol is 1 or 58 ? notIcmp : null,
            Source = source,
            Destination = destination,
        };

    // Many that differ in little, which become few.
    private static readonly Gen<PolicyRule> Plain =
        from action in Gen.Frequency((6, Gen.Constant("Allow")), (1, Gen.Constant("Deny")))
        from isSource in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
        from net in Gen.Elements("10.0.0.0/31", "10.0.0.2/32", "10.0.0.4/30", "192.0.2.0/24", "203.0.113.9/32")
        from port in Gen.Elements(PolicyPort.Single(5432), PolicyPort.Single(200), PolicyPort.Single(5000), PolicyPort.Range(1490, 1510), PolicyPort.Single(22))
        select new PolicyRule
        {
            Action = action,
            Protocol = PolicyProtocol.Numbered(6),
            Source = isSource ? new EntityRule { Nets = [net] } : null,
            Destination = new EntityRule { Nets = isSource ? null : [net], Ports = [port] },
        };

    private static readonly Gen<IReadOnlyList<PolicyRule>> Rules = Gen.Frequency(
        (2, Rule.ListOf().Select(rules => (IReadOnlyList<PolicyRule>)[.. rules])),
        (1, Plain.ListOf(12).Select(rules => (IReadOnlyList<PolicyRule>)[.. rules])));

    public static readonly Gen<PolicySnapshot> Workloads =
        from policies in Namespaced.ListOf()
        from global in Gen.Elements<GlobalNetworkPolicySpec?>(null, new() { Tier = "first", Ingress = [Pass()], Egress = [Pass()] }, new() { Tier = "kube-admin", Ingress = [Log()], Egress = [Log()] })
        select World with
        {
            Policies = [.. policies.DistinctBy(policy => (policy.Metadata.Namespace, policy.Metadata.Name))],
            GlobalPolicies = global is null ? [] : [Global($"{global.Tier}.all", global)],
        };

    public static readonly Gen<PolicySnapshot> Hosts =
        from policies in OfHosts.ListOf()
        from name in Gen.Elements("eth0", "*", "")
        from profiles in Gen.Elements<string[]>([], ["kns.shop"])
        select World with
        {
            GlobalPolicies = [.. policies.DistinctBy(policy => policy.Metadata.Name)],
            HostEndpoints = [HostEndpoint(name, profiles)],
        };

    public static readonly Gen<Packet> Packet =
        from is4 in Gen.Elements(true, true, false)
        from source in Gen.Elements(Addresses(is4))
        from destination in Gen.Elements(Addresses(is4))
        where source != destination
        from protocol in Gen.Elements(6, 6, 6, 17, 132, 47, 4, is4 ? 1 : 58)
        from ports in Gen.Elements((40_000, 5432), (100, 200), (8, 5000), (5432, 1500), (2000, 22), (300, 4789))
        from icmp in is4 ? Gen.Elements((8, 0), (3, 1), (3, 0)) : Gen.Elements((8, 0), (3, 1), (3, 0), (134, 0))
        let hasPorts = protocol is 6 or 17 or 132
        let hasTypes = protocol is 1 or 58
        select new Packet(IpAddress.Parse(source), IpAddress.Parse(destination), protocol, hasPorts ? ports.Item1 : 0, hasPorts ? ports.Item2 : 0)
        {
            IcmpType = hasTypes ? icmp.Item1 : 0,
            IcmpCode = hasTypes ? icmp.Item2 : 0,
        };

    private static Gen<Resource<NetworkPolicySpec>> Namespaced =>
        from name in Gen.Choose(0, 9)
        from tier in Gen.Elements("default", "first", "second", "kube-baseline")
        from space in Gen.Elements("shop", "lab")
        from selector in Gen.Elements("", "app == 'web'", "app == 'db'")
        from order in Gen.Elements<double?>(null, 1)
        from ingress in Rules
        from egress in Rules
        select NetworkPolicy($"{tier}.p{name}", new() { Tier = tier, Order = order, Selector = selector, Ingress = [.. ingress], Egress = [.. egress] }, space);

    private static Gen<Resource<GlobalNetworkPolicySpec>> OfHosts =>
        from name in Gen.Choose(0, 9)
        from tier in Gen.Elements("default", "first", "second")
        from stage in Gen.Choose(0, 3)
        from ingress in Rules
        from egress in Rules
        select Global($"{tier}.p{name}", new()
        {
            Tier = tier,
            Selector = "role == 'node'",
            DoNotTrack = stage == 1,
            PreDnat = stage == 2,
            ApplyOnForward = stage != 0,
            Ingress = [.. ingress],
            Egress = stage == 2 ? [] : [.. egress],
            Types = stage == 2 ? ["Ingress"] : ["Ingress", "Egress"],
        });

    private static Resource<HostEndpointSpec> HostEndpoint(string interfaceName, string[] profiles)
    {
        var host = Host("h1", "n1", interfaceName, profiles);
        return host with { Spec = host.Spec with { ExpectedIPs = [Eth0, "2001:db8::1"] } };
    }

    private static Gen<EntityRule?> Entity(string[] nets, int? protocol) =>
        from own in Gen.Frequency((3, Gen.Constant<IReadOnlyList<string>?>(null)), (1, Several(nets, 1)), (1, Several(nets, 4)))
        from not in Gen.Frequency((4, Gen.Constant<IReadOnlyList<string>?>(null)), (1, Several(nets[..3], 1)), (1, Several(nets[..3], 3)))
        from selector in AnySelector
        from notSelector in AnySelector
        from ports in Ports
        from notPorts in Ports
        let hasPorts = protocol is 6 or 17 or 132
        select new EntityRule
        {
            Nets = own,
            NotNets = not,
            Selector = selector,
            NotSelector = notSelector,
            Ports = hasPorts ? ports : null,
            NotPorts = hasPorts ? notPorts : null,
        };

    private static Gen<IReadOnlyList<T>?> Several<T>(T[] choices, int most) =>
        Gen.Choose(1, most).SelectMany(count => Gen.Elements(choices).ListOf(count)).Select(list => (IReadOnlyList<T>?)list.Distinct().ToList());

    private static string[] Addresses(bool is4) => is4
        ? [Web, Db, Other, Outside, Eth0, "203.0.113.9"]
        : ["fd00::1", "fd00::2", "fd00::3", "2001:db8::7", "2001:db8::1"];
}
