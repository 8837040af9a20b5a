using Calico.Agent.Host;
using Calico.Agent.Options;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Startup;

/// <summary>Decides a node's address: what the operator fixed, else what is stored while the host still has it, else what is detected.</summary>
internal sealed class NodeAddresses(IReadOnlyList<HostInterface> interfaces, Func<string, IpFamily, IpAddress?> sourceTowards, ILogger log)
{
    /// <param name="stored">The address that the datastore has for this node.</param>
    /// <returns>Null when the choice is none.</returns>
    /// <exception cref="StartupException">No address of this family can be had.</exception>
    public InterfaceAddress? Decide(AddressChoice choice, InterfaceAddress? stored)
    {
        if (choice.IsNone)
        {
            return null;
        }

        if (choice.Fixed is { } given)
        {
            return Fixed(given, stored);
        }

        var ranking = AddressDetector.Rank(choice.Method, choice.Family, interfaces, sourceTowards);
        AgentLog.AddressRanking(log, choice.Family, choice.Method.Text, ranking.Count == 0 ? "none" : string.Join(", ", ranking));
        return stored is { } before ? Keep(before, ranking, choice) : Best(ranking, choice);
    }

    private static InterfaceAddress? Best(IReadOnlyList<DetectedAddress> ranking, AddressChoice choice)
    {
        if (ranking.Count > 0)
        {
            return ranking[0].Address;
        }

        var (variable, method) = choice.Family == IpFamily.IPv4 ? ("IP", "IP_AUTODETECTION_METHOD") : ("IP6", "IP6_AUTODETECTION_METHOD");
        return choice.Family == IpFamily.IPv6
            ? null
            : throw new StartupException($"no {choice.Family} address is found by {choice.Method.Text}: set {variable} to an address, or {method} to another rule, or {variable}=none");
    }

    /// <summary>Peers and routes point at the stored address: it changes only when the host has lost it.</summary>
    private InterfaceAddress? Keep(InterfaceAddress stored, IReadOnlyList<DetectedAddress> ranking, AddressChoice choice)
    {
        var current = OnHost(stored.Address);
        if (current is { } kept)
        {
            if (ranking.Count > 0 && ranking[0].Address.Address != kept.Address)
            {
                AgentLog.AddressKept(log, kept, ranking[0].Address);
            }

            return kept;
        }

        var replacement = Best(ranking, choice);
        AgentLog.AddressReplaced(log, stored, replacement?.ToString() ?? "no address");
        return replacement;
    }

    private InterfaceAddress Fixed(InterfaceAddress given, InterfaceAddress? stored)
    {
        var onHost = OnHost(given.Address);
        if (onHost is null)
        {
            AgentLog.AddressNotOnHost(log, given);
        }

        if (stored is { } before && before.Address != given.Address)
        {
            AgentLog.AddressReplaced(log, before, given.ToString());
        }

        return given.Network.IsSingleAddress ? onHost ?? given : given;
    }

    private InterfaceAddress? OnHost(IpAddress address)
    {
        foreach (var candidate in interfaces.SelectMany(device => device.Addresses))
        {
            if (candidate.Address == address)
            {
                return candidate;
            }
        }

        return null;
    }
}
