using System.Collections.Immutable;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Selectors;

namespace Calico.Policy.Compiled;

/// <summary>Compiles rules that validated; what it is given may not hold anything the validator refuses.</summary>
internal static class RuleCompiler
{
    private const int Icmp = 1;
    private const int IcmpV6 = 58;

    /// <param name="scope">The namespace of the policy; empty for global policies and profiles.</param>
    public static ImmutableArray<CompiledRule> Compile(IEnumerable<PolicyRule> rules, string scope) =>
        [.. rules.Select(rule => Compile(rule, scope))];

    private static CompiledRule Compile(PolicyRule rule, string scope)
    {
        var source = Compile(rule.Source ?? new EntityRule(), scope);
        var destination = Compile(rule.Destination ?? new EntityRule(), scope);
        return new CompiledRule(Enum.Parse<RuleAction>(rule.Action!))
        {
            Family = (IpFamily?)rule.IPVersion ?? FamilyOf(rule.Protocol) ?? FamilyOf(source) ?? FamilyOf(destination),
            Protocol = rule.Protocol?.Number,
            NotProtocol = rule.NotProtocol?.Number,
            Icmp = Compile(rule.Icmp),
            NotIcmp = Compile(rule.NotIcmp),
            Source = source,
            Destination = destination,
            MatchesNothing = rule.Http is not null,
        };
    }

    private static CompiledEntity Compile(EntityRule entity, string scope) => new()
    {
        Nets = Parse(entity.Nets),
        NotNets = Parse(entity.NotNets),
        Selector = EntitySelector(entity, scope),
        NotSelector = string.IsNullOrEmpty(entity.NotSelector) ? null : Selector.Parse(entity.NotSelector),
        Ports = [.. entity.Ports ?? []],
        NotPorts = [.. entity.NotPorts ?? []],
        Service = entity.Services is { } service
            ? new ServiceName(string.IsNullOrEmpty(service.Namespace) ? scope : service.Namespace, service.Name!)
            : null,
    };

    // As upstream nests it: namespaces && (service accounts && selector). A rule of a namespaced policy stays in its namespace
    // as soon as it selects at all, also when it only excludes (notSelector).
    private static Selector? EntitySelector(EntityRule entity, string scope)
    {
        var selector = AndOf(ServiceAccounts(entity.ServiceAccounts), Parsed(entity.Selector));
        if (Parsed(entity.NamespaceSelector) is { } namespaces)
        {
            return AndOf(SelectorScope.OverNamespaces(namespaces), selector);
        }

        var selects = selector is not null || !string.IsNullOrEmpty(entity.NotSelector);
        return scope.Length > 0 && selects ? AndOf(SelectorScope.InNamespace(scope), selector) : selector;
    }

    private static Selector? ServiceAccounts(ServiceAccountMatch? accounts)
    {
        var selector = Parsed(accounts?.Selector) is { } labels ? SelectorScope.Prefixed(labels, SelectorScope.ServiceAccountPrefix) : null;
        return accounts?.Names is { Count: > 0 } names ? AndOf(selector, SelectorScope.WithServiceAccount(names)) : selector;
    }

    private static Selector? Parsed(string? text) => string.IsNullOrEmpty(text) ? null : Selector.Parse(text);

    private static Selector? AndOf(Selector? left, Selector? right) =>
        left is null ? right : right is null ? left : SelectorScope.And(left, right);

    private static IcmpCondition? Compile(IcmpMatch? icmp) => icmp?.Type is { } type ? new IcmpCondition(type, icmp.Code) : null;

    private static ImmutableArray<Cidr> Parse(IReadOnlyList<string>? nets) => [.. (nets ?? []).Select(net => Cidr.Parse(net))];

    private static IpFamily? FamilyOf(PolicyProtocol? protocol) => protocol?.Number switch
    {
        Icmp => IpFamily.IPv4,
        IcmpV6 => IpFamily.IPv6,
        _ => null,
    };

    // A valid rule has nets of one family alone, and then says nothing about the other family.
    private static IpFamily? FamilyOf(CompiledEntity entity) =>
        entity.Nets.Length > 0 ? entity.Nets[0].Family : entity.NotNets.Length > 0 ? entity.NotNets[0].Family : null;
}
