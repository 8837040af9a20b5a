using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Tests.Unit.Calc;

/// <summary>A dataplane that only remembers, and that refuses what a real one could not do: use what is not there, remove what is used.</summary>
internal sealed class DataplaneModel
{
    private readonly Dictionary<string, IpSetKind> _kinds = [];

    public Dictionary<string, HashSet<IpSetMember>> Sets { get; } = [];

    public Dictionary<PolicyId, ActivePolicyUpdate> Policies { get; } = [];

    public Dictionary<string, ActiveProfileUpdate> Profiles { get; } = [];

    public Dictionary<ResourceId, DataplaneMessage> Endpoints { get; } = [];

    public Dictionary<ResourceId, ValueArray<string>> Problems { get; } = [];

    public bool IsInSync { get; private set; }

    /// <summary>The whole state, one line each, sorted: what two dataplanes are compared by.</summary>
    public string Text => string.Join('\n', ((IEnumerable<string>)
    [
        .. Sets.Select(set => $"set {set.Key} {_kinds[set.Key]} {string.Join(' ', set.Value.Select(member => member.ToString()).Order())}"),
        .. Policies.Values.Select(policy => $"{policy.Id} in {Lines(policy.Ingress)} out {Lines(policy.Egress)}"),
        .. Profiles.Values.Select(profile => $"Profile {profile.Name} in {Lines(profile.Ingress)} out {Lines(profile.Egress)}"),
        .. Endpoints.Values.Select(Line),
        .. Problems.Select(pair => $"problems of {pair.Key}: {string.Join("; ", pair.Value)}"),
    ]).Order(StringComparer.Ordinal));

    public void Apply(IEnumerable<DataplaneMessage> messages)
    {
        foreach (var message in messages)
        {
            Apply(message);
        }
    }

    private void Apply(DataplaneMessage message)
    {
        switch (message)
        {
            case IpSetUpdate update:
                Assert.That(update.Members, Is.Unique);
                Sets[update.Id] = [.. update.Members];
                _kinds[update.Id] = update.Kind;
                break;
            case IpSetDelta delta:
                Assert.That(delta.Added.All(Sets[delta.Id].Add), "an added member was in the set");
                Assert.That(delta.Removed.All(Sets[delta.Id].Remove), "a removed member was not in the set");
                Assert.That(delta.Added.Count + delta.Removed.Count, Is.Positive, "an empty delta");
                break;
            case IpSetRemove remove:
                Assert.That(Sets.Remove(remove.Id), $"no {remove.Id} to remove");
                Assert.That(UsedSets(), Has.None.EqualTo(remove.Id), "a set was removed while a rule uses it");
                break;
            case ActivePolicyUpdate policy:
                Assert.That(SetsOf(policy.Ingress, policy.Egress).Distinct(), Is.SubsetOf(Sets.Keys));
                Assert.That(Policies.GetValueOrDefault(policy.Id), Is.Not.EqualTo(policy), "nothing new about a policy");
                Policies[policy.Id] = policy;
                break;
            case ActivePolicyRemove remove:
                Assert.That(Policies.Remove(remove.Id), $"no {remove.Id} to remove");
                Assert.That(Endpoints.Values.SelectMany(PoliciesOf), Has.None.EqualTo(remove.Id));
                break;
            case ActiveProfileUpdate profile:
                Assert.That(SetsOf(profile.Ingress, profile.Egress).Distinct(), Is.SubsetOf(Sets.Keys));
                Profiles[profile.Name] = profile;
                break;
            case ActiveProfileRemove remove:
                Assert.That(Profiles.Remove(remove.Name), $"no profile {remove.Name} to remove");
                Assert.That(Endpoints.Values.SelectMany(endpoint => ProfilesOf(endpoint)), Has.None.EqualTo(remove.Name));
                break;
            case WorkloadEndpointUpdate workload:
                Update(workload.Id, workload);
                break;
            case HostEndpointUpdate host:
                Update(host.Id, host);
                break;
            case WorkloadEndpointRemove { Id: var id }:
                Assert.That(Endpoints.Remove(id), $"no {id} to remove");
                break;
            case HostEndpointRemove { Id: var id }:
                Assert.That(Endpoints.Remove(id), $"no {id} to remove");
                break;
            case ObjectProblems problems:
                Assert.That(Problems.GetValueOrDefault(problems.Id), Is.Not.EqualTo(problems.Problems), "nothing new about problems");
                Problems[problems.Id] = problems.Problems;
                if (problems.Problems.Count == 0)
                {
                    Problems.Remove(problems.Id);
                }

                break;
            case InSync:
                Assert.That(IsInSync, Is.False, "in sync twice");
                IsInSync = true;
                break;
            default:
                Assert.Fail($"unknown message {message}");
                break;
        }
    }

    private void Update(ResourceId id, DataplaneMessage endpoint)
    {
        Assert.That(PoliciesOf(endpoint).Distinct(), Is.SubsetOf(Policies.Keys));
        Assert.That(ProfilesOf(endpoint), Is.SubsetOf(Profiles.Keys));
        Assert.That(Endpoints.GetValueOrDefault(id), Is.Not.EqualTo(endpoint), "nothing new about an endpoint");
        Endpoints[id] = endpoint;
    }

    private IEnumerable<string> UsedSets() =>
        Policies.Values.SelectMany(policy => SetsOf(policy.Ingress, policy.Egress))
            .Concat(Profiles.Values.SelectMany(profile => SetsOf(profile.Ingress, profile.Egress)));

    private static IEnumerable<string> SetsOf(ValueArray<ActiveRule> ingress, ValueArray<ActiveRule> egress) =>
        ingress.Concat(egress).SelectMany(rule => rule.Source.Sets.Concat(rule.Destination.Sets));

    private static ValueArray<EndpointTier> TiersOf(DataplaneMessage endpoint) => endpoint is HostEndpointUpdate host
        ? [.. host.Normal, .. host.Forward, .. host.Untracked, .. host.PreDnat]
        : ((WorkloadEndpointUpdate)endpoint).Tiers;

    private static IEnumerable<PolicyId> PoliciesOf(DataplaneMessage endpoint) =>
        TiersOf(endpoint).SelectMany(tier => tier.Ingress.Concat(tier.Egress));

    private static ValueArray<string> ProfilesOf(DataplaneMessage endpoint) =>
        endpoint is HostEndpointUpdate host ? host.Profiles : ((WorkloadEndpointUpdate)endpoint).Profiles;

    private static string Lines(ValueArray<ActiveRule> rules) => string.Join("; ", rules.Select(rule =>
        $"{rule.Action} {rule.Family} {rule.Protocol} {Line(rule.Source)} -> {Line(rule.Destination)}"));

    private static string Line(ActiveEntity entity) =>
        $"[{string.Join(',', entity.Nets)} {string.Join(',', entity.Ports)} {string.Join(',', entity.NotPorts)} {entity.NotSet} {string.Join(',', entity.Sets)}]";

    private static string Line(DataplaneMessage endpoint)
    {
        var own = endpoint switch
        {
            WorkloadEndpointUpdate workload => $"{workload.Id} {workload.InterfaceName} {string.Join(',', workload.Networks)}",
            HostEndpointUpdate host =>
                $"{host.Id} {host.InterfaceName} {string.Join(',', host.ExpectedIPs)} stages {host.Normal.Count} {host.Forward.Count} {host.Untracked.Count}",
            _ => "",
        };
        var tiers = TiersOf(endpoint).Select(tier => $"{tier.Name}/{tier.PassesAtEnd}({string.Join(',', tier.Ingress)})({string.Join(',', tier.Egress)})");
        return $"{own} {string.Join(',', ProfilesOf(endpoint))} {string.Join(' ', tiers)}";
    }
}
