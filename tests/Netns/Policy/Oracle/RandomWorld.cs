using System.Text.Json;
using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig.Policy;

namespace Calico.Tests.Netns.Policy.Oracle;

/// <summary>All that policy depends on, at random: labels, profiles, sets, tiers, policies. The pods stay the same ones.</summary>
internal sealed class RandomWorld(Dice dice, IReadOnlyList<Actor> actors, IReadOnlyList<Resource<WorkloadEndpointSpec>> pods)
{
    private static readonly string[] Namespaces = ["shop", "lab"];
    private readonly RandomRules _rules = new(dice, actors);

    public PolicySnapshot Next() => new()
    {
        Workloads = [.. pods.Select(Dressed)],
        Profiles = [.. Namespaces.Select(NamespaceProfile), .. Namespaces.SelectMany(space => new[] { Account(space, "robot"), Account(space, "clerk") })],
        NetworkSets = [.. Sets()],
        Tiers = [.. Tiers()],
        Policies = [.. Dice.Times(dice.Between(1, 5), Policy).DistinctBy(policy => (policy.Kind, policy.Metadata.Namespace, policy.Metadata.Name))],
        GlobalPolicies = [.. Dice.Times(dice.Between(0, 3), GlobalPolicy).DistinctBy(policy => (policy.Kind, policy.Metadata.Name))],
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

    private static Resource<NetworkSetSpec> Labelled(Resource<NetworkSetSpec> set, string name, string value) =>
        set with { Metadata = set.Metadata with { Labels = new() { [name] = value } } };

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
        return Valid(() => Stored(dice.Percent(93) ? ResourceKind.NetworkPolicy : ResourceKind.StagedNetworkPolicy, space, $"{tier}.p{dice.Below(4)}", new NetworkPolicySpec
        {
            Tier = tier == "default" && dice.Percent(50) ? null : tier,
            Order = dice.Any<double?>(null, 1, 2, 2.5),
            Selector = dice.Percent(40) ? "all()" : dice.Any(RandomRules.Selectors),
            ServiceAccountSelector = dice.Percent(10) ? "role == 'store'" : null,
            Types = dice.Any<List<string>?>(null, ["Ingress"], ["Egress"], ["Ingress", "Egress"]),
            Ingress = Dice.Times(dice.Below(5), _rules.Next),
            Egress = Dice.Times(dice.Below(5), _rules.Next),
        }), policy => PolicyCompiler.Compile(policy).Errors.IsEmpty);
    }

    private Resource<GlobalNetworkPolicySpec> GlobalPolicy()
    {
        var tier = dice.Any("first", "second", "default");
        return Valid(() => Stored(ResourceKind.GlobalNetworkPolicy, "", $"{tier}.g{dice.Below(4)}", new GlobalNetworkPolicySpec
        {
            Tier = tier,
            Order = dice.Any<double?>(null, 1, 2),
            Selector = dice.Percent(30) ? null : dice.Any(RandomRules.Selectors),
            NamespaceSelector = dice.Percent(25) ? dice.Any("team == 'red'", "has(team)") : null,
            Types = dice.Any<List<string>?>(null, ["Ingress"], ["Egress"], ["Ingress", "Egress"]),
            Ingress = Dice.Times(dice.Below(4), _rules.Next),
            Egress = Dice.Times(dice.Below(4), _rules.Next),
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
