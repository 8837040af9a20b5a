using System.Text;
using Calico.Agent.Routing.Plan;
using Calico.Model.Net;

namespace Calico.Agent.Routing;

/// <summary>Writes a plan in BIRD 2's language: one daemon, an <c>ipv4</c> or an <c>ipv6</c> channel per protocol.</summary>
internal sealed class BirdConfigWriter
{
    private readonly StringBuilder _text = new();
    private readonly RoutingPlan _plan;
    private readonly List<string> _podPatterns;

    // By family, names and kind: the number under which the filters of sessions stand.
    private readonly Dictionary<(IpFamily Family, string Names, bool IsInternal), int> _sessionFilters = [];

    private BirdConfigWriter(RoutingPlan plan)
    {
        _plan = plan;
        _podPatterns = [.. plan.InterfacePrefixes.Select(prefix => $"\"{Quotable(prefix)}*\"")];
    }

    public static string Write(RoutingPlan plan)
    {
        var writer = new BirdConfigWriter(plan);
        writer.Head();
        foreach (var family in (ReadOnlySpan<IpFamily>)[IpFamily.IPv4, IpFamily.IPv6])
        {
            writer.Filters(family);
            writer.KernelAndStatic(family);
            writer.Template(family);
        }

        foreach (var session in plan.Sessions)
        {
            writer.SessionFilters(session);
            writer.Session(session);
        }

        return writer._text.ToString();
    }

    private void Head()
    {
        Line($"# Written by calico-agent for node {Quotable(_plan.NodeName)}. Edits are overwritten.");
        if (_plan.LogFile is { } file)
        {
            Line($"log \"{Quotable(file)}\" 1048576 \"{Quotable(file)}.1\" {LogClasses(_plan.LogSeverity)};");
        }

        Line($"router id {_plan.RouterId};");
        Line("# Long enough for every living peer to dial again, short enough for a dead one.");
        Line("graceful restart wait 30;");
        Line();
        Line("protocol device {");
        Line("  scan time 20;");
        Line("}");
        Line();
        Line("# The connected networks, to resolve next hops; never announced.");
        Line("protocol direct {");
        Line("  ipv4;");
        Line("  ipv6;");
        Line($"  interface {string.Concat(_podPatterns.Select(pattern => $"-{pattern}, "))}-\"kube-ipvs*\", \"*\";");
        Line("}");
    }

    private void Filters(IpFamily family)
    {
        var v = Suffix(family);
        Line();
        Line($"filter calico_kernel_{v} {{");
        Line("  if source = RTS_BGP || source = RTS_STATIC then accept;");
        Line("  reject;");
        Line("}");
        Line();
        Line($"filter calico_export_{v} {{");
        Export(family);
        Line("}");
    }

    /// <summary>What this node tells its peers.</summary>
    private void Export(IpFamily family)
    {
        Line("  if source = RTS_DEVICE then reject;");
        When(Of(_plan.HiddenPools, family).Select(pool => $"{pool}+"), "reject");
        Line("  # What the kernel taught counts only when it leads to a pod of this node.");
        Line($"  if source = RTS_INHERIT && !({string.Join(" || ", _podPatterns.Select(pattern => $"ifname ~ {pattern}"))}) then reject;");
        Line("  # A block goes out whole; the pods inside it stay inside.");
        When(WideBlocks(family).Select(block => $"{block}{{{block.PrefixLength + 1},{family.Bits()}}}"), "reject");
        When(Of(_plan.ExportedPools, family).Select(pool => $"{pool}+"), "accept");
        Line("  reject;");
    }

    private void When(IEnumerable<string> prefixes, string verdict)
    {
        // BIRD has no literal for an empty set of prefixes.
        var set = string.Join(", ", prefixes);
        if (set.Length > 0)
        {
            Line($"  if net ~ [ {set} ] then {verdict};");
        }
    }

    private void KernelAndStatic(IpFamily family)
    {
        var v = Suffix(family);
        Line();
        Line($"protocol kernel kernel_{v} {{");
        Line("  learn;");
        Line("  persist;");
        Line("  graceful restart;");
        Line("  merge paths on;");
        Line("  scan time 20;");
        Line("  netlink rx buffer 4194304;");
        Line($"  {Channel(family)} {{");
        Line("    import all;");
        Line($"    export filter calico_kernel_{v};");
        Line("  };");
        Line("}");
        Line();
        Line("# A block is announced as one route; what no pod in it has is dropped here, not sent back to the default route.");
        Line($"protocol static blocks_{v} {{");
        Line($"  {Channel(family)};");
        foreach (var block in WideBlocks(family))
        {
            Line($"  route {block} blackhole;");
        }

        foreach (var session in _plan.Sessions.Where(session => session.ReachableBy is not null && session.Address.Family == family))
        {
            Line($"  route {session.Address.ToCidr()} via {session.ReachableBy};");
        }

        Line("}");
    }

    private void Template(IpFamily family)
    {
        var v = Suffix(family);
        Line();
        Line($"template bgp calico_{v} {{");
        Line("  connect delay time 1;");
        Line("  connect retry time 5;");
        Line("  error wait time 5, 30;");
        Line("  graceful restart on;");
        Line("  graceful restart time 120;");
        if (_plan.StrictBind)
        {
            Line("  strict bind on;");
        }

        Line($"  {Channel(family)} {{");
        Line("    import all;");
        Line($"    export filter calico_export_{v};");
        Line("    gateway recursive;");
        Line("    add paths on;");
        Line("  };");
        Line("}");
    }

    /// <summary>The filters of a BGPPeer, once for all its sessions.</summary>
    private void SessionFilters(BgpSession session)
    {
        var family = session.Address.Family;
        if (session.Filter is not { } filter || !_sessionFilters.TryAdd((family, filter.Names, filter.IsInternal), _sessionFilters.Count + 1))
        {
            return;
        }

        var name = FilterName(family, filter);
        Line();
        Line($"# BGPFilters {Quotable(filter.Names)}, {(filter.IsInternal ? "iBGP" : "eBGP")}");
        Line($"filter import_{name} {{");
        Rules(filter.Import);
        Line("  accept;");
        Line("}");
        Line();
        Line($"filter export_{name} {{");
        Rules(filter.Export);
        Export(family);
        Line("}");

        void Rules(IEnumerable<RouteRule> rules)
        {
            foreach (var rule in rules)
            {
                Line($"  {RouteRuleText.Of(rule)}");
            }
        }
    }

    private string FilterName(IpFamily family, RouteFilter filter) => $"peer_{Suffix(family)}_{_sessionFilters[(family, filter.Names, filter.IsInternal)]}";

    private void Session(BgpSession session)
    {
        var family = session.Address.Family;
        Line();
        Line($"protocol bgp {session.Name} from calico_{Suffix(family)} {{");
        Line($"  description \"{Quotable(session.Origin)}\";");
        Line($"  local{Optional(" ", session.Source)} port {_plan.ListenPort} as {session.LocalAs};");
        Line($"  neighbor {session.Address} port {session.Port} as {session.PeerAs};");
        Line(session.TtlSecurity is { } hops ? $"  multihop {hops};" : "  multihop;");
        When(session.TtlSecurity is not null, "ttl security on");
        When(session.Passive, "passive on");
        When(session.RestartTime is not null, $"graceful restart time {session.RestartTime}");
        When(session.KeepaliveTime is not null, $"keepalive time {session.KeepaliveTime}");
        When(session.AllowedLocalAs is not null, $"allow local as {session.AllowedLocalAs}");
        When(session.ReflectorClusterId is not null, "rr client");
        When(session.ReflectorClusterId is not null, $"rr cluster id {session.ReflectorClusterId}");
        List<string> channel = session.Filter is { } filter ? [$"import filter import_{FilterName(family, filter)};", $"export filter export_{FilterName(family, filter)};"] : [];
        if (session.NextHop != NextHopMode.Auto)
        {
            channel.Add($"next hop {(session.NextHop == NextHopMode.Self ? "self" : "keep")};");
        }

        if (channel.Count > 0)
        {
            Line($"  {Channel(family)} {{ {string.Join(' ', channel)} }};");
        }

        Line("}");
    }

    private void When(bool holds, string statement)
    {
        if (holds)
        {
            Line($"  {statement};");
        }
    }

    /// <summary>A block of one address needs no blackhole: its pod's own route is the block.</summary>
    private List<Cidr> WideBlocks(IpFamily family) => [.. Of(_plan.Blocks, family).Where(block => !block.IsSingleAddress)];

    private void Line(string text = "") => _text.Append(text).Append('\n');

    private static string Optional(string before, IpAddress? address) => address is null ? "" : before + address;

    private static List<Cidr> Of(IEnumerable<Cidr> all, IpFamily family) => [.. all.Where(cidr => cidr.Family == family)];

    private static string Suffix(IpFamily family) => family == IpFamily.IPv4 ? "v4" : "v6";

    private static string Channel(IpFamily family) => family.KeyWord();

    private static string LogClasses(string severity) => severity switch
    {
        "Debug" => "all",
        "Warning" => "{ warning, error, auth, fatal, bug }",
        "Error" => "{ error, auth, fatal, bug }",
        "Fatal" => "{ fatal, bug }",
        "None" => "{ bug }",
        _ => "{ info, remote, warning, error, auth, fatal, bug }",
    };

    /// <summary>BIRD's strings know no escapes: what could end one, or a line, is replaced.</summary>
    private static string Quotable(string text) =>
        new([.. text.Select(c => c is '"' or '\\' || char.IsControl(c) ? '_' : c)]);
}
