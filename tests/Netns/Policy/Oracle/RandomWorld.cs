using System.Text.Json;
using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig.Policy;

namespace Calico.Tests.Netns.Policy.Oracle;

/// <summary>All that policy depends on, at random: labels, profiles, sets, tiers, policies. The pods stay the same ones.</summary>
internal sealed class RandomWorld(
    Dice dice, IReadOnlyList<Actor> actors, IReadOnlyList<Resource<WorkloadEndpointSpec>> pods, IReadOnlyList<HostInterface> hosts)
{
    private static readonly string[] Namespaces = ["shop", "lab"];
    private readonly RandomRules _rules = new(dice, actors);

    // A host endpoint of all interfaces is also for those of workloads: what hosts forward is then another matter than the way between two hosts.
    private readonly bool _isOfAllInterfaces = dice.Percent(15);
    private readonly bool _hasHosts = dice.Percent(65);

    public PolicySnapshot Next() => new()
    {
        Workloads = [.. pods.Select(Dressed)],
        Profiles = [.. Namespaces.Select(NamespaceProfile), .. Namespaces.SelectMany(space => new[] { Account(space, "robot"), Account(space, "clerk") })],
        NetworkSets = [.. Sets()],
        HostEndpoints = _hasHosts ? [.. hosts.Where(_ => dice.Percent(85)).Select(Host)] : [],
        HostInterfaces = hosts,
        Tiers = [.. Tiers()],
        Policies = [.. Dice.Times(dice.Between(1, 5), Policy).DistinctBy(policy => (policy.Kind, policy.Metadata.Namespace, policy.Metadata.Name))],
        GlobalPolicies = [.. Dice.Times(dice.Between(0, _hasHosts ? 5 : 3), GlobalPolicy).DistinctBy(policy => (policy.Kind, policy.Metadata.Name))],
    };

    private Resource<WorkloadEndpointSpec> Dressed(Resource<WorkloadEndpointSpec> pod)
    {
        var (space, account) = (pod.Metadata.Namespace!, dice.Any("robot", "clerk"));
        var labels = Labels();
        labels["projectcalico.org/namespace"] = space;
        labels["projectcalico.org/serviceaccount"] = account;
        return pod with
        {
            Metadata = pod.Metadata with { Labels = labels },
            Spec = pod.Spec with { Profiles = dice.Percent(90) ? [$"kns.{space}", $"ksa.{space}.{account}"] : [], Ports = EndpointPorts() },
        };
    }

    private Resource<HostEndpointSpec> Host(HostInterface host)
    {
        var name = _isOfAllInterfaces ? "*" : dice.Any(host.Name, "");
        return Labelled(Stored(ResourceKind.HostEndpoint, "", $"{host.Node}-uplink", new HostEndpointSpec
        {
            Node = host.Node,
            InterfaceName = name,
            ExpectedIPs = name.Length == 0 || dice.Percent(50) ? [.. host.Addresses.Select(address => address.ToString())] : null,
            Profiles = dice.Percent(60) ? [$"kns.{dice.Any(Namespaces)}"] : null,
            Ports = EndpointPorts(),
        }), "role", "node");
    }

    private List<EndpointPort>? EndpointPorts() => dice.Percent(30) ? null :
    [
        new EndpointPort { Name = "http", Protocol = dice.Any("TCP", "TCP", "UDP", "SCTP"), Port = dice.Any(80, 8080) },
        new EndpointPort { Name = "sql", Protocol = "TCP", Port = dice.Any(5432, 80) },
    ];

    private Dictionary<string, string> Labels()
    {
        Dictionary<string, string> labels = [];
        if (dice.Percent(80))
        {
            labels["app"] = dice.Any("web", "db", "cache");
        }

        if (dice.Percent(50))
        {
            labels["tier"] = dice.Any("front", "back");
        }

        return labels;
    }

    private Resource<ProfileSpec> NamespaceProfile(string space) => Stored(ResourceKind.Profile, "", $"kns.{space}", new ProfileSpec
    {
        Ingress = ProfileRules(),
        Egress = ProfileRules(),
        LabelsToApply = new() { ["pcns.projectcalico.org/name"] = space, ["pcns.team"] = dice.Any("red", "blue") },
    });

    private Resource<ProfileSpec> Account(string space, string name) => Stored(ResourceKind.Profile, "", $"ksa.{space}.{name}", new ProfileSpec
    {
        Ingress = dice.Percent(30) ? ProfileRules() : null,
        Egress = dice.Percent(30) ? ProfileRules() : null,
        LabelsToApply = new() { ["pcsa.projectcalico.org/name"] = name, ["pcsa.role"] = dice.Any("store", "front") },
    });

    // Mostly as Kubernetes' namespaces have them: everything is allowed where no policy speaks.
    private List<JsonElement> ProfileRules()
    {
        List<PolicyRule> rules = dice.Percent(70) ? [new PolicyRule { Action = "Allow" }] : Dice.Times(dice.Between(0, 3), _rules.Next);
        var asStored = ModelJson.Write(Stored(ResourceKind.NetworkPolicy, "any", "any", new NetworkPolicySpec { Ingress = rules }));
        return [.. JsonDocument.Parse(asStored).RootElement.GetProperty("spec").GetProperty("ingress").EnumerateArray()];
    }

    private IEnumerable<Resource<NetworkSetSpec>> Sets()
    {
        var single = dice.Any(actors);
        yield return Labelled(Stored(ResourceKind.GlobalNetworkSet, "", "outside", new NetworkSetSpec
        {
            Nets = dice.Some("172.18.0.1/32", "172.18.0.0/28", "fd18::1/128", "fd18::/120", "192.0.2.0/24", "0.0.0.0/0", "nonsense"),
        }), "kind", "outside");
        yield return Labelled(Stored(ResourceKind.NetworkSet, dice.Any(Namespaces), "some-pods", new NetworkSetSpec
        {
            Nets = [.. dice.Some($"{single.Address4}/31", $"{single.Address6}/127", single.Address4.ToString(), "10.65.0.0/16")],
        }), "kind", "pods");
    }

    private static Resource<TSpec> Labelled<TSpec>(Resource<TSpec> resource, string name, string value)
        where TSpec : class, new() => resource with { Metadata = resource.Metadata with { Labels = new() { [name] = value } } };

    private IEnumerable<Resource<TierSpec>> Tiers()
    {
        yield return Stored(ResourceKind.Tier, "", "first", new TierSpec { Order = 10, DefaultAction = dice.Any(null, "Deny", "Pass") });
        if (dice.Percent(80))
        {
            yield return Stored(ResourceKind.Tier, "", "second", new TierSpec { Order = dice.Any<double?>(5, 20, null), DefaultAction = dice.Any("Pass", "Deny") });
        }
    }

    private Resource<NetworkPolicySpec> Policy()
    {
        var (tier, space) = (dice.Any("first", "second", "default", "default"), dice.Any(Namespaces));
        var isPlain = dice.Percent(15);
        return Valid(() => Stored(dice.Percent(93) ? ResourceKind.NetworkPolicy : ResourceKind.StagedNetworkPolicy, space, $"{tier}.{(isPlain ? Coverage.PlainPrefix : "p")}{dice.Below(4)}", new NetworkPolicySpec
        {
            Tier = tier == "default" && dice.Percent(50) ? null : tier,
            Order = dice.Any<double?>(null, 1, 2, 2.5),
            Selector = dice.Percent(40) ? "all()" : dice.Any(RandomRules.Selectors),
            ServiceAccountSelector = dice.Percent(10) ? "role == 'store'" : null,
            Types = dice.Any<List<string>?>(null, ["Ingress"], ["Egress"], ["Ingress", "Egress"]),
            Ingress = isPlain ? Dice.Times(20, _rules.Plain) : Dice.Times(dice.Below(5), _rules.Next),
            Egress = isPlain ? null : Dice.Times(dice.Below(5), _rules.Next),
        }), policy => PolicyCompiler.Compile(policy).Errors.IsEmpty);
    }

    private Resource<GlobalNetworkPolicySpec> GlobalPolicy()
    {
        var tier = dice.Any("first", "second", "default");
        var stage = _hasHosts && !_isOfAllInterfaces ? dice.Any(PolicyStage.Normal, PolicyStage.Normal, PolicyStage.Forward, PolicyStage.Untracked, PolicyStage.PreDnat) : PolicyStage.Normal;
        var isOfHosts = stage != PolicyStage.Normal;
        return Valid(() => Stored(ResourceKind.GlobalNetworkPolicy, "", $"{tier}.g{dice.Below(6)}", new GlobalNetworkPolicySpec
        {
            Tier = tier,
            Order = dice.Any<double?>(null, 1, 2),
            Selector = isOfHosts ? dice.Any("role == 'node'", "all()") : dice.Percent(30) ? null : dice.Any(RandomRules.Selectors),
            NamespaceSelector = !isOfHosts && dice.Percent(25) ? dice.Any("team == 'red'", "has(team)") : null,
            ApplyOnForward = isOfHosts,
            DoNotTrack = stage == PolicyStage.Untracked,
            PreDnat = stage == PolicyStage.PreDnat,
            Types = stage == PolicyStage.PreDnat ? ["Ingress"] : dice.Any<List<string>?>(null, ["Ingress"], ["Egress"], ["Ingress", "Egress"]),
            Ingress = Dice.Times(dice.Below(4), _rules.Next),
            Egress = stage == PolicyStage.PreDnat ? null : Dice.Times(dice.Below(4), _rules.Next),
        }), policy => PolicyCompiler.Compile(policy).Errors.IsEmpty);
    }

    // A policy with a mistake denies all it selects; a few of them are enough.
    private T Valid<T>(Func<T> make, Func<T, bool> isValid)
    {
        var made = make();
        while (!isValid(made) && !dice.Percent(3))
        {
            made = make();
        }

        return made;
    }

    private static Resource<TSpec> Stored<TSpec>(ResourceKind kind, string space, string name, TSpec spec)
        where TSpec : class, new() => new()
        {
            Kind = kind.Kind,
            Metadata = new ObjectMeta { Name = name, Namespace = space.Length > 0 ? space : null },
            Spec = spec,
        };
}
