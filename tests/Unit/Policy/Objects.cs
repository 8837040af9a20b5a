using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Evaluation;

namespace Calico.Tests.Unit.Policy;

/// <summary>Short ways to write the objects that policy is made of.</summary>
internal static class Objects
{
    public const int Icmp = 1;
    public const int Tcp = 6;
    public const int Udp = 17;
    public const string Web = "10.0.0.1";
    public const string Db = "10.0.0.2";
    public const string Other = "10.0.0.3";
    public const string Outside = "192.0.2.7";
    public const string Node1 = "172.16.0.1";
    public const string Node2 = "172.16.0.2";

    /// <summary>Web and db in the namespace shop (web on n1, db on n2), other in the namespace lab; all profiles allow all.</summary>
    public static PolicySnapshot Shop { get; } = new()
    {
        Workloads =
        [
            Pod("shop", "web", "n1", ["app=web", "tier=front"], Web, "fd00::1"),
            Pod("shop", "db", "n2", ["app=db"], Db, "fd00::2"),
            Pod("lab", "other", "n1", ["app=web"], Other, "fd00::3"),
        ],
        Profiles =
        [
            AllowingProfile("kns.shop", ("pcns.projectcalico.org/name", "shop"), ("pcns.team", "red")),
            AllowingProfile("kns.lab", ("pcns.projectcalico.org/name", "lab"), ("pcns.team", "blue")),
            Profile("ksa.shop.db", labels: [("pcsa.role", "store")]),
        ],
        HostInterfaces =
        [
            new HostInterface("n1", "eth0", [IpAddress.Parse(Node1)]),
            new HostInterface("n2", "eth0", [IpAddress.Parse(Node2)]),
        ],
    };

    public static Resource<WorkloadEndpointSpec> Pod(string space, string name, string node, string[] labels, params string[] addresses) => new()
    {
        Kind = "WorkloadEndpoint",
        Metadata = new ObjectMeta
        {
            Name = name,
            Namespace = space,
            Labels = labels.Append($"projectcalico.org/serviceaccount={name}").Select(label => label.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]),
        },
        Spec = new WorkloadEndpointSpec
        {
            Node = node,
            IPNetworks = [.. addresses.Select(Cidr.Parse)],
            Profiles = [$"kns.{space}", $"ksa.{space}.{name}"],
            Ports = name == "db" ? [new EndpointPort { Name = "sql", Protocol = "TCP", Port = 5432 }] : null,
        },
    };

    public static Resource<ProfileSpec> AllowingProfile(string name, params (string Name, string Value)[] labels) =>
        Profile(name, """{"action":"Allow"}""", """{"action":"Allow"}""", labels);

    public static Resource<ProfileSpec> Profile(string name, string? ingress = null, string? egress = null, (string Name, string Value)[]? labels = null) => new()
    {
        Kind = "Profile",
        Metadata = new ObjectMeta { Name = name },
        Spec = new ProfileSpec
        {
            Ingress = ingress is null ? null : [Json(ingress)],
            Egress = egress is null ? null : [Json(egress)],
            LabelsToApply = (labels ?? []).ToDictionary(label => label.Name, label => label.Value),
        },
    };

    public static Resource<NetworkPolicySpec> NetworkPolicy(string name, NetworkPolicySpec spec, string space = "shop", string kind = "NetworkPolicy") => new()
    {
        Kind = kind,
        Metadata = new ObjectMeta { Name = name, Namespace = space },
        Spec = spec,
    };

    public static Resource<GlobalNetworkPolicySpec> Global(string name, GlobalNetworkPolicySpec spec, string kind = "GlobalNetworkPolicy") => new()
    {
        Kind = kind,
        Metadata = new ObjectMeta { Name = name },
        Spec = spec,
    };

    public static Resource<TierSpec> Tier(string name, double? order, string? defaultAction = null) => new()
    {
        Kind = "Tier",
        Metadata = new ObjectMeta { Name = name },
        Spec = new TierSpec { Order = order, DefaultAction = defaultAction },
    };

    public static Resource<NetworkSetSpec> NetworkSet(string name, string? space, string label, params string[] nets) => new()
    {
        Kind = space is null ? "GlobalNetworkSet" : "NetworkSet",
        Metadata = new ObjectMeta { Name = name, Namespace = space, Labels = new() { [label.Split('=')[0]] = label.Split('=')[1] } },
        Spec = new NetworkSetSpec { Nets = nets },
    };

    public static Resource<HostEndpointSpec> Host(string name, string node, string interfaceName = "eth0", params string[] profiles) => new()
    {
        Kind = "HostEndpoint",
        Metadata = new ObjectMeta { Name = name, Labels = new() { ["role"] = "node" } },
        Spec = new HostEndpointSpec { Node = node, InterfaceName = interfaceName, Profiles = profiles },
    };

    public static PolicyRule Allow(EntityRule? from = null, EntityRule? to = null) => new() { Action = "Allow", Source = from, Destination = to };

    public static PolicyRule Deny(EntityRule? from = null, EntityRule? to = null) => new() { Action = "Deny", Source = from, Destination = to };

    public static PolicyRule Pass(EntityRule? from = null) => new() { Action = "Pass", Source = from };

    public static PolicyRule Log() => new() { Action = "Log" };

    public static Packet TcpTo(string destination, int port, string source = Web) =>
        new(IpAddress.Parse(source), IpAddress.Parse(destination), Tcp, 40_000, port);

    private static System.Text.Json.JsonElement Json(string text) => System.Text.Json.JsonDocument.Parse(text).RootElement.Clone();
}
