using System.Text.Json;
using Calico.Agent.Calc.Input;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;

namespace Calico.Tests.Unit.Calc;

/// <summary>A small world in which everything happens: few names, few labels, few addresses, so that objects meet.</summary>
internal sealed class RandomDatastore(Random random)
{
    public const string Node = "n1";

    private static readonly string[] Selectors =
    [
        "", "all()", "app == 'web'", "app == 'web' && tier == 'front'", "app in {'web', 'db'}", "app != 'web'", "has(tier)", "!has(tier)",
        "app == 'db' || pcns.team == 'red'", "app starts with 'w'", "pcns.team == 'red' && app == 'web'", "app in {}", "has(app) && tier != 'back'",
        "app ==",
    ];

    private static readonly string[] Namespaces = ["shop", "lab"];

    /// <summary>Everything that may be stored.</summary>
    public static IReadOnlyList<ResourceId> Objects { get; } =
    [
        .. from space in Namespaces
           from kind in new[] { ResourceKind.WorkloadEndpoint, ResourceKind.NetworkPolicy, ResourceKind.NetworkSet }
           from number in Enumerable.Range(0, kind == ResourceKind.NetworkSet ? 1 : 4)
           select new ResourceId(kind, space, $"o{number}"),
        .. from kind in new[] { ResourceKind.GlobalNetworkPolicy, ResourceKind.GlobalNetworkSet, ResourceKind.HostEndpoint, ResourceKind.IpPool, ResourceKind.Node }
           from number in Enumerable.Range(0, 2)
           select new ResourceId(kind, "", $"o{number}"),
        .. new[] { "kns.shop", "kns.lab", "extra", "projectcalico-default-allow" }.Select(name => new ResourceId(ResourceKind.Profile, "", name)),
        .. new[] { "first", "last", "default" }.Select(name => new ResourceId(ResourceKind.Tier, "", name)),
    ];

    public List<StoreUpdate> State() => [.. Objects.Select(Value)];

    /// <summary>Some value of the object, or that it is not there, or not readable.</summary>
    public StoreUpdate Value(ResourceId id) => random.Next(12) switch
    {
        0 or 1 => new ResourceDeleted(id),
        2 => new ResourceUnreadable(id, "no JSON"),
        _ => id.Kind.Kind switch
        {
            "WorkloadEndpoint" => Of(id, Workload(id)),
            "HostEndpoint" => Of(id, Host()),
            "NetworkPolicy" => Of(id, Policy()),
            "GlobalNetworkPolicy" => Of(id, GlobalPolicy()),
            "NetworkSet" or "GlobalNetworkSet" => Of(id, new NetworkSetSpec { Nets = Some("10.0.0.0/30", "10.0.0.1", "fd00::/64", "192.0.2.0/24", "nonsense") }),
            "Profile" => Of(id, Profile()),
            "Tier" => Of(id, new TierSpec { Order = Any<double?>(null, 1, 2_000_000), DefaultAction = Any(null, "Pass") }),
            "IPPool" => Of(id, new IpPoolSpec { Cidr = Any("10.0.0.0/16", "10.1.0.0/16", "fd00::/48", "?"), NatOutgoing = Any<bool?>(true, false, null) }),
            _ => Of(id, new NodeSpec { Bgp = new NodeBgpSpec { IPv4Address = InterfaceAddress.Parse(Any("172.16.0.1/24", "172.16.0.2/24")) } }),
        },
    };

    private ResourceUpdated<TSpec> Of<TSpec>(ResourceId id, TSpec spec)
        where TSpec : class, new() => new(id, new Resource<TSpec>
        {
            Kind = id.Kind.Kind,
            Metadata = new ObjectMeta { Name = id.Name, Namespace = id.Namespace.Length > 0 ? id.Namespace : null, Labels = Labels() },
            Spec = spec,
        });

    private WorkloadEndpointSpec Workload(ResourceId id) => new()
    {
        Node = Any(Node, "n2"),
        InterfaceName = $"cali{id.Namespace}{id.Name}",
        IPNetworks = [.. Some("10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1").Select(Cidr.Parse)],
        Profiles = Any<string[]>([$"kns.{id.Namespace}"], [$"kns.{id.Namespace}", "extra"], ["extra", $"kns.{id.Namespace}", "extra"], []),
        Ports = Ports(),
    };

    private HostEndpointSpec Host() => new()
    {
        Node = Any(Node, "n2"),
        InterfaceName = Any("eth0", "*"),
        ExpectedIPs = Some("10.0.0.1", "172.16.0.1", "nonsense"),
        Profiles = Some("extra", "projectcalico-default-allow"),
        Ports = Ports(),
    };

    private NetworkPolicySpec Policy() => new()
    {
        Tier = Any(null, "first", "last", "nowhere", "kube-admin"),
        Order = Any<double?>(null, 1, 2),
        Selector = Any(Selectors),
        Types = Any<string[]?>(null, ["Ingress"], ["Egress"], ["Ingress", "Egress"]),
        Ingress = Rules(),
        Egress = Rules(),
    };

    private GlobalNetworkPolicySpec GlobalPolicy()
    {
        var (doNotTrack, preDnat) = (random.Next(4) == 0, random.Next(4) == 0);
        return new()
        {
            Tier = Any(null, "first"),
            Order = Any<double?>(null, 1, 2),
            Selector = Any(Selectors),
            NamespaceSelector = Any(null, "team == 'red'", "all()"),
            Ingress = Rules(),
            Egress = preDnat ? null : Rules(),
            DoNotTrack = doNotTrack,
            PreDnat = preDnat && !doNotTrack,
            ApplyOnForward = doNotTrack || preDnat || random.Next(2) == 0,
        };
    }

    private ProfileSpec Profile() => new()
    {
        Ingress = random.Next(2) == 0 ? [JsonDocument.Parse("""{"action":"Allow","source":{"selector":"app == 'web'"}}""").RootElement] : null,
        LabelsToApply = Any<Dictionary<string, string>?>(null, new() { ["pcns.team"] = Any("red", "blue") }, new() { ["app"] = "web", ["pcns.team"] = "red" }),
    };

    private List<PolicyRule> Rules() => [.. Enumerable.Range(0, random.Next(3)).Select(_ => new PolicyRule
    {
        Action = Any("Allow", "Deny", "Pass", "Log"),
        Protocol = PolicyProtocol.Named("TCP"),
        Source = Entity(),
        Destination = Entity(),
    })];

    private EntityRule? Entity() => random.Next(3) == 0 ? null : new EntityRule
    {
        Selector = Any([null, .. Selectors[..^1]]),
        NotSelector = Any(null, null, "app == 'db'", "has(tier)"),
        NamespaceSelector = Any(null, null, "team == 'red'", "all()"),
        Nets = Any<string[]?>(null, null, ["10.0.0.0/8"]),
        Ports = Any<PolicyPort[]?>(null, [PolicyPort.Named("http")], [PolicyPort.Single(80), PolicyPort.Named("http"), PolicyPort.Named("sql")]),
        NotPorts = Any<PolicyPort[]?>(null, null, [PolicyPort.Named("sql")]),
    };

    private List<EndpointPort>? Ports() => random.Next(2) == 0 ? null :
    [
        new EndpointPort { Name = "http", Protocol = Any("TCP", "UDP"), Port = random.Next(80, 82) },
        new EndpointPort { Name = "sql", Protocol = "TCP", Port = 5432 },
    ];

    private Dictionary<string, string> Labels()
    {
        Dictionary<string, string> labels = [];
        if (random.Next(4) > 0)
        {
            labels["app"] = Any("web", "db", "cache");
        }

        if (random.Next(2) > 0)
        {
            labels["tier"] = Any("front", "back");
        }

        return labels;
    }

    private T Any<T>(params T[] choices) => choices[random.Next(choices.Length)];

    private List<string> Some(params string[] choices) => [.. choices.Where(_ => random.Next(2) == 0)];
}
