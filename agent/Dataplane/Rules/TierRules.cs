using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>The way through an endpoint's tiers and profiles. What is allowed returns with the accept bit, what is denied is dropped.</summary>
internal sealed class TierRules(MarkBits marks)
{
    /// <summary>Goes on when no tier decided.</summary>
    /// <param name="endDenies">At the end of a tier that does not pass; before DNAT or tracking silence leaves it to the later stages.</param>
    public IEnumerable<string> Tiers(ValueArray<EndpointTier> tiers, PolicyDirection direction, bool endDenies)
    {
        var clear = marks.Accept | marks.Pass;
        foreach (var tier in tiers)
        {
            var policies = direction == PolicyDirection.Ingress ? tier.Ingress : tier.Egress;
            for (var i = 0; i < policies.Count; i++)
            {
                if (i == 0)
                {
                    yield return RuleMatch.Any.ClearMark(clear);
                }

                yield return (i == 0 ? RuleMatch.Any : RuleMatch.Any.MarkClear(marks.Pass)).Jump(ChainNames.Policy(direction, policies[i]));
                yield return RuleMatch.Any.MarkSet(marks.Accept).Return();
            }

            if (policies.Count > 0 && !tier.PassesAtEnd && endDenies)
            {
                yield return RuleMatch.Any.MarkClear(marks.Pass).Drop();
            }
        }
    }

    /// <summary>Drops what no profile allows.</summary>
    public IEnumerable<string> Profiles(ValueArray<string> profiles, PolicyDirection direction)
    {
        yield return RuleMatch.Any.ClearMark(marks.Accept | marks.Pass);
        foreach (var profile in profiles)
        {
            yield return RuleMatch.Any.Jump(ChainNames.Profile(direction, profile));
            yield return RuleMatch.Any.MarkSet(marks.Accept).Return();
        }

        yield return RuleMatch.Any.Drop();
    }
}
