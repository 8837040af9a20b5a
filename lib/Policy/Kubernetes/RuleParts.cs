using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Compiled;
using Calico.Policy.Validation;

namespace Calico.Policy.Kubernetes;

/// <summary>What the conversions of both kinds of Kubernetes policies share.</summary>
internal static class RuleParts
{
    /// <summary>What a direction takes (features.md B5).</summary>
    private const int MaxRules = 1024;

    /// <summary>One rule for each protocol and peer, in that order.</summary>
    /// <param name="peers">The far sides: sources of ingress, destinations of egress.</param>
    public static IReadOnlyList<PolicyRule> Combine(
        string action, RuleMetadata? metadata, IEnumerable<ProtocolPorts> ports, IReadOnlyCollection<EntityRule> peers, PolicyDirection direction) =>
    [
        .. from part in ports
           from peer in peers
           select new PolicyRule
           {
               Action = action,
               Metadata = metadata,
               Protocol = part.Protocol is { } protocol ? PolicyProtocol.Named(protocol) : null,
               Source = direction == PolicyDirection.Ingress ? peer : new EntityRule(),
               Destination = direction == PolicyDirection.Ingress ? new EntityRule { Ports = part.Ports } : peer with { Ports = part.Ports },
           },
    ];

    /// <summary>A network as we write it, its host bits cleared.</summary>
    public static string Net(string text, string field, ErrorList errors)
    {
        EntityValidator.CheckNet(errors, field, text);
        return Cidr.TryParse(text, out var net) ? net.ToString() : text;
    }

    /// <summary>Whether rules can be enforced as they are; if not, all that speaks against it is added under the name of the rule they were made of.</summary>
    /// <param name="own">What was found while they were made.</param>
    public static bool Checked(IReadOnlyList<PolicyRule> rules, string field, PolicyDirection direction, bool isGlobal, ErrorList own, ErrorList errors)
    {
        if (!own.Any)
        {
            RuleValidator.CheckAll(own, field, rules, direction, isGlobal);
        }

        errors.AddAll(own);
        return !own.Any;
    }

    /// <summary>The rules, or none where there are more than a policy takes: then the whole direction is closed, and reported.</summary>
    /// <returns>Null for none: upstream stores no empty lists.</returns>
    public static IReadOnlyList<PolicyRule>? Fitting(IReadOnlyList<PolicyRule> rules, string field, ErrorList errors)
    {
        if (rules.Count <= MaxRules)
        {
            return rules.Count == 0 ? null : rules;
        }

        errors.Add(field, $"makes {rules.Count} rules, one for each peer and protocol; at most {MaxRules} are allowed");
        return null;
    }
}
