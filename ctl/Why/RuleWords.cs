using Calico.Model.Policy;

namespace Calico.Ctl.Why;

/// <summary>A rule as a sentence. Pure.</summary>
internal static class RuleWords
{
    private const int MostListed = 6;

    public static string Of(PolicyRule rule)
    {
        var (source, destination) = (Of(rule.Source), Of(rule.Destination));
        var family = rule.IPVersion is { } version ? $" of IPv{version}" : "";
        var sides = (source, destination) switch
        {
            ("", "") => "",
            (_, "") => $" from {source}",
            ("", _) => $" to {destination}",
            _ => $" from {source} to {destination}",
        };
        return $"{rule.Action?.ToLowerInvariant()} {Protocol(rule)}{family}{sides}{(rule.Http is null ? "" : ", and HTTP, which no rule of the kernel can match")}";
    }

    private static string Protocol(PolicyRule rule)
    {
        var protocol = rule.Protocol is { } own ? own.IsNumber ? $"protocol {own}" : own.ToString()
            : rule.NotProtocol is { } not ? $"all but {(not.IsNumber ? "protocol " : "")}{not}"
            : "everything";
        return $"{protocol}{Icmp(rule.Icmp, "")}{Icmp(rule.NotIcmp, " but not")}";
    }

    private static string Icmp(IcmpMatch? match, string prefix) => match?.Type is { } type ? $"{prefix} type {type}{(match.Code is { } code ? $" code {code}" : "")}" : "";

    private static string Of(EntityRule? entity)
    {
        if (entity is null)
        {
            return "";
        }

        string?[] parts =
        [
            entity.NamespaceSelector is { Length: > 0 } namespaces ? $"namespaces {namespaces}" : null,
            Accounts(entity.ServiceAccounts),
            entity.Selector is { Length: > 0 } selector ? selector : null,
            entity.NotSelector is { Length: > 0 } not ? $"not ({not})" : null,
            List("", entity.Nets),
            List("not ", entity.NotNets),
            entity.Services is { } service ? $"service {(service.Namespace is { Length: > 0 } space ? space + "/" : "")}{service.Name}" : null,
            Ports("", entity.Ports),
            Ports("not ", entity.NotPorts),
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string? Accounts(ServiceAccountMatch? accounts) => accounts is null ? null
        : string.Join(' ', new[]
        {
            accounts.Names is { Count: > 0 } names ? $"service account {string.Join(" or ", names)}" : null,
            accounts.Selector is { Length: > 0 } selector ? $"service accounts {selector}" : null,
        }.OfType<string>());

    private static string? List(string prefix, IReadOnlyList<string>? items) => items is { Count: > 0 } ? $"{prefix}{Listed(items)}" : null;

    private static string? Ports(string prefix, IReadOnlyList<PolicyPort>? ports) =>
        ports is { Count: > 0 } ? $"{prefix}{(ports.Count == 1 ? "port" : "ports")} {Listed(ports)}" : null;

    private static string Listed<T>(IReadOnlyList<T> items)
    {
        List<string?> shown = [];
        for (var i = 0; i < items.Count && i < MostListed; i++)
        {
            shown.Add(items[i]?.ToString());
        }

        return string.Join(", ", shown) + (items.Count > MostListed ? $" and {items.Count - MostListed} more" : "");
    }
}
