using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Rules;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Managers;

/// <summary>One family: how its rules are written, who wants which of its chains, and the kernel's tables.</summary>
internal sealed record FamilyTables(IpFamily Family, RuleRenderer Rules, IIptables Tables)
{
    public ChainOwners Chains { get; } = new(Tables);

    /// <summary>Writes what differs; when it is time, after a look at what the kernel has.</summary>
    public Task ApplyAsync(CancellationToken cancellationToken) =>
        Tables.UntilRefresh == TimeSpan.Zero ? Tables.RefreshAsync(cancellationToken) : Tables.ApplyAsync(cancellationToken);
}
