using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Ipam.Core.Reserve;
using Calico.Model.Identity;
using Calico.Model.Net;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>Arranges what a scenario begins with, by the same code that it is about.</summary>
internal sealed class Beginning
{
    public Beginning(Scenario scenario)
    {
        Cluster = Cluster.Ready();
        for (var i = 0; i < scenario.Pools.Length; i++)
        {
            var bits = Cidr.Parse(scenario.Pools[i]).Family.Bits() - scenario.BlockBits;
            Cluster.Pool($"pool-{i}", scenario.Pools[i], spec => spec with { BlockSize = bits });
        }

        Facts = scenario.Nodes.Aggregate(Facts.None, (facts, node) => facts.WithNode(node));
    }

    public Cluster Cluster { get; }

    public Facts Facts { get; private set; }

    /// <summary>A container that is plugged in, and a pod of Kubernetes if it is one.</summary>
    public Assignment Plugged(WorkloadIdentity identity, string node, Func<AssignRequest, AssignRequest>? change = null)
    {
        var given = Assigned(identity, node, change);
        Facts = Facts.With(new InUse(identity, node, given.Addresses));
        if (identity.IsKubernetes)
        {
            Facts = Facts.WithPod(new PodFact(identity.Namespace, identity.Workload, node, given.Addresses));
        }

        return given;
    }

    /// <summary>Addresses that nobody uses: the container died and nobody told the store.</summary>
    public Assignment Assigned(WorkloadIdentity identity, string node, Func<AssignRequest, AssignRequest>? change = null)
    {
        var request = new AssignRequest(identity, node);
        using var client = Cluster.Client();
        return client.AssignAsync(change?.Invoke(request) ?? request, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Fills the node's reserve.</summary>
    public void Reserved(string node, int count)
    {
        using var client = Cluster.Client();
        client.CommitAsync([new ReserveRequest(node, count)], CancellationToken.None).GetAwaiter().GetResult();
    }

    public void Released(WorkloadIdentity identity, string node)
    {
        using var client = Cluster.Client();
        client.ReleaseAsync(new ReleaseRequest(identity, node), CancellationToken.None).GetAwaiter().GetResult();
    }

    public void Changed(Func<Facts, Facts> change) => Facts = change(Facts);

    public void Passed(TimeSpan time)
    {
        Cluster.Pass(time);
        Facts = Facts.At(Facts.Now + time);
    }
}
