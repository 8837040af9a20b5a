using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using Calico.Policy.Selectors;

namespace Calico.Tests.Unit.Calc;

/// <summary>What the graph keeps by small steps equals what the library of policies says about the whole.</summary>
internal sealed class NaiveEvaluationProperties
{
    private const int Worlds = 60;
    private const int Steps = 40;

    [Test]
    public void Every_set_has_the_members_that_its_selector_selects() => ForEachState((state, dataplane) =>
    {
        var expected = Rules(state)
            .SelectMany(rule => ExpectedSets(state, rule))
            .DistinctBy(set => set.Id)
            .ToDictionary(set => set.Id, set => set.Members);
        foreach (var (id, members) in dataplane.Sets.Where(set => set.Key[..2] is "s:" or "n:"))
        {
            Assert.That(members.SetEquals(expected[id]), $"{id} has {string.Join(' ', members)} and not {string.Join(' ', expected[id])}");
        }

        var pools = state.Of<IpPoolSpec>().Where(pool => Cidr.TryParse(pool.Spec.Cidr, out _)).ToList();
        Assert.That(dataplane.Sets[IpSetIds.AllPools], Is.EquivalentTo(pools.Select(Member).Distinct()));
        Assert.That(dataplane.Sets[IpSetIds.MasqueradedPools], Is.EquivalentTo(pools.Where(pool => pool.Spec.NatOutgoing == true).Select(Member).Distinct()));
    });

    [Test]
    public void Every_endpoint_has_the_tiers_and_policies_that_the_evaluator_would_walk() => ForEachState((state, dataplane) =>
    {
        var profiles = new ProfileIndex(state.Of<ProfileSpec>());
        var tiers = OrderedTier.Arrange(state.Of<TierSpec>().Select(CompiledTier.Of), state.Policies);
        var local = state.Of<WorkloadEndpointSpec>().Where(workload => workload.Spec.Node == RandomDatastore.Node).ToList();
        Assert.That(dataplane.Endpoints.Values.OfType<WorkloadEndpointUpdate>().Count(), Is.EqualTo(local.Count));
        foreach (var workload in local)
        {
            var id = new ResourceId(ResourceKind.WorkloadEndpoint, workload.Metadata.Namespace!, workload.Metadata.Name);
            var update = (WorkloadEndpointUpdate)dataplane.Endpoints[id];
            var labels = PolicyEndpoint.Of(workload, profiles).Labels;
            Assert.That(update.Tiers, Is.EqualTo(Expected(tiers, labels, PolicyStage.Normal)));
        }
    });

    [Test]
    public void Every_host_endpoint_has_the_policies_of_every_stage_that_the_evaluator_would_walk() => ForEachState((state, dataplane) =>
    {
        var profiles = new ProfileIndex(state.Of<ProfileSpec>());
        var tiers = OrderedTier.Arrange(state.Of<TierSpec>().Select(CompiledTier.Of), state.Policies);
        var local = state.Of<HostEndpointSpec>().Where(host => host.Spec.Node == RandomDatastore.Node).ToList();
        Assert.That(dataplane.Endpoints.Values.OfType<HostEndpointUpdate>().Count(), Is.EqualTo(local.Count));
        foreach (var host in local)
        {
            var update = (HostEndpointUpdate)dataplane.Endpoints[new ResourceId(ResourceKind.HostEndpoint, "", host.Metadata.Name)];
            var endpoint = PolicyEndpoint.Of(host, [], profiles);
            Assert.That(update.ExpectedIPs, Is.EqualTo(endpoint.Addresses));
            Assert.That(update.Normal, Is.EqualTo(Expected(tiers, endpoint.Labels, PolicyStage.Normal)));
            Assert.That(update.Forward, Is.EqualTo(Expected(tiers, endpoint.Labels, PolicyStage.Forward)));
            Assert.That(update.Untracked, Is.EqualTo(Expected(tiers, endpoint.Labels, PolicyStage.Untracked)));
            Assert.That(update.PreDnat, Is.EqualTo(Expected(tiers, endpoint.Labels, PolicyStage.PreDnat)));
        }
    });

    [Test]
    public void Problems_are_those_of_the_policies_that_the_compiler_finds_wrong() => ForEachState((state, dataplane) =>
        Assert.That(
            dataplane.Problems.Keys.Where(id => id.Kind == ResourceKind.NetworkPolicy || id.Kind == ResourceKind.GlobalNetworkPolicy).Select(id => id.ToString()),
            Is.EquivalentTo(state.Policies.Where(policy => policy.Errors.Length > 0).Select(policy => policy.Id.ToString()))));

    private static IEnumerable<EndpointTier> Expected(IEnumerable<OrderedTier> tiers, IReadOnlyDictionary<string, string> labels, PolicyStage stage) =>
        tiers.Select(tier => Expected(tier, labels, stage)).Where(tier => tier.Ingress.Count + tier.Egress.Count > 0);

    private static EndpointTier Expected(OrderedTier tier, IReadOnlyDictionary<string, string> labels, PolicyStage stage)
    {
        ValueArray<PolicyId> Ids(PolicyDirection direction) =>
            [.. tier.Policies.Where(policy => policy.AppliesTo(direction, stage) && policy.Selector.Matches(labels)).Select(policy => policy.Id)];
        return new EndpointTier(tier.Tier.Name, tier.Tier.PassesAtEnd, Ids(PolicyDirection.Ingress), Ids(PolicyDirection.Egress));
    }

    private static void ForEachState(Action<StateOfDatastore, DataplaneModel> check)
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var random = new Random(seed);
            var datastore = new RandomDatastore(random);
            var state = new StateOfDatastore();
            var graph = new CalculationGraph(RandomDatastore.Node);
            var dataplane = new DataplaneModel();
            var changes = Enumerable.Range(0, Steps).Select(_ => datastore.Value(RandomDatastore.Objects[random.Next(RandomDatastore.Objects.Count)]));
            foreach (var update in datastore.State().Concat(changes))
            {
                graph.OnUpdate(update);
                state.Apply(update);
                if (random.Next(8) == 0)
                {
                    dataplane.Apply(graph.Flush());
                    check(state, dataplane);
                }
            }
        }
    }

    private static IEnumerable<CompiledRule> Rules(StateOfDatastore state) =>
        state.Policies.SelectMany(policy => policy.IngressRules.Concat(policy.EgressRules))
            .Concat(state.Of<ProfileSpec>().Select(PolicyCompiler.Compile).SelectMany(profile => profile.IngressRules.Concat(profile.EgressRules)));

    private static IEnumerable<(string Id, HashSet<IpSetMember> Members)> ExpectedSets(StateOfDatastore state, CompiledRule rule)
    {
        foreach (var entity in new[] { rule.Source, rule.Destination })
        {
            foreach (var selector in new[] { entity.Selector, entity.NotSelector }.OfType<Selector>())
            {
                yield return (selector.Hash, [.. state.Sources.Where(source => selector.Matches(source.Labels)).SelectMany(source => source.Nets)]);
            }

            foreach (var port in entity.Ports.Concat(entity.NotPorts).Where(port => port.IsNamed))
            {
                var selector = entity.Selector ?? Selector.All;
                var members = from source in state.Sources
                              where selector.Matches(source.Labels)
                              from own in source.Ports
                              where own.Name == port.Name && PolicyProtocol.Named(own.Protocol).Number == rule.Protocol
                              from net in source.Nets
                              select new IpSetMember(net.Net.Address, rule.Protocol!.Value, own.Port);
                yield return (IpSetIds.OfNamedPort(selector, rule.Protocol!.Value, port.Name), [.. members]);
            }
        }
    }

    private static IpSetMember Member(Resource<IpPoolSpec> pool) => new(Cidr.Parse(pool.Spec.Cidr!));
}
