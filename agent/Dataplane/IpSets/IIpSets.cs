using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.Tools;

namespace Calico.Agent.Dataplane.IpSets;

/// <summary>What our IP sets should hold, both families. Nothing reaches the kernel before an apply; until it succeeds, the wish stays.</summary>
internal interface IIpSets
{
    /// <summary>The set has exactly these members.</summary>
    void Set(string id, IpSetKind kind, IReadOnlyCollection<IpSetMember> members);

    void Change(string id, IReadOnlyCollection<IpSetMember> added, IReadOnlyCollection<IpSetMember> removed);

    void Remove(string id);

    /// <summary>Makes and fills; before the rules that use the sets.</summary>
    /// <exception cref="IOException">The tool refused; its words are in the message.</exception>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    Task ApplyUpdatesAsync(CancellationToken cancellationToken);

    /// <summary>Takes away what no rule uses any more; after the rules.</summary>
    /// <inheritdoc cref="ApplyUpdatesAsync" path="/exception"/>
    Task ApplyRemovalsAsync(CancellationToken cancellationToken);

    /// <summary>What the kernel does not take at the moment: such a set has the members it had, or a part of the change. The rest is in force.</summary>
    IReadOnlyList<KernelProblem> Problems { get; }

    /// <summary>When <see cref="RefreshAsync"/> is due; infinite: never.</summary>
    TimeSpan UntilRefresh { get; }

    /// <summary>Reads the kernel's sets, restores what others changed in ours, and tries again what was refused.</summary>
    /// <inheritdoc cref="ApplyUpdatesAsync" path="/exception"/>
    Task RefreshAsync(CancellationToken cancellationToken);
}
