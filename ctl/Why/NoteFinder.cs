using System.Globalization;
using Calico.Model.Ipam;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;
using Calico.Policy.Selectors;

namespace Calico.Ctl.Why;

/// <summary>What commonly goes wrong, and stands beside a verdict without being part of it. Pure.</summary>
internal sealed class NoteFinder(StoredWorld world, PolicySnapshot snapshot, IpamFacts ipam)
{
    private const int MostListed = 5;

    public IEnumerable<string> Find(WhyCase @case, IReadOnlyCollection<FlowAnswer> flows) =>
        new[] { @case.Source, @case.Destination }.SelectMany(OfEnd)
            .Concat(flows.SelectMany(flow => OfPlace(flow.Route.Source, @case.Source).Concat(OfPlace(flow.Route.Destination, @case.Destination))))
            .Concat(ipam.Problems)
            .Concat(Shared(@case))
            .Concat(Policies(@case))
            .Concat(Tiers())
            .Concat(OfHosts(@case, flows))
            .Distinct();

    private IEnumerable<string> OfEnd(End end)
    {
        if (end.Workload is not { } workload)
        {
            yield break;
        }

        if (end.Node.Length == 0)
        {
            yield return $"the endpoint of {end.Name} names no node: no agent programs it";
        }
        else if (!world.Nodes.ContainsKey(end.Node))
        {
            yield return $"node {end.Node} of {end.Name} is not in the datastore: its agent has never run, or the node was deleted";
        }

        if (string.IsNullOrEmpty(workload.Spec.InterfaceName))
        {
            yield return $"the endpoint of {end.Name} has no spec.interfaceName: nothing of it is let through, whatever policy says";
        }

        var profiles = workload.Spec.Profiles ?? [];
        if (profiles.Count == 0)
        {
            yield return $"{end.Name} has no profile: what no policy decides is dropped";
        }
        else if (!profiles.Any(world.HasProfile))
        {
            yield return $"no profile of {end.Name} is stored ({string.Join(", ", profiles)}): what no policy decides is dropped, and it has no labels of its namespace";
        }
    }

    private static IEnumerable<string> OfPlace(Placement place, End end)
    {
        if (end.Kind == EndKind.Outside && place.Pool is not null)
        {
            yield return place.IsAllocated == true
                ? $"{place.Address} is allocated and no endpoint has it: 'calicoctl ipam show --ip={place.Address}' says to whom"
                : $"{place.Address} is of pool {place.Pool} and not given out to anybody";
        }

        if (end.Kind != EndKind.Workload || place.Pool is null)
        {
            yield break;
        }

        if (place.IsAllocated == false || place.Block is null)
        {
            yield return $"{place.Address} of {end.Name} is {(place.Block is { } block ? $"free in block {block}" : "in no block")}: it could be given out a second time; 'calicoctl ipam check --repair' puts that right";
        }
        else if (place.BlockOwner is { } owner && place.AffinityState != BlockAffinity.Confirmed)
        {
            yield return $"block {place.Block} of {owner} has {(place.AffinityState is { } state ? $"an affinity that is {state}" : "no affinity")}: it is not announced; see 'calicoctl ipam check'";
        }
    }

    private IEnumerable<string> Shared(WhyCase @case)
    {
        foreach (var address in @case.Addresses())
        {
            var holders = snapshot.Workloads.Where(workload => (workload.Spec.IPNetworks ?? []).Any(net => net.Address == address)).Select(EndFinder.NameOf).ToList();
            if (holders.Count > 1)
            {
                yield return $"{address} is of {holders.Count} endpoints ({string.Join(", ", holders.Take(MostListed))}): which of them has it is not known; see 'calicoctl ipam check'";
            }
        }
    }

    // Of policies that are not right those are named that can concern the ends: of their namespaces, and global ones.
    private IEnumerable<string> Policies(WhyCase @case)
    {
        var spaces = new[] { @case.Source, @case.Destination }.Select(end => end.Workload?.Metadata.Namespace).ToHashSet();
        var compiled = snapshot.Policies.Select(PolicyCompiler.Compile).Where(policy => spaces.Contains(policy.Id.Namespace))
            .Concat(snapshot.GlobalPolicies.Select(PolicyCompiler.Compile))
            .Concat(snapshot.Unreadable.Where(stored => stored.Id.Kind != ResourceKind.Profile.Kind).Select(stored => PolicyCompiler.Unreadable(stored.Id, stored.Problem)));
        return compiled.Where(policy => !policy.Errors.IsEmpty && !policy.Staged).Select(policy => policy.Selector.Equals(Selector.None)
            ? $"{policy.Id} is not right and selects nothing: {string.Join("; ", policy.Errors.Skip(1).Take(1).Select(Text))}"
            : $"{policy.Id} is not right and denies everything it selects: {Text(policy.Errors[0])}");

        static string Text(Policy.Validation.ValidationError error) => error.Field.Length > 0 ? $"{error.Field}: {error.Problem}" : error.Problem;
    }

    private IEnumerable<string> Tiers()
    {
        var known = CompiledTier.WellKnown.Select(tier => tier.Name).Concat(snapshot.Tiers.Select(tier => tier.Metadata.Name)).ToHashSet(StringComparer.Ordinal);
        var named = snapshot.Policies.Select(policy => policy.Spec.Tier).Concat(snapshot.GlobalPolicies.Select(policy => policy.Spec.Tier));
        return named.Where(tier => !string.IsNullOrEmpty(tier) && !known.Contains(tier)).Distinct()
            .Select(tier => $"there is no tier {tier}, though policies are of it: it comes after all others and denies at its end");
    }

    private IEnumerable<string> OfHosts(WhyCase @case, IReadOnlyCollection<FlowAnswer> flows)
    {
        var asked = flows.SelectMany(flow => flow.Stops).Any(stop => stop.Verdict.Endpoint.StartsWith(ResourceKind.HostEndpoint.Kind, StringComparison.Ordinal));
        var names = new[] { @case.Source.Node, @case.Destination.Node }.Distinct();
        return from name in asked ? names : []
               let node = world.Nodes.GetValueOrDefault(name)
               where node is not null
               let guesses = HostSight.Guesses(node, world.HostEndpoints)
               where guesses.Count > 0
               select string.Create(CultureInfo.InvariantCulture, $"host endpoints {string.Join(", ", guesses)} of {name} name interfaces and expect no address: that the first is for the interface with the node's addresses is a guess; expectedIPs would say it");
    }
}
