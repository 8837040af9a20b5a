using Calico.Policy.Compiled;
using Calico.Policy.Evaluation;

namespace Calico.Ctl.Why;

/// <summary>Verdicts as sentences. Pure.</summary>
internal sealed class VerdictWords(PolicyBook book, StoredWorld world)
{
    private const int MostListed = 3;

    public Stop Of(EndpointVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        var passed = new Queue<RuleReference>(verdict.Passed);
        List<string> lines = [.. verdict.Steps.Select(step => Step(step, verdict, passed)), .. Last(verdict)];
        if (!verdict.Logged.IsEmpty)
        {
            lines.Add($"the kernel's log gets a line of it: {string.Join(", ", verdict.Logged.Select(Place))}");
        }

        return new Stop(verdict, Who(verdict), [.. lines]);
    }

    /// <summary>What to do about a packet that is denied.</summary>
    public IEnumerable<string> Advice(IReadOnlyList<EndpointVerdict> verdicts, WhyCase @case, Packet packet) =>
        verdicts is [.., { Allowed: false } denied] ? new Advice(book, world).For(denied, @case, packet) : [];

    /// <summary>A rule by the field where it is written.</summary>
    public static string Place(RuleReference rule) => $"spec.{rule.Direction.ToString().ToLowerInvariant()}[{rule.Index}] of {rule.Policy}";

    public static string Names(IReadOnlyList<PolicyId> policies) =>
        policies.Count <= MostListed + 1 ? string.Join(", ", policies) : $"{string.Join(", ", policies.Take(MostListed))} and {policies.Count - MostListed} more";

    private string Who(EndpointVerdict verdict)
    {
        var what = verdict.Stage switch
        {
            PolicyStage.Forward => $"forwarding, {verdict.Direction.ToString().ToLowerInvariant()}",
            PolicyStage.Untracked => $"{verdict.Direction.ToString().ToLowerInvariant()} before connection tracking",
            PolicyStage.PreDnat => "ingress before DNAT",
            _ => verdict.Direction.ToString().ToLowerInvariant(),
        };
        return $"{what} of {book.NameOf(verdict)}";
    }

    private string Step(TierStep step, EndpointVerdict verdict, Queue<RuleReference> passed) => $"tier {step.Tier}: " + step.Outcome switch
    {
        TierOutcome.Decided => Decision(verdict.Rule!, verdict.Allowed ? "allows it" : "denies it", step.Policies.Length - 1),
        TierOutcome.PassedByRule => Decision(passed.Dequeue(), "passes it on", step.Policies.Length - 1),
        TierOutcome.PassedAtEnd => $"no rule of {Names(step.Policies)} matches; it goes on to what comes next",
        _ => $"no rule of {Names(step.Policies)} matches, and what a policy selects and no rule decides the tier denies",
    };

    private string Decision(RuleReference rule, string does, int others)
    {
        var after = others > 0 ? $" (no rule of {others} {(others == 1 ? "policy" : "policies")} before it matches)" : "";
        return book.RuleOf(rule) is { } written ? $"{Place(rule)} {does}: {RuleWords.Of(written)}{after}"
            : book.ErrorsOf(rule.Policy) is [var error, ..] ? $"{rule.Policy} is not right and so denies everything it selects: {(error.Field.Length > 0 ? error.Field + ": " : "")}{error.Problem}"
            : $"{rule.Policy} {does}";
    }

    private IEnumerable<string> Last(EndpointVerdict verdict)
    {
        var silent = verdict.Steps.IsEmpty ? "no policy selects it" : "no policy decides";
        return verdict.Reason switch
        {
            VerdictReason.ProfileRule => [$"{silent}; {Decision(verdict.Rule!, verdict.Allowed ? "allows it" : "denies it", 0)}"],
            VerdictReason.NoProfileMatch => [$"{silent}, and no profile allows it: it is dropped"],
            VerdictReason.FailsafePort => ["a fail-safe port: policy of hosts never closes it"],
            VerdictReason.LinkMessage => ["an ICMPv6 message without which the host's link does not work: policy of hosts never closes it"],
            VerdictReason.HostToItsWorkload => ["a node always reaches the pods that it runs"],
            VerdictReason.WorkloadToItsHost => [$"what a pod sends to its own node is {(verdict.Allowed ? "left to the node" : "dropped")}: {HostOptions.EndpointToHost}"],
            VerdictReason.EncapsulatedByWorkload => ["a pod may not send IP in IP or VXLAN (UDP 4789): it could pose as a node"],
            VerdictReason.NoPolicyAtStage => [$"{silent} about what the node forwards, so it may pass"],
            _ => [],
        };
    }
}
