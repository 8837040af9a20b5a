using Calico.Agent.Dataplane.Tools;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>What one family's tables should hold of ours. Nothing reaches the kernel before <see cref="ApplyAsync"/>; until it succeeds, the wish stays.</summary>
internal interface IIptables
{
    void Set(IptablesTable table, IptablesChain chain);

    /// <summary>Its users must be gone, or be changed before the next apply.</summary>
    void Remove(IptablesTable table, string chain);

    void Set(IptablesTable table, IptablesHook hook);

    /// <summary>Writes what differs, each table in one transaction.</summary>
    /// <exception cref="IOException">The tool refused; its words are in the message.</exception>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    Task ApplyAsync(CancellationToken cancellationToken);

    /// <summary>What the kernel does not take at the moment; the rest is in force.</summary>
    IReadOnlyList<KernelProblem> Problems { get; }

    /// <summary>When <see cref="RefreshAsync"/> is due; infinite: never.</summary>
    TimeSpan UntilRefresh { get; }

    /// <summary>Somebody is known to have changed what is ours: <see cref="RefreshAsync"/> is due now. From any thread.</summary>
    void Doubt();

    /// <summary>Reads the kernel's tables, restores what others changed in what is ours, and tries again what was refused.</summary>
    /// <inheritdoc cref="ApplyAsync" path="/exception"/>
    Task RefreshAsync(CancellationToken cancellationToken);
}
