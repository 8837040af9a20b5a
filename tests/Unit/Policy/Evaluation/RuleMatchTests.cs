using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using static Calico.Tests.Unit.Policy.Objects;

namespace Calico.Tests.Unit.Policy.Evaluation;

/// <summary>The fields of a rule against packets to db.</summary>
internal sealed class RuleMatchTests
{
    private static readonly PolicyProtocol OverTcp = PolicyProtocol.Named("TCP");

    [TestCase("10.0.0.0/30", null, Web, true)]
    [TestCase("10.0.0.0/30", "10.0.0.1/32", Web, false)]
    [TestCase("10.0.0.0/30", "10.0.0.1/32", Other, true)]
    [TestCase(null, "10.0.0.1/32", Outside, true)]
    [TestCase("fd00::/64", null, Web, false)]
    [TestCase("fd00::/64", null, "fd00::1", true)]
    [TestCase(null, "10.0.0.1/32", "fd00::1", false)]
    public void Nets_and_not_nets(string? nets, string? notNets, string source, bool matches) =>
        Assert.That(Matches(Allow(new() { Nets = nets is null ? null : [nets], NotNets = notNets is null ? null : [notNets] }), From(source)), Is.EqualTo(matches));

    [TestCase("app == 'web'", "10.0.0.0/31", true)]
    [TestCase("app == 'web'", "10.1.0.0/16", false)]
    [TestCase("app == 'no'", "10.0.0.0/31", false)]
    public void Nets_and_selector_must_both_hold(string selector, string net, bool matches) =>
        Assert.That(Matches(Allow(new() { Selector = selector, Nets = [net] }), From(Web)), Is.EqualTo(matches));

    [TestCase("80", 80, true)]
    [TestCase("80", 81, false)]
    [TestCase("80:90", 90, true)]
    [TestCase("80:90", 91, false)]
    [TestCase("sql", 5432, true)]
    [TestCase("sql", 5433, false)]
    [TestCase("http", 80, false)]
    public void Destination_ports(string port, int actual, bool matches)
    {
        var entity = new EntityRule { Ports = [PolicyPort.FromText(port)] };
        var not = new EntityRule { NotPorts = [PolicyPort.FromText(port)] };
        Assert.That(Matches(Allow(to: entity) with { Protocol = OverTcp }, TcpTo(Db, actual)), Is.EqualTo(matches));
        Assert.That(Matches(Allow(to: not) with { Protocol = OverTcp }, TcpTo(Db, actual)), Is.EqualTo(!matches));
    }

    [Test]
    public void A_named_port_is_looked_up_on_the_side_where_it_stands_and_with_its_protocol()
    {
        var named = new EntityRule { Ports = [PolicyPort.Named("sql")] };
        Assert.That(Matches(Allow(from: named) with { Protocol = OverTcp }, TcpTo(Db, 5432)), Is.False, "web has no port sql");
        var udp = TcpTo(Db, 5432) with { Protocol = Udp };
        Assert.That(Matches(Allow(to: named) with { Protocol = PolicyProtocol.Named("UDP") }, udp), Is.False, "sql is a port of TCP");
    }

    [TestCase("app == 'db'", true)]
    [TestCase("app == 'web'", false)]
    public void Of_two_endpoints_with_one_address_the_selected_one_must_have_the_named_port(string selector, bool matches)
    {
        var rule = Allow(to: new() { Selector = selector, Ports = [PolicyPort.Named("sql")] }) with { Protocol = OverTcp };
        var policy = Global("a", new() { Selector = "app == 'db'", Ingress = [rule] });
        var successor = Pod("shop", "successor", "n1", ["app=web"], Db);
        var snapshot = Shop with { Workloads = [.. Shop.Workloads, successor], GlobalPolicies = [policy] };
        Assert.That(new PolicyEvaluator(snapshot).Evaluate(TcpTo(Db, 5432)).Ingress!.Allowed, Is.EqualTo(matches));
    }

    [TestCase("TCP", Tcp, true)]
    [TestCase("UDP", Tcp, false)]
    public void Protocol_and_not_protocol(string protocol, int actual, bool matches)
    {
        var packet = TcpTo(Db, 5432) with { Protocol = actual };
        Assert.That(Matches(Allow() with { Protocol = PolicyProtocol.Named(protocol) }, packet), Is.EqualTo(matches));
        Assert.That(Matches(Allow() with { NotProtocol = PolicyProtocol.Named(protocol) }, packet), Is.EqualTo(!matches));
    }

    [TestCase(8, null, 8, 0, true)]
    [TestCase(8, null, 0, 0, false)]
    [TestCase(3, 4, 3, 4, true)]
    [TestCase(3, 4, 3, 1, false)]
    public void Icmp_and_not_icmp(int type, int? code, int actualType, int actualCode, bool matches)
    {
        var packet = new Packet(IpAddress.Parse(Web), IpAddress.Parse(Db), Icmp) { IcmpType = actualType, IcmpCode = actualCode };
        var match = new IcmpMatch { Type = type, Code = code };
        var rule = Allow() with { Protocol = PolicyProtocol.Named("ICMP") };
        Assert.That(Matches(rule with { Icmp = match }, packet), Is.EqualTo(matches));
        Assert.That(Matches(rule with { NotIcmp = match }, packet), Is.EqualTo(!matches));
    }

    [TestCase(4, Web, true)]
    [TestCase(6, Web, false)]
    [TestCase(6, "fd00::1", true)]
    public void Ip_version(int version, string source, bool matches) =>
        Assert.That(Matches(Allow() with { IPVersion = version }, From(source)), Is.EqualTo(matches));

    [Test]
    public void A_rule_with_http_matches_nothing() =>
        Assert.That(Matches(Allow() with { Http = System.Text.Json.JsonDocument.Parse("""{"methods":["GET"]}""").RootElement }, TcpTo(Db, 5432)), Is.False);

    [TestCase(5432, true)]
    [TestCase(80, false)]
    public void A_service_stands_for_the_addresses_and_ports_behind_it(int port, bool matches)
    {
        var rule = Allow(to: new() { Services = new ServiceMatch { Name = "store" } });
        var snapshot = Shop with
        {
            Policies = [NetworkPolicy("a", new() { Selector = "app == 'web'", Egress = [rule] })],
            Services = [new ServiceBackend(new ServiceName("shop", "store"), IpAddress.Parse(Db), Tcp, 5432)],
        };
        Assert.That(new PolicyEvaluator(snapshot).Evaluate(TcpTo(Db, port)).Egress!.Allowed, Is.EqualTo(matches));
    }

    private static Packet From(string source) => TcpTo(source.Contains(':', StringComparison.Ordinal) ? "fd00::2" : Db, 5432, source);

    private static bool Matches(PolicyRule rule, Packet packet)
    {
        var policy = Global("a", new() { Selector = "app == 'db'", Ingress = [rule] });
        Assert.That(Calico.Policy.Validation.PolicyValidator.Validate(policy), Is.Empty);
        return new PolicyEvaluator(Shop with { GlobalPolicies = [policy] }).Evaluate(packet).Ingress!.Allowed;
    }
}
