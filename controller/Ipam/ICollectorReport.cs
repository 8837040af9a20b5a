using System.Collections.Immutable;
using Calico.Ipam.Core.Collection;
using Calico.Model.Net;

namespace Calico.Controller.Ipam;

/// <summary>Where the collector says what it saw and did: log, metrics, Events.</summary>
internal interface ICollectorReport
{
    void Looked(IpamSnapshot store, CollectorPlan plan);

    void Reclaimed(Leak leak, ImmutableArray<IpAddress> freed);

    void Released(BlockRelease block);

    /// <summary>It was to be taken back, and was left alone at the last moment.</summary>
    void Kept(Leak leak, string reason);

    void Kept(BlockRelease block, string reason);
}
