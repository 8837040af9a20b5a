using Calico.Agent.Dataplane.Managers;
using Calico.Agent.Dataplane.Rules;
using Calico.Linux.Netlink;
using Calico.Linux.Nftables;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>
/// Looks after each commit of nftables whether our rules in the kernel's own chains still stand where they should: what others insert before them, as
/// kube-proxy does when it starts, may accept packets that policy denies. What it finds displaced is put right at once and not at the next refresh.
/// </summary>
/// <remarks>
/// It asks for the number of the last commit instead of listening for commits: a listener is sent every rule that anybody writes. Where nothing was
/// committed a look is one question of some microseconds, else one for each of a dozen short chains.
/// </remarks>
/// <param name="open">The kernel's rules, in the network namespace that they are looked at.</param>
/// <param name="isActive">False: the rules are not in the kernel for the first time yet.</param>
/// <param name="displaced">To be put right.</param>
internal sealed class HookGuard(Func<RuleTargets> open, IReadOnlyList<FamilyTables> families, Func<bool> isActive, Action<FamilyTables> displaced, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan PauseAfterRepair = TimeSpan.FromSeconds(1);

    /// <summary>More repairs than this in a minute are no accident: another program wants to be first as well, and neither is to take a processor for it.</summary>
    private const int RepairsPerMinute = 10;

    private static readonly TimeSpan PauseInFight = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(30);
    private readonly IReadOnlyList<(FamilyTables Family, TableHook Hook)> _hooks = [.. from family in families from hook in family.Rules.Hooks() select (family, hook)];

    /// <summary>Runs until cancelled. Without it, and where the kernel refuses it, the refresh finds the same later.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var kernel = open();
                await LookAsync(kernel, cancellationToken);
            }
            catch (Exception e) when (e is NetlinkException or InvalidDataException)
            {
                await Task.Delay(PauseAfterFailure, time, cancellationToken);
            }
        }
    }

    private async Task LookAsync(RuleTargets kernel, CancellationToken cancellationToken)
    {
        uint? seen = null;
        var (repairs, minute) = (0, time.GetTimestamp());
        while (true)
        {
            await Task.Delay(Pause, time, cancellationToken);
            var generation = isActive() ? kernel.Generation() : seen;
            if (generation == seen)
            {
                continue;
            }

            seen = generation;
            var families = _hooks.Where(hook => !IsInPlace(kernel, hook.Family, hook.Hook)).Select(hook => hook.Family).Distinct().ToList();
            families.ForEach(displaced);
            if (families.Count > 0)
            {
                if (time.GetElapsedTime(minute) > TimeSpan.FromMinutes(1))
                {
                    (repairs, minute) = (0, time.GetTimestamp());
                }

                await Task.Delay(++repairs <= RepairsPerMinute ? PauseAfterRepair : PauseInFight, time, cancellationToken);
            }
        }
    }

    private static bool IsInPlace(RuleTargets kernel, FamilyTables family, TableHook hook) =>
        IsInPlace(kernel.Of(family.Family, hook.Table.Name(), hook.Hook.KernelChain), hook.Hook);

    /// <param name="targets">Where the rules of the chain lead, in order.</param>
    internal static bool IsInPlace(IReadOnlyList<string?> targets, IptablesHook hook)
    {
        var (first, last) = (hook.First.Count, hook.Last.Count);
        return targets.Count(IsOurs) == first + last && targets.Take(first).All(IsOurs) && targets.TakeLast(last).All(IsOurs);
    }

    private static bool IsOurs(string? target) => OurChains.Contain(target);
}
