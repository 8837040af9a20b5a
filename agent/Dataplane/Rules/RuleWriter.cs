using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>
/// Writes the rules of policies and profiles: as one iptables rule where that can say it, as one for each alternative where there is one
/// list of them, else as a few that work it out in the scratch bits of the mark.
/// </summary>
internal sealed class RuleWriter(RuleContext context)
{
    private const string LogPrefix = "calico-packet: ";

    private readonly MarkBits _marks = context.Marks;

    public ValueArray<string> Write(ValueArray<ActiveRule> rules) => [.. rules.SelectMany(Write)];

    private IEnumerable<string> Write(ActiveRule rule)
    {
        if (RuleConditions.Of(rule, context) is not { } conditions)
        {
            return [];
        }

        if (conditions is { OneOf.Count: 0, NoneOf.Count: 0 })
        {
            return [Decide(rule.Action, conditions.Common)];
        }

        // Two alternatives may hold for one packet, which must be logged once.
        return conditions is { OneOf: [var only], NoneOf.Count: 0 } && rule.Action != RuleAction.Log
            ? only.Conditions.Select(alternative => Decide(rule.Action, alternative(conditions.Common)))
            : WithMarks(conditions, rule.Action);
    }

    // A scratch bit says that all lists up to here have something that holds. The next list says so with the other bit.
    private IEnumerable<string> WithMarks(RuleConditions conditions, RuleAction action)
    {
        var (held, next) = (0u, _marks.Scratch0);
        foreach (var list in conditions.OneOf)
        {
            yield return RuleMatch.Any.ClearMark(next);
            foreach (var alternative in list.Conditions)
            {
                yield return alternative(held == 0 ? conditions.Protocol : conditions.Protocol.MarkSet(held)).SetMark(next);
            }

            (held, next) = (next, next == _marks.Scratch0 ? _marks.Scratch1 : _marks.Scratch0);
        }

        if (held == 0)
        {
            held = next;
            yield return RuleMatch.Any.SetMark(held);
        }

        foreach (var excluded in conditions.NoneOf)
        {
            yield return excluded(RuleMatch.Any).ClearMark(held);
        }

        yield return Decide(action, conditions.Common.MarkSet(held));
    }

    private static string Decide(RuleAction action, RuleMatch match) => action switch
    {
        RuleAction.Allow => match.Goto(ChainNames.Allow),
        RuleAction.Pass => match.Goto(ChainNames.Pass),
        RuleAction.Log => match.Log(LogPrefix),
        _ => match.Drop(),
    };
}
