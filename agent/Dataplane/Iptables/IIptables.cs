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
}
